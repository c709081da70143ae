package prepare

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	helper "tandem.dev/helper"
	"tandem.dev/helper/internal/storetest"
)

func TestCopyFromBucket(t *testing.T) {
	bucket := storetest.GCS(t)
	for key, content := range map[string]string{
		"p/data/a.csv": "a", "p/data/deep/b.csv": "b", "p/data/deep/c.csv": "c", "p/data2/other": "o", "p/folder/": "",
	} {
		bucket.Put(key, content)
	}
	env := func(name string) string {
		if name == "STORAGE_EMULATOR_HOST" {
			return bucket.URL
		}
		return ""
	}
	cases := []struct {
		name, what, from string
		required         bool
		want             map[string]string
		problem          string
	}{
		{"file", "file", "gs://bkt/p/data/a.csv", true, map[string]string{"to": "a"}, ""},
		{"folder, and not its neighbour of a longer name", "dir", "gs://bkt/p/data", true, map[string]string{"to/a.csv": "a", "to/deep/b.csv": "b", "to/deep/c.csv": "c"}, ""},
		{"path that is a folder", "path", "gs://bkt/p/data/deep", true, map[string]string{"to/b.csv": "b", "to/c.csv": "c"}, ""},
		{"path that is a file", "path", "gs://bkt/p/data/deep/b.csv", true, map[string]string{"to": "b"}, ""},
		{"everything", "dir", "gs://bkt/p", true, map[string]string{"to/data/a.csv": "a", "to/data/deep/b.csv": "b", "to/data/deep/c.csv": "c", "to/data2/other": "o"}, ""},
		{"missing resume", "dir", "gs://bkt/p/none", false, map[string]string{}, ""},
		{"missing and listed", "path", "gs://bkt/p/none", true, map[string]string{}, `The path "none" of the store "store" cannot be copied: it is not there.`},
		{"another place of the bucket", "file", "gs://bkt/q/secret", true, map[string]string{}, `The store "store" has no path "secret": the path leads out of the store.`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			top := t.TempDir()
			task := helper.ArtifactsTask{
				EnsureDirs: []string{top},
				Store:      helper.StoreRef{Kind: "gcs", Name: "store", Bucket: "gs://bkt/p"},
				Copies:     []helper.CopyTask{{What: c.what, From: c.from, To: filepath.Join(top, "to"), IsRequired: c.required}},
			}
			err := Run(context.Background(), task, env, io.Discard)
			if problem := textOf(err); problem != c.problem {
				t.Errorf("problem %q, want %q", problem, c.problem)
			}
			same(t, read(t, top), c.want)
		})
	}
}

func TestAnOutageIsRidden(t *testing.T) {
	pauses = []time.Duration{0, 0, 0}
	bucket := storetest.GCS(t)
	bucket.Put("p/a", "a")
	env := func(string) string { return bucket.URL }
	tries := 0
	failFirst := func(count, status int) {
		tries = 0
		bucket.Refuse(func(*http.Request) int {
			tries++
			if tries <= count {
				return status
			}
			return 0
		})
	}
	copyOnce := func() string {
		task := helper.ArtifactsTask{
			Store:  helper.StoreRef{Kind: "gcs", Name: "store", Bucket: "gs://bkt/p"},
			Copies: []helper.CopyTask{{What: "file", From: "gs://bkt/p/a", To: filepath.Join(t.TempDir(), "a"), IsRequired: true}},
		}
		return textOf(Run(context.Background(), task, env, io.Discard))
	}
	failFirst(3, http.StatusServiceUnavailable)
	if problem := copyOnce(); problem != "" {
		t.Error(problem)
	}
	failFirst(99, http.StatusServiceUnavailable)
	if problem := copyOnce(); problem != `The file "a" of the store "store" cannot be copied: the store answered with 503 Service Unavailable.` || tries != 4 {
		t.Errorf("%s after %d tries", problem, tries)
	}
	failFirst(99, http.StatusForbidden)
	if problem := copyOnce(); problem != `The file "a" of the store "store" cannot be copied: access was refused.` || tries != 1 {
		t.Errorf("%s after %d tries", problem, tries)
	}
}
