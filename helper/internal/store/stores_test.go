package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"sort"
	"strings"
	"testing"

	helper "tandem.dev/helper"
	"tandem.dev/helper/internal/storetest"
)

// kinds opens each kind of store, empty, with a prefix.
func kinds(t *testing.T) map[string]func() Store {
	gcs, azure := storetest.GCS(t), storetest.Azure(t)
	s3 := storetest.S3(t)
	env := func(name string) string {
		return map[string]string{
			"AWS_ACCESS_KEY_ID": storetest.S3Access, "AWS_SECRET_ACCESS_KEY": storetest.S3Secret, "AWS_ENDPOINT_URL": s3,
			"STORAGE_EMULATOR_HOST": gcs.URL, "AZURE_STORAGE_BLOB_ENDPOINT": azure.URL, "AZURE_STORAGE_KEY": storetest.AzureKey,
		}[name]
	}
	t.Setenv("AWS_ACCESS_KEY_ID", storetest.S3Access)
	t.Setenv("AWS_SECRET_ACCESS_KEY", storetest.S3Secret)
	open := func(ref helper.StoreRef) func() Store {
		return func() Store {
			opened, err := Open(context.Background(), ref, env)
			if err != nil {
				t.Fatal(err)
			}
			return opened
		}
	}
	return map[string]func() Store{
		"mount": open(helper.StoreRef{Kind: "mount", Path: t.TempDir()}),
		"s3":    open(helper.StoreRef{Kind: "s3", Bucket: "s3://bkt/top/runs/"}),
		"gcs":   open(helper.StoreRef{Kind: "gcs", Bucket: "gs://bkt/top/runs"}),
		"wasb":  open(helper.StoreRef{Kind: "wasb", Bucket: "wasbs://box@account.blob.core.windows.net/top/runs"}),
	}
}

type content struct{ *bytes.Reader }

func contentOf(text string) content { return content{bytes.NewReader([]byte(text))} }

func TestAllStoresDoTheSame(t *testing.T) {
	for kind, open := range kinds(t) {
		t.Run(kind, func(t *testing.T) {
			ctx := context.Background()
			s := open()
			defer s.Close()
			files := map[string]string{
				"run/a.txt": "aaa", "run/b.txt": "", "run/outputs/c d+é%.txt": "0123456789", "run/outputs/x/y.txt": "y",
				"run/z.txt": "z", "run2/other": "other",
			}
			for name, text := range files {
				if err := s.Put(ctx, name, contentOf(text)); err != nil {
					t.Fatalf("put %s: %v", name, err)
				}
			}
			if err := s.Put(ctx, "run/a.txt", contentOf("newer")); err != nil {
				t.Fatal(err)
			}

			object, err := s.Stat(ctx, "run/a.txt")
			if err != nil || object.Size != 5 || object.ModTime.IsZero() {
				t.Errorf("stat: %+v %v", object, err)
			}
			for _, missing := range []string{"run/none", "none/x", "run/outputs"} {
				if _, err := s.Stat(ctx, missing); !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("stat %s: %v", missing, err)
				}
			}
			for _, part := range []struct {
				offset, length int64
				want           string
			}{{0, -1, "0123456789"}, {3, -1, "3456789"}, {0, 4, "0123"}, {2, 3, "234"}, {0, 0, ""}} {
				body, err := s.Open(ctx, "run/outputs/c d+é%.txt", part.offset, part.length)
				if err != nil {
					t.Fatal(err)
				}
				got, err := io.ReadAll(body)
				if err != nil || string(got) != part.want {
					t.Errorf("open %+v: %q %v", part, got, err)
				}
				body.Close()
			}

			var walked []string
			err = s.Walk(ctx, "run", func(object Object) error { walked = append(walked, object.Name); return nil })
			sort.Strings(walked)
			if got := strings.Join(walked, "|"); err != nil || got != "run/a.txt|run/b.txt|run/outputs/c d+é%.txt|run/outputs/x/y.txt|run/z.txt" {
				t.Errorf("walk: %s %v", got, err)
			}
			if err := s.Walk(ctx, "none", func(Object) error { return nil }); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("walk of nothing: %v", err)
			}

			for _, list := range []struct {
				folder, after string
				limit         int
				want          string
			}{
				{"run", "", 10, "a.txt|b.txt|outputs/|z.txt"}, {"run", "", 2, "a.txt|b.txt"}, {"run", "b.txt", 2, "outputs/|z.txt"},
				{"run", "outputs", 2, "z.txt"}, {"run", "z.txt", 2, ""}, {"", "", 10, "run/|run2/"},
			} {
				entries, err := s.List(ctx, list.folder, list.after, list.limit)
				var names []string
				for _, each := range entries {
					name := each.Name
					if each.IsDir {
						name += "/"
					}
					names = append(names, name)
				}
				if got := strings.Join(names, "|"); err != nil || got != list.want {
					t.Errorf("list %+v: %s %v", list, got, err)
				}
			}
			if _, err := s.List(ctx, "none", "", 5); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("list of nothing: %v", err)
			}
		})
		t.Run(kind+" takes 40 MiB", func(t *testing.T) {
			s := open()
			defer s.Close()
			large := make([]byte, 40<<20)
			if _, err := rand.Read(large); err != nil {
				t.Fatal(err)
			}
			if err := s.Put(context.Background(), "large", content{bytes.NewReader(large)}); err != nil {
				t.Fatal(err)
			}
			body, err := s.Open(context.Background(), "large", 0, -1)
			if err != nil {
				t.Fatal(err)
			}
			defer body.Close()
			got, err := io.ReadAll(body)
			if err != nil || !bytes.Equal(got, large) {
				t.Errorf("%d bytes came back: %v", len(got), err)
			}
		})
	}
}

