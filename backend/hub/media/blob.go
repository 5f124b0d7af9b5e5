// Package media keeps the files of messages: fetched from Meta as soon as they arrive, since Meta deletes them,
// checked by hash, and stored under the hash of their content. Of images it makes thumbnails.
//
// A file of a contact is "pending" until it is "ready", or "gone" for a reason. What is worth another attempt is
// attempted until Meta's deadline; after that, or when an answer is final, an agent may still ask again (Library.Again)
// as long as Meta has it. After a crash a file is fetched again from its beginning: bytes come before their row, so a
// row never names bytes that are not there.
package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"regexp"
)

// Blobs keeps files under the SHA-256 of their content (lower-case hex). A file is there whole or not at all. The
// methods may run at the same time, also in several processes.
type Blobs interface {
	// Create begins a file of at most limit bytes. Incoming.Keep or Incoming.Drop ends it.
	Create(limit int64) (*Incoming, error)

	// Open opens a file. ctx ends reading too. The error is fs.ErrNotExist when there is no such file.
	Open(ctx context.Context, sum string) (io.ReadSeekCloser, error)

	// Exists reports whether a file is there.
	Exists(ctx context.Context, sum string) (bool, error)
}

// ErrTooLarge says that a file is larger than the limit it was written with.
var ErrTooLarge = errors.New("file is too large")

var hexSum = regexp.MustCompile(`^[0-9a-f]{64}$`)

// CheckSum refuses what is no hash, before it names anything.
func CheckSum(sum string) error {
	if !hexSum.MatchString(sum) {
		return fmt.Errorf("%q is no hash", sum)
	}
	return nil
}

// File is what is looked into: a file on this computer.
type File interface {
	io.ReadSeeker
	io.ReaderAt
	Size() int64
}

// Incoming is a file that is being written, on this computer until it is kept: its name is known at its end only.
type Incoming struct {
	file  *os.File
	sum   hash.Hash
	size  int64
	limit int64
	keep  func(ctx context.Context, i *Incoming) error
}

// NewIncoming begins a file in a folder of this computer. keep makes the closed file at path durable under sum; the
// file is removed afterwards unless keep has moved it.
func NewIncoming(folder string, limit int64, keep func(ctx context.Context, path, sum string) error) (*Incoming, error) {
	f, err := os.CreateTemp(folder, "*")
	if err != nil {
		return nil, fmt.Errorf("write file: %w", err)
	}
	return &Incoming{file: f, sum: sha256.New(), limit: limit, keep: func(ctx context.Context, i *Incoming) error {
		return keep(ctx, f.Name(), i.Sum())
	}}, nil
}

// Write adds bytes. The error is ErrTooLarge above the limit.
func (i *Incoming) Write(p []byte) (int, error) {
	if i.size+int64(len(p)) > i.limit {
		return 0, ErrTooLarge
	}
	n, err := i.file.Write(p)
	i.sum.Write(p[:n])
	i.size += int64(n)
	return n, err
}

// Size is how many bytes were written.
func (i *Incoming) Size() int64 { return i.size }

// Sum is the hash of what was written.
func (i *Incoming) Sum() string { return hex.EncodeToString(i.sum.Sum(nil)) }

// File is what was written, to look at before it is kept.
func (i *Incoming) File() File { return io.NewSectionReader(i.file, 0, i.size) }

// Keep makes the file durable under its hash.
func (i *Incoming) Keep(ctx context.Context) error {
	if err := errors.Join(i.file.Sync(), i.file.Close()); err != nil {
		_ = os.Remove(i.file.Name())
		return fmt.Errorf("keep file: %w", err)
	}
	err := i.keep(ctx, i)
	_ = os.Remove(i.file.Name()) // unless it was moved
	if err != nil {
		return fmt.Errorf("keep file: %w", err)
	}
	return nil
}

// Drop forgets the file. After Keep it does nothing.
func (i *Incoming) Drop() {
	if i.file.Close() == nil {
		_ = os.Remove(i.file.Name())
	}
}

// KeepBytes keeps a small file and returns its hash.
func KeepBytes(ctx context.Context, b Blobs, data []byte) (sum string, err error) {
	i, err := b.Create(int64(len(data)))
	if err != nil {
		return "", err
	}
	defer i.Drop()
	if _, err := i.Write(data); err != nil {
		return "", fmt.Errorf("write file: %w", err)
	}
	return i.Sum(), i.Keep(ctx)
}

// Folder is a folder of files.
type Folder struct{ path string }

// OpenFolder opens a folder, making it when needed.
func OpenFolder(path string) (*Folder, error) {
	if err := os.MkdirAll(filepath.Join(path, "incoming"), 0o700); err != nil {
		return nil, fmt.Errorf("open media folder: %w", err)
	}
	return &Folder{path}, nil
}

func (f *Folder) file(sum string) string { return filepath.Join(f.path, sum[:2], sum) }

// Open opens a file.
func (f *Folder) Open(_ context.Context, sum string) (io.ReadSeekCloser, error) {
	if err := CheckSum(sum); err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	file, err := os.Open(f.file(sum))
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	return file, nil
}

// Exists reports whether a file is there.
func (f *Folder) Exists(_ context.Context, sum string) (bool, error) {
	if err := CheckSum(sum); err != nil {
		return false, fmt.Errorf("find file: %w", err)
	}
	_, err := os.Stat(f.file(sum))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return false, fmt.Errorf("find file: %w", err)
	}
	return err == nil, nil
}

// Create begins a file of at most limit bytes.
func (f *Folder) Create(limit int64) (*Incoming, error) {
	return NewIncoming(filepath.Join(f.path, "incoming"), limit, func(_ context.Context, path, sum string) error {
		target := f.file(sum)
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return err
		}
		if err := os.Rename(path, target); err != nil {
			return err
		}
		syncFolder(filepath.Dir(target))
		return nil
	})
}

// syncFolder makes a file's name as durable as its bytes, where the system has a way to.
func syncFolder(folder string) {
	if f, err := os.Open(folder); err == nil {
		_ = f.Sync()
		_ = f.Close()
	}
}
