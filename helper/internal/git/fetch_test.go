package git

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	helper "tandem.dev/helper"
)

func TestFetch(t *testing.T) {
	top, first := repository(t)
	bare := filepath.Join(top, "acme/vision.git")
	// A revision that no clone brings, as servers have them for requests to merge.
	do(t, bare, "update-ref", "refs/pull/7/head", first)
	open := webServer(t, top, "", "")
	closed := webServer(t, top, "ann", "p@ss/w0rd:x")
	pair := map[string]string{"GIT_USERNAME": "ann", "GIT_PASSWORD": "p@ss/w0rd:x"}
	cases := []struct {
		name     string
		url      string
		revision *string
		flags    []string
		env      map[string]string
		want     string
		// How many commits are there.
		commits string
		problem string
	}{
		{"the main branch where no revision is given", open.URL, nil, []string{"--experimental-fetch"}, nil, "three", "3", ""},
		{"branch", open.URL, text("feature/dev"), []string{"--experimental-fetch"}, nil, "two", "2", ""},
		{"tag", open.URL, text("v1"), []string{"--experimental-fetch"}, nil, "one", "1", ""},
		{"what no clone brings", open.URL, text("refs/pull/7/head"), []string{"--experimental-fetch"}, nil, "one", "1", ""},
		{"one commit", open.URL, text("main"), []string{"--depth 1", "--experimental-fetch", "--no-tags"}, nil, "three", "1", ""},
		{"all flags in one text", open.URL, text("main"), []string{"--experimental-fetch --depth=1"}, nil, "three", "1", ""},
		{"with a password", closed.URL, text("v1"), []string{"--experimental-fetch"}, pair, "one", "1", ""},
		{"without its password", closed.URL, text("v1"), []string{"--experimental-fetch"}, nil, "", "", ` cannot be cloned: the server wants credentials and the connection has none for it.`},
		{"no such revision", open.URL, text("nope"), []string{"--experimental-fetch"}, nil, "", "", ` has no revision "nope".`},
		{"a flag of clones", open.URL, nil, []string{"--experimental-fetch", "--single-branch"}, nil, "", "", `The flag "--single-branch" is not allowed for git fetch.`},
		{"a flag that starts programs", open.URL, nil, []string{"--experimental-fetch", "--upload-pack=x"}, nil, "", "", `The flag "--upload-pack" is not allowed for git fetch.`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "deep/repo")
			task := helper.GitTask{URL: c.url + "/acme/vision.git", Revision: c.revision, Flags: c.flags, Path: path, Connection: text("code")}
			for range 2 { // an init container may run twice
				var out bytes.Buffer
				err := Clone(context.Background(), task, envOf(c.env), &out)
				if c.problem != "" {
					if err == nil || !strings.HasSuffix(err.Error(), c.problem) {
						t.Fatalf("got %v, want %s", err, c.problem)
					}
					if entries, err := os.ReadDir(filepath.Dir(path)); err == nil && len(entries) > 0 {
						t.Errorf("something is left: %v", entries)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				noSecret(t, path, "p@ss/w0rd:x", "p%40ss", out.String())
			}
			if got := content(t, filepath.Join(path, "file")); got != c.want {
				t.Errorf("file is %q, want %q", got, c.want)
			}
			if got := do(t, path, "rev-list", "--count", "HEAD"); got != c.commits {
				t.Errorf("%s commits, want %s", got, c.commits)
			}
			if got := do(t, path, "remote", "get-url", "origin"); got != task.URL {
				t.Errorf("the remote is %q", got)
			}
		})
	}
}

func TestFetchBringsSubmodules(t *testing.T) {
	top, _ := repository(t)
	bare := filepath.Join(top, "acme/vision.git")
	work := filepath.Join(top, "outer")
	do(t, top, "init", "--quiet", "-b", "main", work)
	do(t, work, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", bare, "inner")
	do(t, work, "commit", "--quiet", "-m", "inner")
	for _, c := range []struct {
		flags []string
		there bool
	}{{[]string{"--experimental-fetch"}, false}, {[]string{"--experimental-fetch", "--recurse-submodules"}, true}} {
		path := filepath.Join(t.TempDir(), "repo")
		server := webServer(t, top, "", "")
		// Submodules are not got from folders, so this one says where its server is.
		do(t, work, "config", "--file", ".gitmodules", "submodule.inner.url", server.URL+"/acme/vision.git")
		do(t, work, "commit", "--quiet", "--all", "--allow-empty", "-m", "server")
		if err := Clone(context.Background(), helper.GitTask{URL: work, Flags: c.flags, Path: path}, envOf(nil), os.Stderr); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(filepath.Join(path, "inner/file")); (err == nil) != c.there {
			t.Errorf("%v: %v", c.flags, err)
		}
	}
}
