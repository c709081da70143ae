package transfer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	helper "tandem.dev/helper"
	"tandem.dev/helper/internal/store"
)

// How many files come from a store at once.
const parallel = 8

// Copier carries out the copies of a task.
type Copier struct {
	Store store.Store
	// StoreName is the connection, for messages; the place behind it is not for everybody's eyes (decisions.md 60).
	StoreName string
	// Want tells which names of a folder are taken; nil takes all.
	Want func(name string) bool
}

// Copied is what one copy did.
type Copied struct {
	Files int
	Bytes int64
}

// Copy copies one thing (agent-and-kubernetes.md 2.3): what is not there is left out, unless it is required. The error is
// a sentence for people.
func (c *Copier) Copy(ctx context.Context, task helper.CopyTask) (Copied, error) {
	name, err := c.Store.Rel(task.From)
	if err != nil {
		return Copied{}, fmt.Errorf("The store %q has no path %q: %s.", c.StoreName, last(task.From), store.Explain(err))
	}
	var copied Copied
	switch task.What {
	case "file":
		copied, err = c.file(ctx, name, task)
	case "dir":
		copied, err = c.folder(ctx, name, task)
	default:
		copied, err = c.file(ctx, name, task)
		if errors.Is(err, fs.ErrNotExist) || name == "" {
			copied, err = c.folder(ctx, name, task)
		}
	}
	if errors.Is(err, fs.ErrNotExist) && !task.IsRequired {
		return Copied{}, nil
	}
	if err != nil {
		return copied, fmt.Errorf("%s of the store %q cannot be copied: %s.", describe(task.What, name), c.StoreName, store.Explain(err))
	}
	return copied, nil
}

func describe(what, name string) string {
	if name == "" {
		return "The top folder"
	}
	switch what {
	case "file":
		return fmt.Sprintf("The file %q", name)
	case "dir":
		return fmt.Sprintf("The folder %q", name)
	default:
		return fmt.Sprintf("The path %q", name)
	}
}

func (c *Copier) file(ctx context.Context, name string, task helper.CopyTask) (Copied, error) {
	object, err := c.Store.Stat(ctx, name)
	if err != nil {
		return Copied{}, err
	}
	folder, base := filepath.Split(filepath.Clean(task.To))
	target, err := openTarget(folder)
	if err != nil {
		return Copied{}, err
	}
	defer target.Close()
	_, err = c.fetch(ctx, object, target, base)
	return Copied{1, object.Size}, err
}

func (c *Copier) folder(ctx context.Context, name string, task helper.CopyTask) (Copied, error) {
	// Opened on the first file only: a folder that is not there leaves no empty one behind.
	open := sync.OnceValues(func() (*os.Root, error) { return openTarget(task.To) })
	snapshot := Snapshot{}
	var copied Copied
	var guard sync.Mutex
	group, groupContext := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	walked := c.Store.Walk(groupContext, name, func(object store.Object) error {
		below := strings.TrimPrefix(strings.TrimPrefix(object.Name, name), "/")
		if c.Want != nil && !c.Want(below) {
			return nil
		}
		target, err := open()
		if err != nil {
			return err
		}
		group.Go(func() error {
			known, err := c.fetch(groupContext, object, target, below)
			if err != nil {
				return err
			}
			guard.Lock()
			defer guard.Unlock()
			copied.Files++
			copied.Bytes += known.Size
			if task.IsSnapshot && len(snapshot) < MostFiles {
				snapshot[below] = known
			}
			return nil
		})
		return nil
	})
	// A failed copy ends the walk by its context, so its own error is the one that tells something.
	if err := group.Wait(); err != nil {
		return copied, notThereIsOdd(err)
	}
	if walked != nil {
		return copied, walked
	}
	target, err := open()
	if err != nil {
		return copied, err
	}
	defer target.Close()
	if task.IsSnapshot {
		return copied, snapshot.Write(filepath.Clean(task.To))
	}
	return copied, nil
}

// A file that went away while its folder was copied is no missing folder.
func notThereIsOdd(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("the folder changed while it was copied")
	}
	return err
}

func openTarget(folder string) (*os.Root, error) {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return nil, err
	}
	return os.OpenRoot(folder)
}

// fetch writes one file below the target; os.Root keeps it from following a link out of it.
func (c *Copier) fetch(ctx context.Context, object store.Object, target *os.Root, name string) (Known, error) {
	if folder := path.Dir(name); folder != "." {
		if err := target.MkdirAll(folder, 0o777); err != nil {
			return Known{}, err
		}
	}
	body, err := c.Store.Open(ctx, object.Name, 0, -1)
	if err != nil {
		return Known{}, err
	}
	defer body.Close()
	file, err := target.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return Known{}, err
	}
	hash := sha256.New()
	_, err = io.Copy(io.MultiWriter(file, hash), body)
	if err = errors.Join(err, file.Close()); err != nil {
		return Known{}, err
	}
	info, err := target.Lstat(name)
	if err != nil {
		return Known{}, err
	}
	return Known{info.Size(), info.ModTime().UnixNano(), hex.EncodeToString(hash.Sum(nil))}, nil
}

func last(address string) string {
	return path.Base(strings.ReplaceAll(address, "\\", "/"))
}
