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
	wanted := Defaults()
	wanted.Theme, wanted.EnterSends, wanted.HideText, wanted.FoldedGroups, wanted.SideTab = "dark", true, true, "whatsapp", "context"
	wanted.Alerts.Inbox, wanted.Alerts.LadderMinutes = dto.AlertKind{Sound: "none"}, [3]int{0, 30, 5}
	wanted.Density, wanted.TextSize, wanted.Language, wanted.Keys = "compact", 125, "pt", "transfer=F8"
	if now, err := s.Set(wanted); err != nil || now != wanted {
		t.Fatalf("%+v %v", now, err)
	}
	if again, err := Open(folder); err != nil || again.Get() != wanted {
		t.Fatalf("%+v %v", again.Get(), err)
	}
	if now, _ := s.Set(dto.Settings{Theme: "pink"}); now.Theme != "system" || now.SideTab != "snapshot" || now.TextSize != 100 || now.Density != "normal" {
		t.Fatalf("%+v", now)
	}
	impossible := Defaults()
	impossible.Alerts.Message.Sound, impossible.Alerts.QuietFrom, impossible.Alerts.Volume, impossible.Alerts.LadderMinutes = "loud", "25:99", 1000, [3]int{-5, 30, 10}
	possible := Defaults()
	possible.Alerts.Volume, possible.Alerts.LadderMinutes = 100, [3]int{0, 30, 10}
	if now, _ := s.Set(impossible); now != possible {
		t.Fatalf("%+v", now)
	}
	if files, _ := os.ReadDir(folder); len(files) != 1 {
		t.Fatalf("left behind: %v", files)
	}
	if err := os.WriteFile(filepath.Join(folder, FileName), []byte("{half"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken, err := Open(folder)
	if err != nil || broken.Get() != Defaults() {
		t.Fatalf("%v", err)
	}
	if _, err := broken.Set(wanted); err != nil {
		t.Fatal(err)
	}
	if kept, err := os.ReadFile(broken.SetAside()); err != nil || string(kept) != "{half" {
		t.Fatalf("what was chosen before is lost: %q %v", kept, err)
	}
	if again, err := Open(folder); err != nil || again.Get() != wanted || again.SetAside() != "" {
		t.Fatalf("%+v, set aside %q, %v", again.Get(), again.SetAside(), err)
	}
}
