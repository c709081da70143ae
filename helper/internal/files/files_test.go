package files

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	helper "tandem.dev/helper"
	"tandem.dev/helper/internal/store"
)

const (
	uuid  = "3f1b0c2d4e5f60718293a4b5c6d79b17"
	other = "00000000000000000000000000000000"
	token = "a-token-for-tests"
)

func serve(t *testing.T) (at, top string) {
	t.Helper()
	top = t.TempDir()
	for name, content := range map[string]string{
		uuid + "/outputs/model.bin":     "0123456789",
		uuid + "/outputs/<b>.html":      "<script>",
		uuid + "/outputs/sub/deep.txt":  "deep",
		uuid + "/logs/main.jsonl":       "{}\n",
		uuid + "/outputs/100%.txt":      "percent",
		other + "/secret.txt":           "of another run",
		"outside.txt":                   "of nobody",
		uuid + "/outputs/.tandem-part-": "half",
	} {
		path := filepath.Join(top, "store", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range map[string]string{
		uuid + "/outputs/inside": "model.bin", uuid + "/outputs/sideways": "../../" + other, uuid + "/outputs/away": "/etc",
		uuid + "/outputs/file": "../../" + other + "/secret.txt", "11111111111111111111111111111111": uuid,
	} {
		if err := os.Symlink(target, filepath.Join(top, "store", name)); err != nil {
			t.Fatal(err)
		}
	}
	tokenFile := filepath.Join(top, "token")
	if err := os.WriteFile(tokenFile, []byte(token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	opened, err := store.Open(t.Context(), helper.StoreRef{Kind: "mount", Name: "store", Path: top + "/store"}, os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	checker, ok := opened.(interface{ RefuseLink(name string) error })
	if !ok {
		t.Fatal("a mount refuses no links")
	}
	listening := httptest.NewServer((&server{store: opened, tokenFile: tokenFile, links: checker.RefuseLink}).handler())
	t.Cleanup(listening.Close)
	return listening.URL, top
}

type reply struct {
	status int
	body   string
	header http.Header
}

// ask sends a path as it is: the client must not tidy it up.
func ask(t *testing.T, method, at, path string, header map[string]string, body io.Reader) reply {
	t.Helper()
	request, err := http.NewRequest(method, at, body)
	if err != nil {
		t.Fatal(err)
	}
	request.URL.Opaque = strings.TrimPrefix(at, "http:") + path
	request.Header.Set("Authorization", "Bearer "+token)
	for name, value := range header {
		request.Header.Set(name, value)
	}
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{answer.StatusCode, string(text), answer.Header}
}

func TestGet(t *testing.T) {
	at, _ := serve(t)
	cases := []struct {
		name, path string
		header     map[string]string
		status     int
		body       string
	}{
		{"file", "/" + uuid + "/outputs/model.bin", nil, 200, "0123456789"},
		{"encoded name", "/" + uuid + "/outputs/%3Cb%3E.html", nil, 200, "<script>"},
		{"percent in a name", "/" + uuid + "/outputs/100%25.txt", nil, 200, "percent"},
		{"range", "/" + uuid + "/outputs/model.bin", map[string]string{"Range": "bytes=2-4"}, 206, "234"},
		{"range from the end", "/" + uuid + "/outputs/model.bin", map[string]string{"Range": "bytes=-3"}, 206, "789"},
		{"open range", "/" + uuid + "/outputs/model.bin", map[string]string{"Range": "bytes=8-"}, 206, "89"},
		{"range behind the end", "/" + uuid + "/outputs/model.bin", map[string]string{"Range": "bytes=20-"}, 416, ""},
		{"nothing there", "/" + uuid + "/outputs/none", nil, 404, ""},
		{"folder without its slash", "/" + uuid + "/outputs", nil, 404, ""},
		{"no token", "/" + uuid + "/outputs/model.bin", map[string]string{"Authorization": ""}, 401, ""},
		{"wrong token", "/" + uuid + "/outputs/model.bin", map[string]string{"Authorization": "Bearer " + token + "x"}, 401, ""},
		{"another scheme", "/" + uuid + "/outputs/model.bin", map[string]string{"Authorization": "Basic " + token}, 401, ""},
		{"health needs none", "/healthz", map[string]string{"Authorization": ""}, 200, "ok\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := ask(t, http.MethodGet, at, c.path, c.header, nil)
			if got.status != c.status || (c.body != "" && got.body != c.body) {
				t.Errorf("%d %q", got.status, got.body)
			}
			if got.header.Get("X-Content-Type-Options") != "nosniff" {
				t.Error("a browser may guess")
			}
			if c.body != "" && c.path != "/healthz" && (got.header.Get("Content-Type") != "application/octet-stream" || got.header.Get("Content-Disposition") != "attachment") {
				t.Errorf("a browser may show it: %v", got.header)
			}
		})
	}
}

// attacks.md V22
func TestNothingOutsideOfTheRun(t *testing.T) {
	at, _ := serve(t)
	for _, path := range []string{
		"/" + uuid + "/../" + other + "/secret.txt",
		"/" + uuid + "/outputs/../../" + other + "/secret.txt",
		"/" + uuid + "/%2e%2e/" + other + "/secret.txt",
		"/" + uuid + "/%2E%2E%2F" + other + "/secret.txt",
		"/" + uuid + "/..%2f" + other + "/secret.txt",
		"/" + uuid + "/%252e%252e/" + other + "/secret.txt",
		"/" + uuid + "/%25252e%25252e/outside.txt",
		"/" + uuid + "/..%5c" + other + "%5csecret.txt",
		"/" + uuid + "/..\\" + other + "\\secret.txt",
		"/" + uuid + "/%c0%ae%c0%ae/" + other + "/secret.txt",
		"/" + uuid + "/%EF%BC%8E%EF%BC%8E/" + other + "/secret.txt",
		"/" + uuid + "/%E2%80%A5/" + other + "/secret.txt",
		"/" + uuid + "/..%EF%BC%8F" + other + "%EF%BC%8Fsecret.txt",
		"/" + uuid + "/..%E2%88%95" + other + "/secret.txt",
		"/" + uuid + "//etc/passwd",
		"/" + uuid + "/./outputs/model.bin",
		"/" + uuid + "/outputs/model.bin%00.txt",
		"/" + uuid + "/outputs/model.bin%0a",
		"/" + uuid + "/outputs/inside",
		"/" + uuid + "/outputs/file",
		"/" + uuid + "/outputs/sideways/secret.txt",
		"/" + uuid + "/outputs/sideways/",
		"/" + uuid + "/outputs/away/passwd",
		"/11111111111111111111111111111111/outputs/model.bin",
		"/11111111111111111111111111111111/",
		"/outside.txt", "//etc/passwd", "/", "/..", "/.", "/" + strings.ToUpper(uuid) + "/outputs/model.bin",
		"/" + uuid + "%2f..%2f" + other + "/secret.txt",
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			got := ask(t, method, at, path, nil, nil)
			if got.status != 400 && got.status != 404 {
				t.Errorf("%s %s: %d %q", method, path, got.status, got.body)
			}
		}
	}
}

func TestList(t *testing.T) {
	at, _ := serve(t)
	var got struct {
		Entries []struct {
			Name, Kind string
			Size       *int64
		}
		After *string
	}
	names := func(path string) string {
		answer := ask(t, http.MethodGet, at, path, nil, nil)
		if answer.status != 200 {
			t.Fatalf("%s: %d %s", path, answer.status, answer.body)
		}
		got.Entries, got.After = nil, nil
		if err := json.Unmarshal([]byte(answer.body), &got); err != nil {
			t.Fatal(err)
		}
		var list []string
		for _, each := range got.Entries {
			list = append(list, each.Kind+" "+each.Name)
		}
		return strings.Join(list, ", ")
	}
	if list := names("/" + uuid + "/"); list != "dir logs, dir outputs" {
		t.Error(list)
	}
	if list := names("/" + uuid); list != "dir logs, dir outputs" {
		t.Error(list)
	}
	if list := names("/" + uuid + "/outputs/"); list != "file 100%.txt, file <b>.html, file model.bin, dir sub" || got.After != nil || *got.Entries[2].Size != 10 {
		t.Error(list)
	}
	if list := names("/" + uuid + "/outputs/?limit=2"); list != "file 100%.txt, file <b>.html" || got.After == nil || *got.After != "<b>.html" {
		t.Error(list)
	}
	if list := names("/" + uuid + "/outputs/?limit=2&after=%3Cb%3E.html"); list != "file model.bin, dir sub" {
		t.Error(list)
	}
}

func TestPut(t *testing.T) {
	at, top := serve(t)
	cases := []struct {
		name, path string
		status     int
	}{
		{"archive", "/" + uuid + "/logs/worker-0.1.jsonl", 204},
		{"archive of a run without a folder", "/22222222222222222222222222222222/logs/main.jsonl", 204},
		{"outputs", "/" + uuid + "/outputs/model.bin", 403},
		{"another ending", "/" + uuid + "/logs/main.json", 403},
		{"deeper", "/" + uuid + "/logs/a/b.jsonl", 403},
		{"hidden", "/" + uuid + "/logs/.jsonl", 403},
		{"upwards", "/" + uuid + "/logs/..%2f..%2fx.jsonl", 400},
		{"through a link", "/11111111111111111111111111111111/logs/main.jsonl", 404},
		{"folder", "/" + uuid + "/logs/", 405},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := ask(t, http.MethodPut, at, c.path, nil, strings.NewReader("{\"line\":1}\n"))
			if got.status != c.status {
				t.Fatalf("%d %s", got.status, got.body)
			}
			if c.status != 204 {
				return
			}
			content, err := os.ReadFile(filepath.Join(top, "store", c.path))
			if err != nil || string(content) != "{\"line\":1}\n" {
				t.Errorf("%q %v", content, err)
			}
		})
	}
	if got := ask(t, http.MethodPut, at, "/"+uuid+"/logs/big.jsonl", nil, io.LimitReader(endless{}, largestArchive+1)); got.status != 413 {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := ask(t, http.MethodPut, at, "/"+uuid+"/logs/x.jsonl", map[string]string{"Authorization": ""}, strings.NewReader("x")); got.status != 401 {
		t.Errorf("%d", got.status)
	}
	if got := ask(t, http.MethodDelete, at, "/"+uuid+"/logs/main.jsonl", nil, nil); got.status != 405 {
		t.Errorf("%d", got.status)
	}
}

type endless struct{}

func (endless) Read(buffer []byte) (int, error) { return len(buffer), nil }

func TestANewTokenCountsAtOnceAndAnEmptyOneNever(t *testing.T) {
	at, top := serve(t)
	path := "/" + uuid + "/outputs/model.bin"
	for _, step := range []struct {
		content, given string
		status         int
	}{{"another", token, 401}, {"another", "another", 200}, {"", "", 401}, {" \n", " ", 401}} {
		if err := os.WriteFile(top+"/token", []byte(step.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := ask(t, http.MethodGet, at, path, map[string]string{"Authorization": "Bearer " + step.given}, nil); got.status != step.status {
			t.Errorf("%+v: %d", step, got.status)
		}
	}
}
