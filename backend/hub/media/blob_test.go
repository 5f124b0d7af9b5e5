package media

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

func newFolder(t *testing.T) *Folder {
	t.Helper()
	f, err := OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// files are all files below the folder, unfinished ones included.
func (f *Folder) files(t *testing.T) (found []string) {
	t.Helper()
	err := filepath.WalkDir(f.path, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestFolder(t *testing.T) {
	t.Parallel()
	t.Run("nothing_is_left_of_what_was_not_kept", func(t *testing.T) {
		f := newFolder(t)
		i, err := f.Create(10)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := i.Write([]byte("half")); err != nil {
			t.Fatal(err)
		}
		i.Drop()
		if left := f.files(t); len(left) != 0 {
			t.Errorf("it left %v", left)
		}
	})
	t.Run("dropping_what_was_kept_keeps_it", func(t *testing.T) {
		f := newFolder(t)
		sum, err := KeepBytes(context.Background(), f, []byte("kept"))
		if err != nil {
			t.Fatal(err)
		}
		if there, err := f.Exists(t.Context(), sum); !there || err != nil {
			t.Errorf("%v, %v", there, err)
		}
		if left := f.files(t); len(left) != 1 {
			t.Errorf("there are %v", left)
		}
	})
}
