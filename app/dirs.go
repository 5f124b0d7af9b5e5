package app

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"
	"github.com/gofrs/flock"
)

// HomeVariable names one folder for everything: for tests and portable use.
const HomeVariable = "PARLEY_HOME"

// Dirs are the folders of one person's Parley. They exist, and only that person can read them.
type Dirs struct {
	Data   string // cache, drafts, outbox, media, embedded hub
	Config string // settings, window
	Cache  string // what can be lost at any time
}

// FindDirs returns the folders, which it creates: below PARLEY_HOME when that is set, else where the system keeps such things.
func FindDirs() (Dirs, error) {
	dirs := Dirs{
		Data:   filepath.Join(xdg.DataHome, "parley"),
		Config: filepath.Join(xdg.ConfigHome, "parley"),
		Cache:  filepath.Join(xdg.CacheHome, "parley"),
	}
	if home := os.Getenv(HomeVariable); home != "" {
		home, err := filepath.Abs(home)
		if err != nil {
			return Dirs{}, fmt.Errorf("find %s: %w", HomeVariable, err)
		}
		dirs = Dirs{
			Data: filepath.Join(home, "data"), Config: filepath.Join(home, "config"), Cache: filepath.Join(home, "cache"),
		}
	}
	for _, dir := range []string{dirs.Data, dirs.Config, dirs.Cache} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return Dirs{}, fmt.Errorf("make folder: %w", err)
		}
	}
	return dirs, nil
}

// ErrRunning says that another Parley uses these folders.
var ErrRunning = errors.New("Parley is already running") //nolint:staticcheck // a name

// Lock keeps other processes out of the folders until it is closed or the process ends.
type Lock struct{ file *flock.Flock }

// TakeLock takes the lock, or returns ErrRunning. It comes before anything is opened: Wails tells a second instance to
// leave only after that has begun to start, and not at all without a session bus.
func TakeLock(dirs Dirs) (*Lock, error) {
	file := flock.New(filepath.Join(dirs.Data, "lock"), flock.SetPermissions(0o600))
	taken, err := file.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock data folder: %w", err)
	}
	if !taken {
		return nil, ErrRunning
	}
	return &Lock{file: file}, nil
}

// Close gives the folders free.
func (l *Lock) Close() error { return l.file.Close() }

// fingerprint is a short name of a folder that gives nothing of its path away.
func fingerprint(folder string) string {
	sum := sha256.Sum256([]byte(folder))
	return hex.EncodeToString(sum[:6])
}
