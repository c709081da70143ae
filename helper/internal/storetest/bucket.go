// Package storetest has servers that answer like bucket stores, for tests on loopback.
package storetest

import (
	"net/http"
	"net/http/httptest"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"
)

// Bucket is what a fake server keeps.
type Bucket struct {
	// URL is where it listens.
	URL string

	guard   sync.Mutex
	objects map[string]object
	refuse  func(request *http.Request) int
}

type object struct {
	content []byte
	at      time.Time
}

// start serves a bucket until the test ends.
func start(t testing.TB, answer func(bucket *Bucket, writer http.ResponseWriter, request *http.Request)) *Bucket {
	bucket := &Bucket{objects: map[string]object{}}
	server := httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		bucket.guard.Lock()
		refuse := bucket.refuse
		bucket.guard.Unlock()
		if refuse != nil {
			if status := refuse(request); status != 0 {
				http.Error(writer, "refused", status)
				return
			}
		}
		answer(bucket, writer, request)
	}))
	t.Cleanup(server.Close)
	bucket.URL = server.URL
	return bucket
}

// Refuse makes the server answer with a status where choose gives one.
func (b *Bucket) Refuse(choose func(request *http.Request) int) {
	b.guard.Lock()
	defer b.guard.Unlock()
	b.refuse = choose
}

// Put writes a key, past the server.
func (b *Bucket) Put(key, content string) { b.put(key, []byte(content)) }

func (b *Bucket) put(key string, content []byte) {
	b.guard.Lock()
	defer b.guard.Unlock()
	b.objects[key] = object{content, time.Now().UTC().Truncate(time.Second)}
}

// Get reads a key, past the server.
func (b *Bucket) Get(key string) (string, bool) {
	found, ok := b.get(key)
	return string(found.content), ok
}

func (b *Bucket) get(key string) (object, bool) {
	b.guard.Lock()
	defer b.guard.Unlock()
	found, ok := b.objects[key]
	return found, ok
}

// page gives keys and common prefixes from a place on, two at a time, so that clients must ask for more.
func (b *Bucket) page(prefix, delimiter, from string) (keys, prefixes []string, next string) {
	b.guard.Lock()
	defer b.guard.Unlock()
	var all []string
	for key := range b.objects {
		if strings.HasPrefix(key, prefix) && key >= from {
			all = append(all, key)
		}
	}
	sort.Strings(all)
	for _, key := range all {
		if delimiter != "" {
			if at := strings.Index(key[len(prefix):], delimiter); at >= 0 {
				folder := key[:len(prefix)+at+1]
				if len(prefixes) == 0 || prefixes[len(prefixes)-1] != folder {
					if len(keys)+len(prefixes) == 2 {
						return keys, prefixes, key
					}
					prefixes = append(prefixes, folder)
				}
				continue
			}
		}
		if len(keys)+len(prefixes) == 2 {
			return keys, prefixes, key
		}
		keys = append(keys, key)
	}
	return keys, prefixes, ""
}
