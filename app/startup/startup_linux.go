package startup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/adrg/xdg"
)

// entry is the autostart file (freedesktop.org, Desktop Application Autostart Specification).
const entry = `[Desktop Entry]
Type=Application
Name=Parley
Exec=%s %s
Icon=parley
X-GNOME-Autostart-enabled=true
`

func path() string { return filepath.Join(xdg.ConfigHome, "autostart", "parley.desktop") }

func enabled() (bool, error) {
	data, err := os.ReadFile(path())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	// Systems' settings switch an entry off by one of these lines.
	text := string(data)
	return !strings.Contains(text, "Hidden=true") && !strings.Contains(text, "X-GNOME-Autostart-enabled=false"), err
}

func set(on bool, program string) error {
	if !on {
		err := os.Remove(path())
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path()), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path(), fmt.Appendf(nil, entry, quoted(program), Flag), 0o600)
}

// quoted writes a path as an argument of Exec, which has reserved characters of its own.
func quoted(path string) string {
	escaped := strings.NewReplacer(`\`, `\\\\`, `"`, `\\"`, "`", "\\\\`", `$`, `\\$`, `%`, `%%`).Replace(path)
	return `"` + escaped + `"`
}
