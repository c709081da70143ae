package files

import (
	"context"
	"errors"
	"io"

	"tandem.dev/helper/internal/store"
)

// lazyReader lets http.ServeContent do the ranges for every kind of store: it asks the store only for what is read.
type lazyReader struct {
	ctx    context.Context
	store  store.Store
	object store.Object
	offset int64
	body   io.ReadCloser
}

func (r *lazyReader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		offset += r.offset
	case io.SeekEnd:
		offset += r.object.Size
	}
	if offset < 0 {
		return 0, errors.New("before the start")
	}
	if offset != r.offset {
		if err := r.Close(); err != nil {
			return 0, err
		}
	}
	r.offset = offset
	return offset, nil
}

func (r *lazyReader) Read(buffer []byte) (int, error) {
	if r.offset >= r.object.Size {
		return 0, io.EOF
	}
	if r.body == nil {
		body, err := r.store.Open(r.ctx, r.object.Name, r.offset, -1)
		if err != nil {
			return 0, err
		}
		r.body = body
	}
	// A file that grows meanwhile must not be longer than its header said.
	if left := r.object.Size - r.offset; int64(len(buffer)) > left {
		buffer = buffer[:left]
	}
	count, err := r.body.Read(buffer)
	r.offset += int64(count)
	return count, err
}

func (r *lazyReader) Close() error {
	if r.body == nil {
		return nil
	}
	body := r.body
	r.body = nil
	return body.Close()
}
