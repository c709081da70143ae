// Package transfer moves files between a store and the folder of a run, and remembers what was moved.
package transfer

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// MostFiles is how many files of one run are followed; it bounds the memory of the collector (about 200 bytes each).
const MostFiles = 100_000

// Known is what is remembered of a file: while size and time stay, the content is taken to be the same.
type Known struct {
	Size   int64
	MTime  int64
	SHA256 string
}

// Snapshot is what the store holds, by the path below the folder.
type Snapshot map[string]Known

type snapshotLine struct {
	Path   string `json:"p"`
	Size   int64  `json:"s"`
	MTime  int64  `json:"t"`
	SHA256 string `json:"h"`
}

// SnapshotFile is where the snapshot of a folder is kept: beside the folder, so that it is never uploaded itself.
func SnapshotFile(folder string) string {
	return filepath.Join(filepath.Dir(folder), ".tandem-snapshot-"+filepath.Base(folder))
}

// ReadSnapshot reads the snapshot of a folder; none gives an empty one. The main container can write the file too, so
// nothing in it is trusted further than to skip an upload of the run's own files, and broken lines end it.
func ReadSnapshot(folder string) (Snapshot, error) {
	snapshot := Snapshot{}
	file, err := os.OpenFile(SnapshotFile(folder), os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return snapshot, nil
	}
	if err != nil {
		return snapshot, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return snapshot, errors.Join(err, errors.New("not a plain file"))
	}
	lines := bufio.NewScanner(io.LimitReader(file, 64<<20))
	for lines.Scan() && len(snapshot) < MostFiles {
		var line snapshotLine
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return snapshot, err
		}
		snapshot[line.Path] = Known{line.Size, line.MTime, line.SHA256}
	}
	return snapshot, lines.Err()
}

// Write puts the snapshot in its file as a whole.
func (s Snapshot) Write(folder string) error {
	path := SnapshotFile(folder)
	part := fmt.Sprintf("%s.%d", path, os.Getpid())
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL|syscall.O_NOFOLLOW, 0o666)
	if err != nil {
		return err
	}
	buffer := bufio.NewWriter(file)
	encoder := json.NewEncoder(buffer)
	for name, known := range s {
		if err := encoder.Encode(snapshotLine{name, known.Size, known.MTime, known.SHA256}); err != nil {
			return errors.Join(err, file.Close())
		}
	}
	if err := errors.Join(buffer.Flush(), file.Close()); err != nil {
		return err
	}
	return os.Rename(part, path)
}
