package app

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"parley/backend/desk"
)

// What a contact sent is opened with care by every program that asks the system where a file comes from.
func TestSavedFilesCarryTheInternetMark(t *testing.T) {
	folder, err := os.MkdirTemp(".", "marked") // not in /tmp: a tmpfs may keep no attributes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	source, target := filepath.Join(folder, "source"), filepath.Join(folder, "ticket.pdf")
	if err := os.WriteFile(source, []byte("%PDF-1.7"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setxattr(source, "user.test", []byte("x"), 0); err != nil {
		t.Skipf("this file system keeps no attributes: %v", err)
	}
	if err := saveMarked(desk.File{Path: source}, target); err != nil {
		t.Fatal(err)
	}
	if saved, err := os.ReadFile(target); err != nil || string(saved) != "%PDF-1.7" {
		t.Fatalf("%q %v", saved, err)
	}
	mark := make([]byte, 64)
	if n, err := unix.Getxattr(target, "user.xdg.origin.url", mark); err != nil || n == 0 {
		t.Fatalf("no mark: %v", err)
	}
}
