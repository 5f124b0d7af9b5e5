// Package media keeps the files of messages: fetched from Meta as soon as they arrive, since Meta deletes them,
// checked by hash, and stored under the hash of their content.
package media

import (
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

// Blobs is a folder of files named by the SHA-256 of their content (lower-case hex). A file is there whole or not at
// all. Its methods may run at the same time, also in several processes.
type Blobs struct{ folder string }

// NewBlobs opens a folder, making it when needed.
func NewBlobs(folder string) (*Blobs, error) {
	if err := os.MkdirAll(filepath.Join(folder, "incoming"), 0o700); err != nil {
		return nil, fmt.Errorf("open media folder: %w", err)
	}
	return &Blobs{folder}, nil
}

var hexSum = regexp.MustCompile(`^[0-9a-f]{64}$`)

// ErrTooLarge says that a file is larger than the limit it was written with.
var ErrTooLarge = errors.New("file is too large")

func (b *Blobs) path(sum string) string { return filepath.Join(b.folder, sum[:2], sum) }

// Open opens a file by the hash of its content.
func (b *Blobs) Open(sum string) (io.ReadCloser, error) { return b.OpenFile(sum) }

// OpenFile is Open for readers that want to seek.
func (b *Blobs) OpenFile(sum string) (*os.File, error) {
	if !hexSum.MatchString(sum) {
		return nil, fmt.Errorf("open file: %q is no hash", sum)
	}
	f, err := os.Open(b.path(sum))
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	return f, nil
}

// Incoming is a file that is being written. Keep or Drop ends it.
type Incoming struct {
	blobs *Blobs
	file  *os.File
	sum   hash.Hash
	size  int64
	limit int64
}

// Create begins a file of at most limit bytes.
func (b *Blobs) Create(limit int64) (*Incoming, error) {
	f, err := os.CreateTemp(filepath.Join(b.folder, "incoming"), "*")
	if err != nil {
		return nil, fmt.Errorf("write file: %w", err)
	}
	return &Incoming{blobs: b, file: f, sum: sha256.New(), limit: limit}, nil
}

// Write adds bytes.
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

// Keep makes the file durable under its hash.
func (i *Incoming) Keep() error {
	target := i.blobs.path(i.Sum())
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		i.Drop()
		return fmt.Errorf("keep file: %w", err)
	}
	if err := errors.Join(i.file.Sync(), i.file.Close()); err != nil {
		_ = os.Remove(i.file.Name())
		return fmt.Errorf("keep file: %w", err)
	}
	if err := os.Rename(i.file.Name(), target); err != nil {
		_ = os.Remove(i.file.Name())
		return fmt.Errorf("keep file: %w", err)
	}
	syncFolder(filepath.Dir(target))
	return nil
}

// syncFolder makes a file's name as durable as its bytes, where the system has a way to.
func syncFolder(folder string) {
	if f, err := os.Open(folder); err == nil {
		_ = f.Sync()
		_ = f.Close()
	}
}

// Drop forgets the file.
func (i *Incoming) Drop() {
	_ = i.file.Close()
	_ = os.Remove(i.file.Name())
}
