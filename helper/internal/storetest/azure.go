package storetest

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// AzureKey is a key that the fake server never looks at.
var AzureKey = base64.StdEncoding.EncodeToString([]byte("key of a test"))

// Azure serves the part of blob storage that this program uses, for the container "box".
func Azure(t testing.TB) *Bucket {
	var guard sync.Mutex
	blocks := map[string][]byte{}
	return start(t, func(bucket *Bucket, writer http.ResponseWriter, request *http.Request) {
		query := request.URL.Query()
		key, ok := strings.CutPrefix(request.URL.Path, "/box/")
		switch {
		case request.URL.Path == "/box" && query.Get("comp") == "list":
			listAzure(bucket, writer, query.Get("prefix"), query.Get("delimiter"), query.Get("marker"))
		case !ok:
			fail(writer, http.StatusNotFound, "ContainerNotFound")
		case request.Method == http.MethodPut && query.Get("comp") == "block":
			content, _ := io.ReadAll(request.Body)
			guard.Lock()
			blocks[key+query.Get("blockid")] = content
			guard.Unlock()
			writer.WriteHeader(http.StatusCreated)
		case request.Method == http.MethodPut && query.Get("comp") == "blocklist":
			var list struct{ Latest []string }
			if err := xml.NewDecoder(request.Body).Decode(&list); err != nil {
				fail(writer, http.StatusBadRequest, "InvalidBlockList")
				return
			}
			var whole []byte
			guard.Lock()
			for _, id := range list.Latest {
				whole = append(whole, blocks[key+id]...)
			}
			guard.Unlock()
			bucket.put(key, whole)
			writer.WriteHeader(http.StatusCreated)
		case request.Method == http.MethodPut:
			content, _ := io.ReadAll(request.Body)
			bucket.put(key, content)
			writer.WriteHeader(http.StatusCreated)
		default:
			found, ok := bucket.get(key)
			if !ok {
				fail(writer, http.StatusNotFound, "BlobNotFound")
				return
			}
			if part := request.Header.Get("x-ms-range"); part != "" {
				request.Header.Set("Range", part)
			}
			http.ServeContent(writer, request, "", found.at, bytes.NewReader(found.content))
		}
	})
}

func fail(writer http.ResponseWriter, status int, code string) {
	writer.Header().Set("x-ms-error-code", code)
	http.Error(writer, "<Error><Code>"+code+"</Code></Error>", status)
}

type azureBlob struct {
	Name       string
	Properties struct {
		Length       int    `xml:"Content-Length"`
		LastModified string `xml:"Last-Modified"`
	}
}

func listAzure(bucket *Bucket, writer http.ResponseWriter, prefix, delimiter, marker string) {
	keys, prefixes, next := bucket.page(prefix, delimiter, marker)
	var answer struct {
		XMLName xml.Name `xml:"EnumerationResults"`
		Blobs   struct {
			Blob       []azureBlob
			BlobPrefix []struct{ Name string }
		}
		NextMarker string
	}
	for _, key := range keys {
		found, _ := bucket.get(key)
		blob := azureBlob{Name: key}
		blob.Properties.Length = len(found.content)
		blob.Properties.LastModified = found.at.Format(time.RFC1123)
		blob.Properties.LastModified = strings.Replace(blob.Properties.LastModified, "UTC", "GMT", 1)
		answer.Blobs.Blob = append(answer.Blobs.Blob, blob)
	}
	for _, each := range prefixes {
		answer.Blobs.BlobPrefix = append(answer.Blobs.BlobPrefix, struct{ Name string }{each})
	}
	answer.NextMarker = next
	writer.Header().Set("Content-Type", "application/xml")
	if err := xml.NewEncoder(writer).Encode(answer); err != nil {
		panic(err)
	}
}
