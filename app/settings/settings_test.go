package settings

import (
	"os"
	"path/filepath"
	"testing"

	"parley/app/dto"
)

func TestSettings(t *testing.T) {
	folder := t.TempDir()
	s, err := Open(folder)
	if err != nil || s.Get() != Defaults() {
		t.Fatalf("%+v %v", s.Get(), err)
	}
	wanted := dto.Settings{Theme: "dark", EnterSends: true, HideText: true, FoldedGroups: "whatsapp", SideTab: "context"}
	if now, err := s.Set(wanted); err != nil || now != wanted {
		t.Fatalf("%+v %v", now, err)
	}
	if again, err := Open(folder); err != nil || again.Get() != wanted {
		t.Fatalf("%+v %v", again.Get(), err)
	}
	if now, _ := s.Set(dto.Settings{Theme: "pink"}); now.Theme != "system" || now.SideTab != "snapshot" {
		t.Fatalf("%+v", now)
	}
	if files, _ := os.ReadDir(folder); len(files) != 1 {
		t.Fatalf("left behind: %v", files)
	}
	if err := os.WriteFile(filepath.Join(folder, FileName), []byte("{half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if broken, err := Open(folder); err != nil || broken.Get() != Defaults() {
		t.Fatalf("%v", err)
	}
}
