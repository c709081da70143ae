// Package collect is the collector: it brings the files of a run to the store while it runs, and tells at the end what
// the run left behind (agent-and-kubernetes.md 2.4).
package collect

import (
	"errors"
	"io/fs"
	"os"
	"strings"

	"tandem.dev/helper/internal/transfer"
)

// found is one plain file of the run's folder.
type found struct {
	name  string
	size  int64
	mtime int64
}

var errTooMany = errors.New("too many files")

// scan visits plain files below the folder in order of their paths. Links are left out, since they may point anywhere,
// and so is what is neither file nor folder: reading a pipe would never end. The list of what could not be read comes back.
func scan(root *os.Root, visit func(found) error) (unreadable []string, err error) {
	count := 0
	err = fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			if name == "." {
				return err
			}
			if errors.Is(err, fs.ErrPermission) {
				unreadable = append(unreadable, name)
			}
			if entry != nil && entry.IsDir() {
				return fs.SkipDir
			}
			return nil // it went away meanwhile
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return nil // it went away meanwhile
		}
		count++
		if count > transfer.MostFiles {
			return errTooMany
		}
		return visit(found{name, info.Size(), info.ModTime().UnixNano()})
	})
	return unreadable, err
}

// isArtifact tells whether a file counts as an output of the run, not only as one of its files.
func isArtifact(name string) bool { return strings.HasPrefix(name, "outputs/") }
