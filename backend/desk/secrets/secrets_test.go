package secrets

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/zalando/go-keyring"
)

// Where there is no keyring a secret is kept in a file that only this person can read, and that is told.
func TestWithoutKeyring(t *testing.T) {
	keyring.MockInitWithError(errors.New("no keyring"))
	folder := filepath.Join(t.TempDir(), "tokens")
	k := New(folder)
	where, err := k.Put("one", "s3cret")
	if err != nil || where != File {
		t.Fatal(where, err)
	}
	info, err := os.Stat(filepath.Join(folder, "one.token"))
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Fatal(info, err)
	}
	if secret, where, err := k.Get("one"); secret != "s3cret" || where != File || err != nil {
		t.Fatal(secret, where, err)
	}
	if _, _, err := k.Get("two"); err == nil {
		t.Fatal("an unknown secret was found")
	}
	if err := k.Delete("one"); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(folder); len(left) != 0 || err != nil {
		t.Fatal(left, err)
	}
}

func TestWithKeyring(t *testing.T) {
	keyring.MockInit()
	folder := t.TempDir()
	k := New(folder)
	if err := os.WriteFile(filepath.Join(folder, "one.token"), []byte("of a time without a keyring"), 0o600); err != nil {
		t.Fatal(err)
	}
	if where, err := k.Put("one", "s3cret"); where != Keyring || err != nil {
		t.Fatal(where, err)
	}
	if left, _ := os.ReadDir(folder); len(left) != 0 {
		t.Fatal("the file is still there")
	}
	if secret, where, err := k.Get("one"); secret != "s3cret" || where != Keyring || err != nil {
		t.Fatal(secret, where, err)
	}
	if err := k.Delete("one"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := k.Get("one"); !errors.Is(err, ErrNone) {
		t.Fatal(err)
	}
	if err := k.Delete("one"); err != nil {
		t.Fatal("forgetting what is not there:", err)
	}
}

// A keyring that hangs, as one that nobody unlocks, does not hold a person up for ever.
func TestKeyringThatHangs(t *testing.T) {
	k := New(t.TempDir())
	k.limit = 20 * time.Millisecond
	hang := make(chan struct{})
	defer close(hang)
	if err := k.ask(func() error { <-hang; return nil }); !errors.Is(err, errSlow) {
		t.Fatal(err)
	}
}
