package collect

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"sync"
	"syscall"

	"golang.org/x/sync/errgroup"

	"tandem.dev/helper/internal/store"
	"tandem.dev/helper/internal/transfer"
)

// How many files go to the store at once.
const parallel = 4

// syncer brings changed files of one folder to the store.
type syncer struct {
	root *os.Root
	// Nil: there is no store, and files are only hashed.
	to store.Store
	// Place of the run in the store.
	place    string
	snapshot transfer.Snapshot

	guard sync.Mutex
}

// outcome is what one sync did.
type outcome struct {
	uploaded   int
	unreadable []string
	tooMany    bool
	// err is the first failure of the store; files after it were not tried.
	err error
}

// sync uploads every file whose size or time differs from the snapshot and whose content differs, too.
func (s *syncer) sync(ctx context.Context) outcome {
	var result outcome
	group, groupContext := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	unreadable, err := scan(s.root, func(file found) error {
		if groupContext.Err() != nil {
			return groupContext.Err()
		}
		s.guard.Lock()
		known, seen := s.snapshot[file.name]
		s.guard.Unlock()
		if seen && known.Size == file.size && known.MTime == file.mtime {
			return nil
		}
		group.Go(func() error { return s.upload(groupContext, file, known, &result) })
		return nil
	})
	result.err = group.Wait()
	result.unreadable = append(result.unreadable, unreadable...)
	switch {
	case errors.Is(err, errTooMany):
		result.tooMany = true
	case result.err == nil:
		result.err = err
	}
	return result
}

func (s *syncer) upload(ctx context.Context, file found, known transfer.Known, result *outcome) error {
	opened, err := s.root.OpenFile(file.name, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOFOLLOW, 0)
	if err != nil {
		s.guard.Lock()
		defer s.guard.Unlock()
		if errors.Is(err, os.ErrPermission) {
			result.unreadable = append(result.unreadable, file.name)
		}
		return nil // it went away meanwhile, or became a link
	}
	defer opened.Close()
	info, err := opened.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	hash, err := hashOf(ctx, opened, info.Size())
	if errors.Is(err, errShrunk) {
		return nil // it is being written; the next sync takes it
	}
	if err != nil {
		return err
	}
	if s.to != nil && (known.SHA256 != hash || known.Size != info.Size()) {
		if err := s.to.Put(ctx, path.Join(s.place, file.name), body{opened, info.Size()}); err != nil {
			return err
		}
	}
	after, err := opened.Stat()
	if err != nil || after.Size() != info.Size() || !after.ModTime().Equal(info.ModTime()) {
		return nil // it changed while it was read, so it counts as changed
	}
	s.guard.Lock()
	defer s.guard.Unlock()
	s.snapshot[file.name] = transfer.Known{Size: info.Size(), MTime: info.ModTime().UnixNano(), SHA256: hash}
	result.uploaded++
	return nil
}

var errShrunk = errors.New("the file became shorter")

func hashOf(ctx context.Context, file io.ReaderAt, size int64) (string, error) {
	hash := sha256.New()
	reader := io.NewSectionReader(file, 0, size)
	buffer := make([]byte, 256<<10)
	for {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		count, err := reader.Read(buffer)
		hash.Write(buffer[:count])
		size -= int64(count)
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", err
		}
	}
	if size > 0 {
		return "", errShrunk
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// body is a file as Put wants it. Its size is fixed at the start, however the file grows.
type body struct {
	*os.File
	size int64
}

func (b body) Size() int64 { return b.size }

func problemOf(name string, err error) string {
	return fmt.Sprintf("Files could not be brought to the store %q: %s.", name, store.Explain(err))
}