func TestS3WithoutRights(t *testing.T) {
	url := storetest.S3(t)
	t.Setenv("AWS_ACCESS_KEY_ID", storetest.S3Access)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "else-s-key")
	env := func(name string) string {
		if name == "AWS_ENDPOINT_URL" {
			return url
		}
		return ""
	}
	s, err := Open(context.Background(), helper.StoreRef{Kind: "s3", Bucket: "s3://bkt"}, env)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Stat(context.Background(), "x"); Explain(err) != "access was refused" {
		t.Errorf("%v", err)
	}
	if err := s.Put(context.Background(), "x", contentOf("x")); Explain(err) != "access was refused" {
		t.Errorf("%v", err)
	}
}

func TestWhatStoresAnswerIsSaidInWords(t *testing.T) {
	bucket := storetest.GCS(t)
	open := func(address, host string) Store {
		s, err := Open(context.Background(), helper.StoreRef{Kind: "gcs", Bucket: address}, func(string) string { return host })
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open("gs://bkt/secret-prefix", bucket.URL)
	for status, want := range map[int]string{
		403: "access was refused", 401: "access was refused", 404: "it is not there",
		503: "the store answered with 503 Service Unavailable", 429: "the store answered with 429 Too Many Requests",
	} {
		bucket.Refuse(func(*http.Request) int { return status })
		_, err := s.Stat(context.Background(), "x")
		if got := Explain(err); got != want || strings.Contains(got, "secret-prefix") {
			t.Errorf("%d: %q", status, got)
		}
	}
	_, err := open("gs://bkt", "http://127.0.0.1:9").Stat(context.Background(), "x")
	if got := Explain(err); got != "the store cannot be reached" {
		t.Errorf("%q", got)
	}
}

func TestKeysThatAreNoNamesAreRefused(t *testing.T) {
	bucket := storetest.GCS(t)
	s, err := Open(context.Background(), helper.StoreRef{Kind: "gcs", Bucket: "gs://bkt/p"}, func(string) string { return bucket.URL })
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"p/run/../../etc/passwd", "p/run//double", "p/run/./dot"} {
		bucket.Put(key, "x")
		err := s.Walk(context.Background(), "run", func(object Object) error { t.Errorf("%s was taken", object.Name); return nil })
		if err == nil {
			t.Errorf("%s was passed over", key)
		}
		bucket.Put(key, "")
	}
}

