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
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"
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

	// What follows is for Sweeper. A file that is set aside is still found by Open and Exists, and keeping the same
	// content again makes it a file like any other. What another hub has done already is no error.

	// Owner returns whose files these are. Without an owner it becomes claim.
	Owner(ctx context.Context, claim string) (string, error)
	// List visits the files whose name begins with two hex digits, those that are set aside or the others.
	List(ctx context.Context, digits string, setAside bool, visit func(Kept) error) error
	// SetAside is the first step of forgetting a file.
	SetAside(ctx context.Context, sum string) error
	// TakeBack undoes SetAside.
	TakeBack(ctx context.Context, sum string) error
	// Forget deletes a file that is set aside.
	Forget(ctx context.Context, sum string) error
	// Tidy forgets what was begun before a time and neither kept nor dropped: its process has died.
	Tidy(ctx context.Context, before time.Time) error
}

// Kept is a file of a store.
type Kept struct {
	Sum   string
	Since time.Time // when it was kept last or set aside, by the store's clock
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

// Folder is a folder of files, of one hub or of several that share a disk.
type Folder struct{ path string }

// OpenFolder opens a folder, making it when needed.
func OpenFolder(path string) (*Folder, error) {
	if err := os.MkdirAll(filepath.Join(path, "incoming"), 0o700); err != nil {
		return nil, fmt.Errorf("open media folder: %w", err)
	}
	return &Folder{path}, nil
}

func (f *Folder) file(sum string) string  { return filepath.Join(f.path, sum[:2], sum) }
func (f *Folder) aside(sum string) string { return filepath.Join(f.path, "aside", sum[:2], sum) }

// Open opens a file.
func (f *Folder) Open(_ context.Context, sum string) (io.ReadSeekCloser, error) {
	if err := CheckSum(sum); err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	var file *os.File
	err := f.either(sum, func(path string) (err error) {
		file, err = os.Open(path)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	return file, nil
}

// either does something with a file where it is or aside. A sweep may move it in between, to where was looked first.
func (f *Folder) either(sum string, do func(path string) error) error {
	var err error
	for _, path := range []string{f.file(sum), f.aside(sum), f.file(sum), f.aside(sum)} {
		if err = do(path); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return err
}

// Exists reports whether a file is there.
func (f *Folder) Exists(_ context.Context, sum string) (bool, error) {
	if err := CheckSum(sum); err != nil {
		return false, fmt.Errorf("find file: %w", err)
	}
	err := f.either(sum, func(path string) error {
		_, err := os.Stat(path)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("find file: %w", err)
	}
	return true, nil
}

// Create begins a file of at most limit bytes.
func (f *Folder) Create(limit int64) (*Incoming, error) {
	return NewIncoming(filepath.Join(f.path, "incoming"), limit, func(_ context.Context, path, sum string) error {
		return place(path, f.file(sum))
	})
}

// place moves a file to its name and makes that durable, with now as its time. The time comes first: it is what keeps
// a file from being swept.
func place(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	now := time.Now()
	if err := os.Chtimes(from, now, now); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		if os.Chtimes(to, now, now) == nil {
			return nil // Windows replaces no file that somebody reads; it has the same content
		}
		return err
	}
	syncFolder(filepath.Dir(to))
	return nil
}

// Owner returns whose files these are. Without an owner it becomes claim.
func (f *Folder) Owner(_ context.Context, claim string) (string, error) {
	name := filepath.Join(f.path, "owner")
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = file.WriteString(claim)
		err = errors.Join(err, file.Sync(), file.Close())
	} else if errors.Is(err, fs.ErrExist) {
		err = nil
	}
	if err != nil {
		return "", fmt.Errorf("claim files: %w", err)
	}
	owner, err := os.ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("claim files: %w", err)
	}
	return string(owner), nil
}

// List visits files whose name begins with two hex digits.
func (f *Folder) List(ctx context.Context, digits string, setAside bool, visit func(Kept) error) error {
	folder := filepath.Join(f.path, digits)
	if setAside {
		folder = filepath.Join(f.path, "aside", digits)
	}
	entries, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("list files: %w", err)
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) || CheckSum(entry.Name()) != nil {
			continue // another hub was faster, or it is not ours
		}
		if err != nil {
			return fmt.Errorf("list files: %w", err)
		}
		if err := visit(Kept{Sum: entry.Name(), Since: info.ModTime()}); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// SetAside puts a file where only Open, Exists and TakeBack find it.
func (f *Folder) SetAside(_ context.Context, sum string) error {
	return f.move("set file aside", sum, f.file, f.aside)
}

// TakeBack returns a file that was set aside.
func (f *Folder) TakeBack(_ context.Context, sum string) error {
	return f.move("take file back", sum, f.aside, f.file)
}

func (f *Folder) move(act, sum string, from, to func(string) string) error {
	err := CheckSum(sum)
	if err == nil {
		err = place(from(sum), to(sum))
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}

// Forget deletes a file that was set aside.
func (f *Folder) Forget(_ context.Context, sum string) error {
	err := CheckSum(sum)
	if err == nil {
		err = os.Remove(f.aside(sum))
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("forget file: %w", err)
	}
	return nil
}

// Tidy forgets what was begun before a time and neither kept nor dropped.
func (f *Folder) Tidy(_ context.Context, before time.Time) error {
	return TidyFolder(filepath.Join(f.path, "incoming"), before)
}

// TidyFolder removes the files of a folder that were last written before a time.
func TidyFolder(folder string, before time.Time) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("tidy files: %w", err)
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !info.Mode().IsRegular() || !info.ModTime().Before(before) {
			continue
		}
		if err := os.Remove(filepath.Join(folder, entry.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("tidy files: %w", err)
		}
	}
	return nil
}

// syncFolder makes a file's name as durable as its bytes, where the system has a way to.
func syncFolder(folder string) {
	if f, err := os.Open(folder); err == nil {
		_ = f.Sync()
		_ = f.Close()
	}
}
