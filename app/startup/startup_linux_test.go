package startup

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/adrg/xdg"
)

func TestStartup(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	xdg.Reload()
	t.Cleanup(xdg.Reload)
	is := func(want bool) {
		t.Helper()
		if on, err := Enabled(); err != nil || on != want {
			t.Fatalf("starts at sign-in: %v, %v", on, err)
		}
	}
	is(false)
	for _, on := range []bool{false, true, true} {
		if err := Set(on); err != nil {
			t.Fatal(err)
		}
		is(on)
	}
	t.Run("the entry starts this program, minimised", func(t *testing.T) {
		data, err := os.ReadFile(path())
		program, _ := os.Executable()
		if err != nil || !strings.Contains(string(data), `Exec="`+program+`" --minimised`) {
			t.Fatalf("%s %v", data, err)
		}
		if validate, err := exec.LookPath("desktop-file-validate"); err == nil {
			if said, err := exec.Command(validate, path()).CombinedOutput(); err != nil {
				t.Errorf("%s", said)
			}
		}
	})
	t.Run("what the system's settings switch off is off", func(t *testing.T) {
		data, _ := os.ReadFile(path())
		if err := os.WriteFile(path(), append(data, "Hidden=true\n"...), 0o644); err != nil {
			t.Fatal(err)
		}
		is(false)
	})
	if err := Set(false); err != nil {
		t.Fatal(err)
	}
	is(false)
	if left, _ := filepath.Glob(filepath.Join(xdg.ConfigHome, "autostart", "*")); len(left) != 0 {
		t.Fatalf("left behind: %v", left)
	}
}

func TestQuoted(t *testing.T) {
	for path, want := range map[string]string{
		"/opt/parley":     `"/opt/parley"`,
		"/home/a b/$x/%u": `"/home/a b/\\$x/%%u"`,
	} {
		if got := quoted(path); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
}
