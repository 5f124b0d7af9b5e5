package seal_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"parley/backend/hub/seal"
)

func load(t *testing.T, file string) *seal.Sealer {
	t.Helper()
	s, err := seal.Load(file, true)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSeal(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "keys", "hub.key")
	s := load(t, file)
	sealed, err := s.Seal("EAAG-token", "touchpoint/1/token")
	if err != nil || strings.Contains(sealed, "token") {
		t.Fatal(sealed, err)
	}
	if got, err := load(t, file).Open(sealed, "touchpoint/1/token"); err != nil || got != "EAAG-token" {
		t.Errorf("%q, %v", got, err)
	}
	if again, _ := s.Seal("EAAG-token", "touchpoint/1/token"); again == sealed {
		t.Error("the same value is sealed the same way twice")
	}
	other := load(t, filepath.Join(t.TempDir(), "other.key"))
	for name, open := range map[string]func() (string, error){
		"another purpose": func() (string, error) { return s.Open(sealed, "touchpoint/2/token") },
		"another key":     func() (string, error) { return other.Open(sealed, "touchpoint/1/token") },
		"a damaged value": func() (string, error) { return s.Open(sealed[:len(sealed)-8]+"AAAAAAA=", "touchpoint/1/token") },
		"no base64":       func() (string, error) { return s.Open("!", "touchpoint/1/token") },
		"a cut value":     func() (string, error) { return s.Open("AAAA", "touchpoint/1/token") },
	} {
		got, err := open()
		if err == nil || got != "" {
			t.Errorf("%s opens %q", name, got)
		}
		if err != nil && strings.Contains(err.Error(), "EAAG") {
			t.Errorf("%s: the error tells the secret", name)
		}
	}
	if got, err := s.Seal("", "p"); got != "" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	t.Run("the_file_is_its_owners_only", func(t *testing.T) {
		if runtime.GOOS == "windows" {
			t.Skip("Windows has no such mode")
		}
		file := filepath.Join(t.TempDir(), "hub.key")
		load(t, file)
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
	})
	t.Run("no_key_is_made_where_one_must_be", func(t *testing.T) {
		if _, err := seal.Load(filepath.Join(t.TempDir(), "hub.key"), false); !errors.Is(err, seal.ErrKeyMissing) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a_file_that_is_no_key_is_kept", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "hub.key")
		if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := seal.Load(file, true); err == nil {
			t.Error("taken for a key")
		}
		if text, _ := os.ReadFile(file); string(text) != "{}" {
			t.Error("it was replaced")
		}
	})
	t.Run("hubs_that_start_at_the_same_moment_share_one_key", func(t *testing.T) {
		folder := t.TempDir()
		for range 20 {
			os.Remove(filepath.Join(folder, "hub.key"))
			sealers := make([]*seal.Sealer, 8)
			var group sync.WaitGroup
			for i := range sealers {
				group.Go(func() {
					s, err := seal.Load(filepath.Join(folder, "hub.key"), true)
					if err != nil {
						t.Error(err)
					}
					sealers[i] = s
				})
			}
			group.Wait()
			if t.Failed() {
				return
			}
			sealed, _ := sealers[0].Seal("x", "p")
			for _, s := range sealers {
				if got, err := s.Open(sealed, "p"); err != nil || got != "x" {
					t.Fatalf("%q, %v", got, err)
				}
			}
		}
		if left, _ := os.ReadDir(folder); len(left) != 1 {
			t.Errorf("it left %v", left)
		}
	})
}
