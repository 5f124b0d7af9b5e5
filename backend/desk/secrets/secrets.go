// Package secrets keeps what opens a hub: in the system's keyring where there is one, else in a file that only this person
// can read. Which of the two it was is told, so that a person can be.
package secrets

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/zalando/go-keyring"
)

// Where says where a secret is kept.
type Where string

// Places.
const (
	Keyring Where = "keyring"
	File    Where = "file"
)

// ErrNone says that there is no such secret.
var ErrNone = errors.New("no such secret is kept")

// service is under which name people find Parley's secrets in their keyring.
const service = "Parley"

// askLimit is how long the keyring may take. It may ask a person to unlock it first.
const askLimit = time.Minute

// Keeper keeps secrets. Its methods may run at the same time, and may take askLimit.
type Keeper struct {
	folder string // of the files
	limit  time.Duration
}

// New returns a keeper whose files lie below folder.
func New(folder string) *Keeper { return &Keeper{folder: folder, limit: askLimit} }

// Put keeps a secret under a name, which is a file's name too, and says where.
func (k *Keeper) Put(name, secret string) (Where, error) {
	if err := k.ask(func() error { return keyring.Set(service, name, secret) }); err == nil {
		return Keyring, k.removeFile(name)
	}
	if err := os.MkdirAll(k.folder, 0o700); err != nil {
		return "", fmt.Errorf("keep secret: %w", err)
	}
	path := k.path(name)
	file, err := os.CreateTemp(k.folder, filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return "", fmt.Errorf("keep secret: %w", err)
	}
	_, err = file.WriteString(secret)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return "", fmt.Errorf("keep secret: %w", errors.Join(err, os.Remove(file.Name())))
	}
	return File, nil
}

// Get returns a secret and where it is kept, or ErrNone.
func (k *Keeper) Get(name string) (secret string, where Where, err error) {
	raw, err := os.ReadFile(k.path(name))
	if err == nil {
		return string(raw), File, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", "", fmt.Errorf("read secret: %w", err)
	}
	found := make(chan string, 1)
	err = k.ask(func() error {
		secret, err := keyring.Get(service, name)
		found <- secret
		return err
	})
	if errors.Is(err, keyring.ErrNotFound) {
		return "", "", ErrNone
	}
	if err != nil {
		return "", "", fmt.Errorf("read secret: %w", err)
	}
	return <-found, Keyring, nil
}

// Delete forgets a secret wherever it is. There being none is no error.
func (k *Keeper) Delete(name string) error {
	err := k.ask(func() error { return keyring.Delete(service, name) })
	if errors.Is(err, keyring.ErrNotFound) || k.hasFile(name) {
		err = nil // the keyring never had it
	}
	if removed := k.removeFile(name); removed != nil {
		err = removed
	}
	if err != nil {
		return fmt.Errorf("forget secret: %w", err)
	}
	return nil
}

func (k *Keeper) path(name string) string { return filepath.Join(k.folder, name+".token") }

func (k *Keeper) hasFile(name string) bool {
	_, err := os.Stat(k.path(name))
	return err == nil
}

func (k *Keeper) removeFile(name string) error {
	if err := os.Remove(k.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

var errSlow = errors.New("the keyring does not answer")

// ask asks the keyring. A keyring that takes too long keeps its goroutine until it answers: it cannot be called off.
func (k *Keeper) ask(act func() error) error {
	answered := make(chan error, 1)
	go func() { answered <- act() }()
	timer := time.NewTimer(k.limit)
	defer timer.Stop()
	select {
	case err := <-answered:
		return err
	case <-timer.C:
		return errSlow
	}
}
