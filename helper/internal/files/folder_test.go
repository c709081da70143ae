package files

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	helper "tandem.dev/helper"
	"tandem.dev/helper/internal/store"
)

func TestPrepare(t *testing.T) {
	const stranger = 12345
	cases := []struct {
		name   string
		before fs.FileMode
		owner  int
		after  fs.FileMode
		says   string
	}{
		{"as the kubelet makes it", 0o755, -1, 0o775 | fs.ModeSetgid, "may write"},
		{"closed", 0o700, -1, 0o770 | fs.ModeSetgid, "may write"},
		{"ready", 0o775 | fs.ModeSetgid, -1, 0o775 | fs.ModeSetgid, ""},
		{"of somebody else", 0o755, stranger, 0o755, "belongs to user 12345 and group 12345: it stays as it is."},
	}
	for _, c := range cases {
		if c.owner >= 0 && os.Getuid() != 0 {
			continue // only root can give a folder away
		}
		t.Run(c.name, func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "store")
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Chown(folder, c.owner, c.owner); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(folder, c.before); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if err := Main([]string{"--root", folder, "--prepare"}, os.Getenv, &out); err != nil {
				t.Fatal(err)
			}
			info, err := os.Stat(folder)
			if err != nil || info.Mode()&^fs.ModeDir != c.after {
				t.Errorf("%v %v", info.Mode(), err)
			}
			if (c.says == "") != (out.Len() == 0) || !strings.Contains(out.String(), c.says) {
				t.Errorf("%q", out.String())
			}
		})
	}
	err := Main([]string{"--root", t.TempDir() + "/none", "--prepare"}, os.Getenv, &bytes.Buffer{})
	if err == nil || !strings.HasSuffix(err.Error(), `/none" cannot be looked at: it is not there.`) {
		t.Errorf("%v", err)
	}
}

// readOnly is a mount that the server may not write to; the tests may run as root, to whom nothing is refused.
type readOnly struct {
	store.Store
	err error
}

func (r readOnly) TryWrite() error { return r.err }

func TestAFolderThatCannotBeWrittenIsSaid(t *testing.T) {
	cases := []struct {
		name  string
		errno syscall.Errno
		want  []string
	}{
		{"of root", syscall.EACCES, []string{`Nothing can be written to the folder "/store": access was refused. The logs of runs are not kept`, "must be able to make files there."}},
		{"mounted for reading", syscall.EROFS, []string{`Nothing can be written to the folder "/store": read-only file system.`}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			sayIfReadOnly(readOnly{err: &fs.PathError{Op: "open", Path: "x", Err: c.errno}}, "/store", &out)
			for _, part := range c.want {
				if !strings.Contains(out.String(), part) {
					t.Errorf("%q", out.String())
				}
			}
		})
	}
	folder := t.TempDir()
	opened, err := store.Open(t.Context(), helper.StoreRef{Kind: "mount", Name: "store", Path: folder}, os.Getenv)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	sayIfReadOnly(opened, folder, &out)
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 0 || out.Len() != 0 {
		t.Errorf("%v %v %q", left, err, out.String())
	}
}
