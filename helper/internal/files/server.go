package files

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"strconv"
	"strings"

	"tandem.dev/helper/internal/store"
)

const (
	largestArchive = 64 << 20
	largestListing = 1000
)

// server answers requests below the folders of runs.
type server struct {
	store     store.Store
	tokenFile string
	// links refuses what is a link on the way to a file; nil where a store has none.
	links func(name string) error
}

func (s *server) handler() http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		header := writer.Header()
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Cache-Control", "no-store")
		header.Set("Content-Security-Policy", "default-src 'none'; sandbox")
		if request.URL.Path == "/healthz" && request.Method == http.MethodGet {
			fmt.Fprintln(writer, "ok")
			return
		}
		if !s.isAllowed(request) {
			answer(writer, http.StatusUnauthorized, "The token is missing or wrong.")
			return
		}
		at, err := parsePath(request.URL.EscapedPath())
		if err != nil {
			answer(writer, http.StatusBadRequest, err.Error())
			return
		}
		switch {
		case request.Method == http.MethodPut && !at.isFolder:
			s.put(writer, request, at)
		case request.Method != http.MethodGet && request.Method != http.MethodHead:
			answer(writer, http.StatusMethodNotAllowed, "Only GET, HEAD and PUT are answered here.")
		case at.isFolder:
			s.list(writer, request, at)
		default:
			s.get(writer, request, at)
		}
	})
}

// The token is read for each request, so that a new one counts at once.
func (s *server) isAllowed(request *http.Request) bool {
	given, found := strings.CutPrefix(request.Header.Get("Authorization"), "Bearer ")
	if !found || given == "" {
		return false
	}
	content, err := os.ReadFile(s.tokenFile)
	wanted := bytes.TrimSpace(content)
	if err != nil || len(wanted) == 0 {
		return false
	}
	left, right := sha256.Sum256([]byte(given)), sha256.Sum256(wanted)
	return subtle.ConstantTimeCompare(left[:], right[:]) == 1
}

func (s *server) nameOf(at place) string { return path.Join(at.uuid, at.path) }

// checkLinks: nothing on the way may be a link, or one run could show the files of another.
func (s *server) checkLinks(at place) error {
	if s.links == nil {
		return nil
	}
	name := at.uuid
	if err := s.links(name); err != nil {
		return err
	}
	if at.path == "" {
		return nil
	}
	for _, part := range strings.Split(at.path, "/") {
		name = path.Join(name, part)
		if err := s.links(name); err != nil {
			return err
		}
	}
	return nil
}

func (s *server) get(writer http.ResponseWriter, request *http.Request, at place) {
	name := s.nameOf(at)
	object, err := store.Object{}, s.checkLinks(at)
	if err == nil {
		object, err = s.store.Stat(request.Context(), name)
	}
	if err != nil {
		refuse(writer, err)
		return
	}
	// Users wrote the file: a browser must never take it for a page.
	writer.Header().Set("Content-Type", "application/octet-stream")
	writer.Header().Set("Content-Disposition", "attachment")
	reader := &lazyReader{ctx: request.Context(), store: s.store, object: object}
	defer reader.Close()
	http.ServeContent(writer, request, "", object.ModTime, reader)
}

type listing struct {
	Entries []listed `json:"entries"`
	// After continues the listing; null at its end.
	After *string `json:"after"`
}

type listed struct {
	Name string `json:"name"`
	// Kind is "file" or "dir".
	Kind       string  `json:"kind"`
	Size       *int64  `json:"size"`
	ModifiedAt *string `json:"modifiedAt"`
}

func (s *server) list(writer http.ResponseWriter, request *http.Request, at place) {
	limit := largestListing
	if given, err := strconv.Atoi(request.URL.Query().Get("limit")); err == nil && given > 0 && given < limit {
		limit = given
	}
	var entries []store.Entry
	err := s.checkLinks(at)
	if err == nil {
		entries, err = s.store.List(request.Context(), s.nameOf(at), request.URL.Query().Get("after"), limit)
	}
	if err != nil {
		refuse(writer, err)
		return
	}
	result := listing{Entries: []listed{}}
	for _, each := range entries {
		line := listed{Name: each.Name, Kind: "file"}
		if each.IsDir {
			line.Kind = "dir"
		} else {
			line.Size = &each.Size
		}
		if !each.ModTime.IsZero() {
			text := each.ModTime.UTC().Format("2006-01-02T15:04:05.000Z")
			line.ModifiedAt = &text
		}
		result.Entries = append(result.Entries, line)
	}
	if len(entries) == limit {
		result.After = &entries[limit-1].Name
	}
	writeJSON(writer, http.StatusOK, result)
}

// put takes archives of logs and nothing else.
func (s *server) put(writer http.ResponseWriter, request *http.Request, at place) {
	if !archiveForm.MatchString(at.path) {
		answer(writer, http.StatusForbidden, "Only archives of logs, logs/NAME.jsonl, can be written here.")
		return
	}
	if err := s.checkLinks(at); err != nil && !errors.Is(err, fs.ErrNotExist) {
		refuse(writer, err)
		return
	}
	// Kept in a file until it is whole: a store wants the length first, and memory is short.
	spool, err := os.CreateTemp("", "tandem-archive-")
	if err != nil {
		answer(writer, http.StatusInsufficientStorage, "There is no room for the archive.")
		return
	}
	defer os.Remove(spool.Name())
	defer spool.Close()
	size, err := io.Copy(spool, http.MaxBytesReader(writer, request.Body, largestArchive))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		answer(writer, http.StatusRequestEntityTooLarge, fmt.Sprintf("An archive has at most %d MiB.", largestArchive>>20))
		return
	}
	if err != nil {
		answer(writer, http.StatusBadRequest, "The archive did not arrive whole.")
		return
	}
	if err := s.store.Put(request.Context(), s.nameOf(at), spooled{spool, size}); err != nil {
		refuse(writer, err)
		return
	}
	writer.WriteHeader(http.StatusNoContent)
}

type spooled struct {
	*os.File
	size int64
}

func (s spooled) Size() int64 { return s.size }

// refuse answers an error of the store. What is a link and what is not there look the same.
func refuse(writer http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, store.ErrOutside), errors.Is(err, errPath):
		answer(writer, http.StatusNotFound, "There is no such file or folder.")
	case errors.Is(err, context.Canceled):
		answer(writer, http.StatusServiceUnavailable, "The request was given up.")
	default:
		answer(writer, http.StatusBadGateway, "The store does not answer as it should: "+store.Explain(err)+".")
	}
}

func answer(writer http.ResponseWriter, status int, message string) {
	writeJSON(writer, status, map[string]string{"message": message})
}

func writeJSON(writer http.ResponseWriter, status int, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		http.Error(writer, "internal", http.StatusInternalServerError)
		return
	}
	writer.Header().Set("Content-Type", "application/json")
	writer.WriteHeader(status)
	// A reader that has gone away is no problem of ours.
	_, _ = writer.Write(append(text, '\n'))
}
