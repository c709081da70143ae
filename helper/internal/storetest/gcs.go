package storetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// GCS serves the part of Google's JSON interface that this program uses, for the bucket "bkt".
func GCS(t testing.TB) *Bucket { return start(t, answerGCS) }

func answerGCS(bucket *Bucket, writer http.ResponseWriter, request *http.Request) {
	const objects = "/storage/v1/b/bkt/o"
	path := request.URL.EscapedPath()
	query := request.URL.Query()
	switch {
	case path == "/upload"+objects && request.Method == http.MethodPost:
		writer.Header().Set("Location", bucket.URL+"/session?name="+url.QueryEscape(query.Get("name")))
	case path == "/session" && request.Method == http.MethodPut:
		content, err := io.ReadAll(request.Body)
		if err != nil || int64(len(content)) != request.ContentLength {
			http.Error(writer, "cut off", http.StatusBadRequest)
			return
		}
		bucket.put(query.Get("name"), content)
	case path == objects:
		from := max(query.Get("pageToken"), query.Get("startOffset"))
		keys, prefixes, next := bucket.page(query.Get("prefix"), query.Get("delimiter"), from)
		items := []map[string]any{}
		for _, key := range keys {
			items = append(items, bucket.describe(key))
		}
		writeJSON(writer, map[string]any{"items": items, "prefixes": prefixes, "nextPageToken": next})
	case strings.HasPrefix(path, objects+"/"):
		key, err := url.PathUnescape(strings.TrimPrefix(path, objects+"/"))
		found, ok := bucket.get(key)
		switch {
		case err != nil || !ok:
			http.Error(writer, "no such object", http.StatusNotFound)
		case query.Get("alt") == "media":
			http.ServeContent(writer, request, "", found.at, bytes.NewReader(found.content))
		default:
			writeJSON(writer, bucket.describe(key))
		}
	default:
		http.Error(writer, "no such bucket", http.StatusNotFound)
	}
}

func (b *Bucket) describe(key string) map[string]any {
	found, _ := b.get(key)
	return map[string]any{"name": key, "size": fmt.Sprint(len(found.content)), "updated": found.at}
}

func writeJSON(writer http.ResponseWriter, value any) {
	writer.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(writer).Encode(value); err != nil {
		panic(err)
	}
}
