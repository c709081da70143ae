package prepare

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	helper "tandem.dev/helper"
	"tandem.dev/helper/internal/transfer"
)

func noEnv(string) string { return "" }

// tree writes files, given as path and content; a content that begins with "->" makes a link.
func tree(t *testing.T, root string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if target, isLink := strings.CutPrefix(content, "->"); isLink {
			err = os.Symlink(target, path)
		} else {
			err = os.WriteFile(path, []byte(content), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// read gives what is below a folder, as path and content.
func read(t *testing.T, root string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		files[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func same(t *testing.T, got, want map[string]string) {
	t.Helper()
	for name, content := range want {
		if got[name] != content {
			t.Errorf("%s is %q, want %q", name, got[name], content)
		}
	}
	for name := range got {
		if _, wanted := want[name]; !wanted {
			t.Errorf("%s should not be there", name)
		}
	}
}

func TestCopyFromMount(t *testing.T) {
	source := map[string]string{
		"a/b.csv":            "1,2",
		"a/deep/c.txt":       "c",
		"models/m1":          "weights",
		"models/latest":      "->m1",
		"models/absolute":    "->/etc/hostname",
		"models/upwards":     "->../../secret",
		"models/folder":      "->../a",
		"models/nothing":     "->missing",
		"other..dots/..x/ok": "fine",
	}
	cases := []struct {
		name           string
		what, from, to string
		required       bool
		want           map[string]string
		problem        string
	}{
		{"file", "file", "a/b.csv", "x/b.csv", true, map[string]string{"x/b.csv": "1,2"}, ""},
		{"file under a new name", "file", "a/b.csv", "new.csv", true, map[string]string{"new.csv": "1,2"}, ""},
		{"folder", "dir", "a", "y", true, map[string]string{"y/b.csv": "1,2", "y/deep/c.txt": "c"}, ""},
		{"folder with links: only those inside are followed", "dir", "models", "m", true, map[string]string{"m/m1": "weights", "m/latest": "weights"}, ""},
		{"path that is a file", "path", "a/b.csv", "p", true, map[string]string{"p": "1,2"}, ""},
		{"path that is a folder", "path", "a/deep", "p", true, map[string]string{"p/c.txt": "c"}, ""},
		{"dots in a name are no steps", "dir", "other..dots", "d", true, map[string]string{"d/..x/ok": "fine"}, ""},
		{"missing and not listed", "dir", "none", "n", false, map[string]string{}, ""},
		{"missing and listed", "file", "none.csv", "n", true, map[string]string{}, `The file "none.csv" of the store "data" cannot be copied: it is not there.`},
		{"folder where a file is wanted", "file", "a", "n", true, map[string]string{}, `The file "a" of the store "data" cannot be copied: it is not there.`},
		{"link out of the store", "file", "models/upwards", "n", true, map[string]string{}, `The file "models/upwards" of the store "data" cannot be copied: the path leads out of the store.`},
		{"absolute link", "file", "models/absolute", "n", true, map[string]string{}, `The file "models/absolute" of the store "data" cannot be copied: the path leads out of the store.`},
		{"steps upwards", "file", "a/../../secret", "n", true, map[string]string{}, `The store "data" has no path "secret": the path leads out of the store.`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			top := t.TempDir()
			store, target := filepath.Join(top, "store"), filepath.Join(top, "target")
			tree(t, top, map[string]string{"secret": "not yours"})
			tree(t, store, source)
			tree(t, target, nil)
			task := helper.ArtifactsTask{
				EnsureDirs: []string{target},
				Store:      helper.StoreRef{Kind: "mount", Name: "data", Path: store},
				Copies:     []helper.CopyTask{{What: c.what, From: store + "/" + c.from, To: filepath.Join(target, c.to), IsRequired: c.required}},
			}
			err := Run(context.Background(), task, noEnv, os.Stderr)
			if problem := textOf(err); problem != c.problem {
				t.Errorf("problem %q, want %q", problem, c.problem)
			}
			same(t, read(t, target), c.want)
		})
	}
}

func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestCopyDoesNotWriteThroughLinksOfTheTarget(t *testing.T) {
	top := t.TempDir()
	tree(t, top, map[string]string{"store/run/sub/file": "new", "outside/file": "old", "target/sub": "->../outside"})
	task := helper.ArtifactsTask{
		Store:  helper.StoreRef{Kind: "mount", Name: "data", Path: top + "/store"},
		Copies: []helper.CopyTask{{What: "dir", From: top + "/store/run", To: top + "/target"}},
	}
	if err := Run(context.Background(), task, noEnv, os.Stderr); err == nil {
		t.Error("it was copied through the link")
	}
	if content, err := os.ReadFile(top + "/outside/file"); err != nil || string(content) != "old" {
		t.Errorf("%s %v", content, err)
	}
}

func TestArtifactsPath(t *testing.T) {
	top := t.TempDir()
	tree(t, top, map[string]string{"store/abc/outputs/model": "m", "store/abc/state": "s"})
	folder := top + "/artifacts/abc"
	task := helper.ArtifactsPathTask{
		EnsureDirs: []string{folder, folder + "/outputs"},
		Store:      &helper.StoreRef{Kind: "mount", Name: "store", Path: top + "/store"},
		Copies:     []helper.CopyTask{{What: "dir", From: top + "/store/abc", To: folder, IsSnapshot: true}},
	}
	if err := Run(context.Background(), task, noEnv, os.Stderr); err != nil {
		t.Fatal(err)
	}
	same(t, read(t, folder), map[string]string{"outputs/model": "m", "state": "s"})
	for _, dir := range task.EnsureDirs {
		if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o777 {
			t.Errorf("%s: %v %v", dir, info, err)
		}
	}
	snapshot, err := transfer.ReadSnapshot(folder)
	if err != nil || len(snapshot) != 2 || snapshot["state"].SHA256 != "043a718774c572bd8a25adbeb1bfcd5c0256ae11cecf9f9c3f925d0e52beaf89" {
		t.Errorf("%v %v", snapshot, err)
	}
	// Again, as after a restart of the container.
	if err := Run(context.Background(), task, noEnv, os.Stderr); err != nil {
		t.Fatal(err)
	}
}

func TestFile(t *testing.T) {
	text := func(value string) *string { return &value }
	cases := []struct {
		name     string
		filename string
		chmod    *string
		mode     fs.FileMode
		problem  string
	}{
		{"as made", "a.txt", nil, 0, ""},
		{"in a folder", "b/a.txt", nil, 0, ""},
		{"octal", "a.sh", text("0750"), 0o750, ""},
		{"executable", "a.sh", text("+x"), 0o777, ""},
		{"clauses", "a.sh", text("u=rwx,go-w"), 0o744, ""},
		{"wrong mode", "a.sh", text("u=rws"), 0, `The mode "u=rws" is neither octal, such as 0755, nor of the form u+x.`},
		{"no set-uid", "a.sh", text("4755"), 0, `The mode "4755" is neither octal, such as 0755, nor of the form u+x.`},
		{"upwards", "../a.txt", nil, 0, `The filename "../a.txt" must be a path below its folder.`},
		{"absolute", "/etc/a.txt", nil, 0, `The filename "/etc/a.txt" must be a path below its folder.`},
		{"empty", "", nil, 0, `The filename "" must be a path below its folder.`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			top := t.TempDir()
			copyTo := top + "/outputs"
			err := Run(context.Background(), helper.FileTask{Folder: top + "/files", Filename: c.filename, Content: "{{ x }}\n", Chmod: c.chmod, CopyTo: &copyTo}, noEnv, os.Stderr)
			if problem := textOf(err); problem != c.problem {
				t.Fatalf("problem %q, want %q", problem, c.problem)
			}
			if c.problem != "" {
				return
			}
			same(t, read(t, top), map[string]string{"files/" + c.filename: "{{ x }}\n", "outputs/" + filepath.Base(c.filename): "{{ x }}\n"})
			if info, err := os.Stat(filepath.Join(top, "files", c.filename)); err != nil || (c.mode != 0 && info.Mode().Perm() != c.mode) {
				t.Errorf("%v %v", info.Mode(), err)
			}
		})
	}
}

func TestDockerfile(t *testing.T) {
	top := t.TempDir()
	if err := Run(context.Background(), helper.DockerfileTask{Folder: top + "/a", Filename: "Dockerfile", Content: "FROM x\n"}, noEnv, os.Stderr); err != nil {
		t.Fatal(err)
	}
	same(t, read(t, top), map[string]string{"a/Dockerfile": "FROM x\n"})
}
