package git

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	helper "tandem.dev/helper"
)

// The test binary is what git starts as its askpass, as the program itself does.
func TestMain(m *testing.M) {
	if IsAskpass(os.Getenv) {
		answer, err := Askpass(os.Args[1], os.Getenv)
		if err != nil {
			os.Exit(1)
		}
		os.Stdout.WriteString(answer + "\n")
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func envOf(values map[string]string) func(string) string {
	return func(name string) string {
		if value, found := values[name]; found {
			return value
		}
		if name == "PATH" {
			return os.Getenv("PATH")
		}
		return ""
	}
}

func text(value string) *string { return &value }

func content(t *testing.T, path string) string {
	t.Helper()
	bytes, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes)
}

func TestCloneOverHTTP(t *testing.T) {
	top, first := repository(t)
	open := webServer(t, top, "", "")
	closed := webServer(t, top, "ann", "p@ss/w0rd:x")
	host := strings.TrimPrefix(closed.URL, "http://")
	const repo = "/acme/vision.git"
	storeFile := filepath.Join(t.TempDir(), "store")
	if err := os.WriteFile(storeFile, []byte("http://ann:p%40ss%2Fw0rd%3Ax@"+host+"\n"), 0o444); err != nil {
		t.Fatal(err)
	}
	keys := t.TempDir()
	for name, value := range map[string]string{"username": "ann\n", "password": "p@ss/w0rd:x\n"} {
		if err := os.WriteFile(filepath.Join(keys, name), []byte(value), 0o444); err != nil {
			t.Fatal(err)
		}
	}
	pair := map[string]string{"GIT_USERNAME": "ann", "GIT_PASSWORD": "p@ss/w0rd:x"}
	cases := []struct {
		name     string
		url      string
		revision *string
		flags    []string
		env      map[string]string
		keys     *string
		want     string
		problem  string
	}{
		{"open", open.URL + repo, nil, nil, nil, nil, "three", ""},
		{"branch", open.URL + repo, text("feature/dev"), nil, nil, nil, "two", ""},
		{"tag", open.URL + repo, text("v1"), nil, nil, nil, "one", ""},
		{"commit", open.URL + repo, &first, nil, nil, nil, "one", ""},
		{"short commit", open.URL + repo, text(first[:10]), nil, nil, nil, "one", ""},
		{"shallow", open.URL + repo, nil, []string{"--depth 1"}, nil, nil, "three", ""},
		{"shallow, branch that the clone lacks", open.URL + repo, text("feature/dev"), []string{"--depth 1"}, nil, nil, "two", ""},
		{"shallow, tag that the clone lacks", open.URL + repo, text("v1"), []string{"--depth", "1"}, nil, nil, "one", ""},
		{"shallow, commit that the clone lacks", open.URL + repo, &first, []string{"--depth=1", "--no-tags"}, nil, nil, "one", ""},
		{"shallow, short commit that no server gives alone", open.URL + repo, text(first[:10]), []string{"--depth=1"}, nil, nil, "one", ""},
		{"user and password", closed.URL + repo, nil, nil, pair, nil, "three", ""},
		{"user and password, and a fetch after the clone", closed.URL + repo, text("v1"), []string{"--depth 1"}, pair, nil, "one", ""},
		{"pair in one variable", closed.URL + repo, nil, nil, map[string]string{"GIT_CREDENTIALS": "ann:p@ss/w0rd:x"}, nil, "three", ""},
		{"files of a mounted secret", closed.URL + repo, nil, nil, nil, &keys, "three", ""},
		{"credential store", closed.URL + repo, nil, nil, map[string]string{"GIT_CREDENTIALS_STORE": storeFile}, nil, "three", ""},
		{"user part of the url", "http://ann:p%40ss%2Fw0rd%3Ax@" + host + repo, nil, nil, nil, nil, "three", ""},
		{"no password", closed.URL + repo, nil, nil, nil, nil, "", "cannot be cloned: the server wants credentials and the connection has none for it."},
		{"wrong password", closed.URL + repo, nil, nil, map[string]string{"GIT_USERNAME": "ann", "GIT_PASSWORD": "wr0ng-value"}, nil, "", "cannot be cloned: the server refused the credentials."},
		{"no such repository", open.URL + "/acme/none.git", nil, nil, nil, nil, "", "cannot be cloned: there is no such repository, or the credentials may not read it."},
		{"nobody listens", "http://127.0.0.1:9/x.git", nil, nil, nil, nil, "", "cannot be cloned: the host of the repository does not answer."},
		{"no such revision", open.URL + repo, text("nope"), nil, nil, nil, "", `has no revision "nope".`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "deep/repo")
			task := helper.GitTask{URL: c.url, Revision: c.revision, Flags: c.flags, Path: path, Connection: text("code"), KeysPath: c.keys}
			var out bytes.Buffer
			err := Clone(context.Background(), task, envOf(c.env), &out)
			if c.problem != "" {
				want := `The repository of the connection "code" ` + c.problem
				if err == nil || err.Error() != want {
					t.Errorf("got %v, want %s", err, want)
				}
				if entries, err := os.ReadDir(filepath.Dir(path)); err == nil && len(entries) > 0 {
					t.Errorf("something is left: %v", entries)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := content(t, filepath.Join(path, "file")); got != c.want {
				t.Errorf("file is %q, want %q", got, c.want)
			}
			if got := do(t, path, "remote", "get-url", "origin"); strings.Contains(got, "ann") || !strings.HasSuffix(got, repo) {
				t.Errorf("the remote is %q", got)
			}
			noSecret(t, path, "p@ss/w0rd:x", "p%40ss", out.String())
		})
	}
}

// noSecret searches everything that a clone leaves behind.
func noSecret(t *testing.T, path, raw, escaped, output string) {
	t.Helper()
	if strings.Contains(output, raw) || strings.Contains(output, escaped) {
		t.Error("the output holds the password")
	}
	err := filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if found := content(t, file); strings.Contains(found, raw) || strings.Contains(found, escaped) {
			t.Errorf("%s holds the password", file)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCloneFromFolder(t *testing.T) {
	top, _ := repository(t)
	for _, url := range []string{top + "/acme/vision.git", "file://" + top + "/acme/vision.git"} {
		path := filepath.Join(t.TempDir(), "repo")
		if err := Clone(context.Background(), helper.GitTask{URL: url, Path: path}, envOf(nil), io.Discard); err != nil {
			t.Fatal(err)
		}
		if got := content(t, path+"/file"); got != "three" {
			t.Errorf("file is %q", got)
		}
	}
}

func TestCloneOverSSH(t *testing.T) {
	top, _ := repository(t)
	server := startSSH(t, top)
	host, port, _ := strings.Cut(server.address, ":")
	url := "ssh://git@" + server.address + "/acme/vision.git"
	hostLine := "[" + host + "]:" + port + " " + server.hostLine
	otherLine := "[" + host + "]:" + port + " " + startSSH(t, top).hostLine
	stranger := startSSH(t, top).key
	cases := []struct {
		name    string
		files   map[string]string
		env     map[string]string
		problem string
	}{
		{"mounted key", map[string]string{"id_rsa": server.key}, nil, ""},
		{"key under another name, without a line end", map[string]string{"work": strings.TrimSpace(server.key)}, map[string]string{"SSH_KEY_NAME": "work"}, ""},
		{"key in a variable", nil, map[string]string{"id_rsa": server.key}, ""},
		{"known host", map[string]string{"id_rsa": server.key, "known_hosts": hostLine}, nil, ""},
		{"other host key", map[string]string{"id_rsa": server.key, "known_hosts": otherLine}, nil, "cannot be cloned: the server's host key is not the one in known_hosts."},
		{"unknown host", map[string]string{"id_rsa": server.key, "known_hosts": "elsewhere " + server.hostLine}, nil, "cannot be cloned: the server's host key is not in known_hosts of the secret."},
		{"key of a stranger", map[string]string{"id_rsa": stranger}, nil, "cannot be cloned: the server refused the ssh key."},
		{"broken key", map[string]string{"id_rsa": "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n-----END OPENSSH PRIVATE KEY-----"}, nil, "cannot be cloned: the ssh key cannot be read: it is in a wrong format or has a passphrase."},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var keysPath *string
			if c.files != nil {
				keysPath = text(t.TempDir())
				for name, value := range c.files {
					if err := os.WriteFile(filepath.Join(*keysPath, name), []byte(value), 0o444); err != nil {
						t.Fatal(err)
					}
				}
			}
			path := filepath.Join(t.TempDir(), "repo")
			err := Clone(context.Background(), helper.GitTask{URL: url, Path: path, Connection: text("code"), KeysPath: keysPath}, envOf(c.env), io.Discard)
			if c.problem != "" {
				want := `The repository of the connection "code" ` + c.problem
				if err == nil || err.Error() != want {
					t.Errorf("got %v, want %s", err, want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := content(t, path+"/file"); got != "three" {
				t.Errorf("file is %q", got)
			}
			noSecret(t, path, "PRIVATE KEY", "PRIVATE KEY", "")
		})
	}
	t.Run("no key", func(t *testing.T) {
		err := Clone(context.Background(), helper.GitTask{URL: url, Path: t.TempDir() + "/repo"}, envOf(nil), io.Discard)
		if err == nil || !strings.Contains(err.Error(), "has no key") {
			t.Errorf("%v", err)
		}
	})
}

func TestCloneAgain(t *testing.T) {
	top, _ := repository(t)
	url := top + "/acme/vision.git"
	path := filepath.Join(t.TempDir(), "repo")
	for range 2 { // an init container may run twice
		if err := Clone(context.Background(), helper.GitTask{URL: url, Path: path}, envOf(nil), io.Discard); err != nil {
			t.Fatal(err)
		}
	}
	other := filepath.Join(t.TempDir(), "mine")
	if err := os.MkdirAll(other, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(other+"/work", []byte("w"), 0o644); err != nil {
		t.Fatal(err)
	}
	err := Clone(context.Background(), helper.GitTask{URL: url, Path: other}, envOf(nil), io.Discard)
	if err == nil || !strings.Contains(err.Error(), "is not empty") || content(t, other+"/work") != "w" {
		t.Errorf("%v", err)
	}
}
