package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"sort"
	"strings"
	"syscall"
)

// What a half-written file is called; readers pass over it.
const partPrefix = ".tandem-part-"

// mount is a store in a mounted folder. os.Root makes sure that no name and no link leads out of it.
type mount struct {
	root *os.Root
	path string
}

func openMount(folder string) (Store, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	return &mount{root: root, path: strings.TrimRight(folder, "/")}, nil
}

func (m *mount) Close() error { return m.root.Close() }

func (m *mount) Rel(from string) (string, error) {
	if rest, found := strings.CutPrefix(from+"/", m.path+"/"); found {
		return CleanName(rest)
	}
	if path.IsAbs(from) {
		return "", ErrOutside
	}
	return CleanName(from)
}

func (m *mount) Stat(_ context.Context, name string) (Object, error) {
	info, err := m.root.Stat(orDot(name))
	if err != nil {
		return Object{}, outside(err)
	}
	if !info.Mode().IsRegular() {
		return Object{}, notExist(errors.New("not a plain file"))
	}
	return Object{Name: name, Size: info.Size(), ModTime: info.ModTime()}, nil
}

func (m *mount) Open(_ context.Context, name string, offset, length int64) (io.ReadCloser, error) {
	// A pipe must not hold us up, so it is opened without waiting and refused after.
	file, err := m.root.OpenFile(orDot(name), os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, outside(err)
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = notExist(errors.New("not a plain file"))
	}
	if err == nil && offset > 0 {
		_, err = file.Seek(offset, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	if length < 0 {
		return file, nil
	}
	return limited{io.LimitReader(file, length), file}, nil
}

type limited struct {
	io.Reader
	io.Closer
}

func (m *mount) Walk(ctx context.Context, folder string, visit func(Object) error) error {
	start, err := m.root.Stat(orDot(folder))
	if err != nil {
		return outside(err)
	}
	if !start.IsDir() {
		return notExist(errors.New("not a folder"))
	}
	return fs.WalkDir(m.root.FS(), orDot(folder), func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		// Links to files inside are taken as the files; links to folders could go in circles, and links that lead
		// out are nobody's business.
		if entry.IsDir() || strings.HasPrefix(entry.Name(), partPrefix) {
			return nil
		}
		info, err := m.root.Stat(name)
		if err != nil || !info.Mode().IsRegular() {
			return nil
		}
		return visit(Object{Name: name, Size: info.Size(), ModTime: info.ModTime()})
	})
}

func (m *mount) List(_ context.Context, folder, after string, limit int) ([]Entry, error) {
	entries, err := fs.ReadDir(m.root.FS(), orDot(folder))
	if err != nil {
		return nil, outside(err)
	}
	sort.Slice(entries, func(a, b int) bool { return entries[a].Name() < entries[b].Name() })
	var list []Entry
	for _, each := range entries {
		if len(list) >= limit {
			break
		}
		isFile, isDir := each.Type().IsRegular(), each.IsDir()
		if each.Name() <= after || strings.HasPrefix(each.Name(), partPrefix) || (!isFile && !isDir) {
			continue
		}
		info, err := each.Info()
		if err != nil {
			continue // it went away meanwhile
		}
		entry := Entry{Name: each.Name(), IsDir: isDir, ModTime: info.ModTime()}
		if isFile {
			entry.Size = info.Size()
		}
		list = append(list, entry)
	}
	return list, nil
}

func (m *mount) Put(ctx context.Context, name string, body Body) (err error) {
	folder := path.Dir(name)
	if err := m.root.MkdirAll(folder, 0o777); err != nil {
		return outside(err)
	}
	part := path.Join(folder, partPrefix+random())
	file, err := m.root.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return outside(err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, m.root.Remove(part))
		}
	}()
	_, err = io.Copy(file, &stoppable{ctx, io.NewSectionReader(body, 0, body.Size())})
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	return m.root.Rename(part, name)
}

// TryWrite makes a file and takes it away again.
func (m *mount) TryWrite() error {
	name := partPrefix + random()
	file, err := m.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), m.root.Remove(name))
}

// stoppable ends a copy between two pieces when its context has ended.
type stoppable struct {
	ctx context.Context
	io.Reader
}

func (s *stoppable) Read(buffer []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.Reader.Read(buffer)
}

// os.Root tells of a way out by an error without a name.
func outside(err error) error {
	if err != nil && strings.Contains(err.Error(), "escapes from parent") {
		return errors.Join(ErrOutside, err)
	}
	return err
}

func orDot(name string) string {
	if name == "" {
		return "."
	}
	return name
}

func random() string {
	buffer := make([]byte, 8)
	if _, err := rand.Read(buffer); err != nil {
		panic(err) // the kernel has no random numbers: nothing sensible can go on
	}
	return hex.EncodeToString(buffer)
}

// RefuseLink refuses a link, and what is neither file nor folder; one name at a time.
func (m *mount) RefuseLink(name string) error {
	info, err := m.root.Lstat(orDot(name))
	if err != nil {
		return outside(err)
	}
	if !info.Mode().IsRegular() && !info.IsDir() {
		return ErrOutside
	}
	return nil
}
