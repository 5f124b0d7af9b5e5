package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/store/db"
)

// MaxPart bounds one part of an upload.
const MaxPart = 8 << 20

// uploadsKeptFor is how long an unfinished upload is kept for its desk to go on with.
const uploadsKeptFor = 24 * time.Hour

// Errors of uploads in parts.
var (
	// ErrElsewhere says that an upload is not where a part begins: ask where it is.
	ErrElsewhere = errors.New("the upload is not there")
	// ErrBusy says that another part of the same upload is being taken in.
	ErrBusy = errors.New("another part of this upload is on its way")
	// ErrDamaged says that a whole upload is not what its desk has: it begins again.
	ErrDamaged = errors.New("the bytes are not those that were announced")
)

// Parts are uploads that are not whole yet, on this computer: what came before a connection broke, or a hub or a desk was
// started again. Another hub does not have them, and so begins at 0: that costs a way, and loses nothing.
type Parts struct {
	folder string

	mu   sync.Mutex
	busy map[string]bool
}

// OpenParts opens a folder of unfinished uploads, making it when needed, and forgets those that nobody went on with.
func OpenParts(folder string) (*Parts, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("open folder of uploads: %w", err)
	}
	p := &Parts{folder: folder, busy: map[string]bool{}}
	return p, p.Tidy()
}

// Tidy forgets what nobody went on with.
func (p *Parts) Tidy() error { return TidyFolder(p.folder, time.Now().Add(-uploadsKeptFor)) }

func (p *Parts) path(workspaceID, agentID, id string) string {
	return filepath.Join(p.folder, filepath.Base(workspaceID+"."+agentID+"."+id))
}

// Offset is how much of an upload is here.
func (p *Parts) Offset(workspaceID, agentID, id string) int64 {
	info, err := os.Stat(p.path(workspaceID, agentID, id))
	if err != nil {
		return 0
	}
	return info.Size()
}

// take keeps others from an upload until the returned function is called.
func (p *Parts) take(key string) (release func(), err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.busy[key] {
		return nil, ErrBusy
	}
	p.busy[key] = true
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.busy, key)
	}, nil
}

// Upload is a file that comes in parts.
type Upload struct {
	WorkspaceID, AgentID, ID string // nobody else can go on with it
	Name, MIME               string
	Size                     int64
	Sum                      string // SHA-256 in lower-case hex
}

// PutPart takes in the part of an upload that begins at offset, and returns how much is here then. With the last part it is
// a file like any other, and row is it. The same parts again are the same file.
func (l *Library) PutPart(ctx context.Context, u Upload, offset int64, body io.Reader) (at int64, row db.Media, err error) {
	if !conversation.ValidID(u.ID) || CheckSum(u.Sum) != nil || u.Size <= 0 || offset < 0 {
		return 0, row, ErrElsewhere
	}
	if u.Size > maxBytes {
		return 0, row, ErrTooLarge
	}
	if known, err := l.Get(ctx, u.WorkspaceID, u.ID); err == nil {
		if known.AgentID != u.AgentID {
			return 0, row, ErrElsewhere
		}
		return known.SizeBytes, known, nil
	}
	path := l.Parts.path(u.WorkspaceID, u.AgentID, u.ID)
	release, err := l.Parts.take(path)
	if err != nil {
		return 0, row, err
	}
	defer release()
	if at = l.Parts.Offset(u.WorkspaceID, u.AgentID, u.ID); at != offset {
		return at, row, ErrElsewhere
	}
	if at, err = appendTo(path, offset, io.LimitReader(body, min(MaxPart, u.Size-offset))); err != nil || at < u.Size {
		return at, row, err
	}
	row, err = l.whole(ctx, u, path)
	if err == nil || errors.Is(err, ErrDamaged) {
		err = errors.Join(err, os.Remove(path))
	}
	return at, row, err
}

// whole makes a file of an upload.
func (l *Library) whole(ctx context.Context, u Upload, path string) (row db.Media, err error) {
	file, err := os.Open(path)
	if err != nil {
		return row, fmt.Errorf("read upload: %w", err)
	}
	defer file.Close()
	sum, err := hashOf(file)
	if err != nil {
		return row, fmt.Errorf("read upload: %w", err)
	}
	if sum != u.Sum {
		return row, ErrDamaged
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return row, fmt.Errorf("read upload: %w", err)
	}
	return l.Put(ctx, u.WorkspaceID, u.AgentID, u.ID, u.Name, u.MIME, file)
}

// appendTo writes at the end of a file and returns its size, also when the body breaks off: what came is kept.
func appendTo(path string, offset int64, body io.Reader) (int64, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return 0, fmt.Errorf("write upload: %w", err)
	}
	n, err := io.Copy(file, body)
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		err = fmt.Errorf("write upload: %w", err)
	}
	return offset + n, err
}

func hashOf(r io.Reader) (string, error) {
	hash := sha256.New()
	if _, err := io.Copy(hash, r); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