func TestAddresses(t *testing.T) {
	for _, wrong := range [][2]string{
		{"s3", "bkt/p"}, {"s3", "gs://bkt"}, {"s3", "s3://"}, {"gcs", "s3://bkt"}, {"wasb", "wasbs://account.blob.core.windows.net/p"},
		{"wasb", "abfs://account.dfs.core.windows.net/p"}, {"wasb", "https://account.blob.core.windows.net"}, {"wasb", "https://ann:pw@account.blob.core.windows.net/box"},
		{"wasb", "https://account.blob.core.windows.net/box?sv=1&sig=x"}, {"wasb", "ftp://box@account.blob.core.windows.net/p"}, {"wasb", "wasb://@account.blob.core.windows.net/p"},
		{"s3", "s3://bkt/../other"},
	} {
		if _, err := parseAddress(wrong[0], wrong[1]); err == nil {
			t.Errorf("%v was taken", wrong)
		}
	}
	at, err := parseAddress("s3", "s3://bkt/p/q/")
	if err != nil || at.bucket != "bkt" || at.prefix != "p/q" {
		t.Fatalf("%+v %v", at, err)
	}
	for from, want := range map[string]string{
		"s3://bkt/p/q": "", "s3://bkt/p/q/": "", "s3://bkt/p/q/run/a": "run/a", "run/a": "run/a",
		"s3://bkt/p/other": "!", "s3://bkt/p/qq/a": "!", "s3://other/p/q/a": "!", "s3://bkt/p/q/../../x": "!", "../x": "!",
	} {
		got, err := at.Rel(from)
		if want == "!" {
			if !errors.Is(err, ErrOutside) {
				t.Errorf("%s gave %q", from, got)
			}
			continue
		}
		if err != nil || got != want {
			t.Errorf("%s: %q %v", from, got, err)
		}
	}
}

func TestAddressesOfAzure(t *testing.T) {
	for _, c := range []struct{ text, container, host, prefix string }{
		{"wasb://box@account.blob.core.windows.net/a/b", "box", "account.blob.core.windows.net", "a/b"},
		{"wasbs://box@account.blob.core.windows.net/", "box", "account.blob.core.windows.net", ""},
		{"wasbs://box@account/a", "box", "account.blob.core.windows.net", "a"},
		{"abfs://box@account.dfs.core.windows.net/a", "box", "account.dfs.core.windows.net", "a"},
		{"abfss://box@account.dfs.core.windows.net/a", "box", "account.dfs.core.windows.net", "a"},
		{"https://account.blob.core.windows.net/box/a/b/", "box", "account.blob.core.windows.net", "a/b"},
		{"https://account.blob.core.windows.net/box", "box", "account.blob.core.windows.net", ""},
		{"abfs://box/a", "box", "", "a"},
		{"az://box/a", "box", "", "a"},
	} {
		if kind := KindOf(c.text); kind != "wasb" {
			t.Errorf("%s is of the kind %q", c.text, kind)
		}
		at, err := parseAddress("wasb", c.text)
		if err != nil || at.bucket != c.container || at.host != c.host || at.prefix != c.prefix {
			t.Errorf("%s: %+v %v", c.text, at, err)
			continue
		}
		if got, err := at.Rel(strings.TrimRight(c.text, "/") + "/run/x"); err != nil || got != "run/x" {
			t.Errorf("%s: a run is at %q %v", c.text, got, err)
		}
	}
}

func TestAccountsOfAzure(t *testing.T) {
	const key = "a2V5"
	for _, c := range []struct {
		bucket string
		env    map[string]string
		want   string
	}{
		{"wasbs://box@account.blob.core.windows.net/a", map[string]string{"AZURE_STORAGE_KEY": key}, "https://account.blob.core.windows.net/box"},
		{"abfss://box@account.dfs.core.windows.net/a", map[string]string{"AZURE_ACCOUNT_KEY": key}, "https://account.blob.core.windows.net/box"},
		{"https://account.blob.core.windows.net/box/a", map[string]string{"AZURE_STORAGE_ACCOUNT_KEY": key}, "https://account.blob.core.windows.net/box"},
		{"az://box/a", map[string]string{"AZURE_ACCOUNT_NAME": "other", "AZURE_ACCOUNT_KEY": key}, "https://other.blob.core.windows.net/box"},
		{"az://box/a", map[string]string{"AZURE_CONNECTION_STRING": "DefaultEndpointsProtocol=https;AccountName=third;AccountKey=a2V5;EndpointSuffix=core.windows.net"}, "https://third.blob.core.windows.net/box"},
		{"az://box/a", map[string]string{"AZURE_ACCOUNT_KEY": key}, "the bucket in the connection names no account, and AZURE_STORAGE_ACCOUNT is not set"},
	} {
		opened, err := Open(context.Background(), helper.StoreRef{Kind: "wasb", Bucket: c.bucket}, func(name string) string { return c.env[name] })
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = opened.(*azureStore).container.URL()
		}
		if got != c.want {
			t.Errorf("%s with %v: %s, want %s", c.bucket, c.env, got, c.want)
		}
	}
}
