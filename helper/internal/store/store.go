// Package store reads and writes an artifacts store: a folder that is mounted, or a bucket of S3, GCS or Azure.
package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"

	helper "tandem.dev/helper"
)

// Object is one file of a store; Name is its path below the top of the store, with slashes.
type Object struct {
	Name    string
	Size    int64
	ModTime time.Time
}

// Entry is one line of a folder's listing.
type Entry struct {
	Name    string
	IsDir   bool
	Size    int64
	ModTime time.Time
}

// Store is what both kinds of stores can do. Names are relative to the top and have been checked by CleanName.
// Whatever is not there is an error that is fs.ErrNotExist.
type Store interface {
	// Stat gives a file, never a folder.
	Stat(ctx context.Context, name string) (Object, error)
	// Open reads a file from an offset; length -1 means to its end.
	Open(ctx context.Context, name string, offset, length int64) (io.ReadCloser, error)
	// Walk calls visit for every file below a folder ("" is the top). Links that are followed nowhere are left out.
	Walk(ctx context.Context, folder string, visit func(Object) error) error
	// List gives at most limit direct entries of a folder whose names come after a name, in order.
	List(ctx context.Context, folder, after string, limit int) ([]Entry, error)
	// Put writes a file as a whole: a reader sees the old content or the new one.
	Put(ctx context.Context, name string, body Body) error
	// Rel gives the name below the top for an address or path as tasks have it.
	Rel(from string) (string, error)
	Close() error
}

// Body is what Put uploads. It can be read again after a failure, and by several readers at once.
type Body interface {
	io.ReaderAt
	Size() int64
}

// ErrDenied says that credentials are missing, wrong or not enough.
var ErrDenied = errors.New("access was refused")

// ErrOutside says that a name leads out of its folder.
var ErrOutside = errors.New("the path leads out of the store")

// Open opens a store by its reference; credentials come from the environment, as the connection delivers them.
func Open(ctx context.Context, ref helper.StoreRef, env Env) (Store, error) {
	if ref.Kind == "mount" {
		return openMount(ref.Path)
	}
	address, err := parseAddress(ref.Kind, ref.Bucket)
	if err != nil {
		return nil, err
	}
	switch ref.Kind {
	case "s3":
		return openS3(address, env)
	case "gcs":
		return openGCS(ctx, address, env)
	case "wasb":
		return openAzure(address, env)
	default:
		return nil, fmt.Errorf("a store of kind %q is not known", ref.Kind)
	}
}

// Env reads a variable; "" is absent.
type Env func(name string) string

// CleanName refuses names that lead out of the store and gives the short form of the others.
func CleanName(name string) (string, error) {
	if strings.ContainsRune(name, 0) || helper.HasDotDot(name) {
		return "", ErrOutside
	}
	cleaned := strings.TrimPrefix(path.Clean("/"+name), "/")
	return cleaned, nil
}

// Explain gives the reason of a storage error in words that hold no address and no name of a bucket: what leaves the
// cluster names the connection (decisions.md 60).
func Explain(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, fs.ErrNotExist):
		return "it is not there"
	case errors.Is(err, ErrDenied), errors.Is(err, fs.ErrPermission):
		return "access was refused"
	case errors.Is(err, ErrOutside):
		return ErrOutside.Error()
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return "it took too long"
	}
	var known *knownError
	if errors.As(err, &known) {
		return known.text
	}
	if isNetwork(err) {
		return "the store cannot be reached"
	}
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return "the store gave an error that has no name"
}

// knownError carries words that are fit to be shown beside the error itself.
type knownError struct {
	text  string
	cause error
}

func (e *knownError) Error() string { return e.text }
func (e *knownError) Unwrap() error { return e.cause }
