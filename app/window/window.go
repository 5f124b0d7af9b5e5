// Package window is what Parley does to its one window: raise it, name it, and put it back where it was.
package window

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"parley/app/settings"
)

// Sizes of the window in pixels of the system's scale.
const (
	MinWidth, MinHeight         = 960, 600
	DefaultWidth, DefaultHeight = 1280, 800
)

// Name is the window's title, and the beginning of it when something is unread.
const Name = "Parley"

// Raise brings the window before the agent, wherever it is. On Linux, WindowShow only makes it visible; presenting it
// is part of WindowUnminimise (Wails 2.16.0).
func Raise(ctx context.Context) {
	runtime.Show(ctx)
	runtime.WindowShow(ctx)
	runtime.WindowUnminimise(ctx)
}

// Hide takes the window out of sight; Raise brings it back.
func Hide(ctx context.Context) { runtime.WindowHide(ctx) }

// Minimise puts the window where the system keeps those that nobody looks at.
func Minimise(ctx context.Context) { runtime.WindowMinimise(ctx) }

// SetUnread puts the number of unread messages into the title.
func SetUnread(ctx context.Context, unread int) {
	runtime.WindowSetTitle(ctx, Title(unread))
}

// Title is the window's title with a number of unread messages.
func Title(unread int) string {
	if unread <= 0 {
		return Name
	}
	return fmt.Sprintf("(%d) %s", unread, Name)
}

// Geometry is where a window was.
type Geometry struct {
	X         int  `json:"x"`
	Y         int  `json:"y"`
	Width     int  `json:"width"`
	Height    int  `json:"height"`
	Maximised bool `json:"maximised"`
}

// FileName is the name of the geometry's file below the config folder.
const FileName = "window.json"

// Restore puts the window where it was when Keep was called, as far as the screens allow, and shows it.
func Restore(ctx context.Context, folder string) error {
	defer runtime.WindowShow(ctx)
	g, err := read(folder)
	if err != nil || g == (Geometry{}) {
		return err
	}
	screens, err := runtime.ScreenGetAll(ctx)
	if err != nil {
		return fmt.Errorf("look at the screens: %w", err)
	}
	width, height := 0, 0
	for _, screen := range screens {
		width, height = width+screen.Size.Width, max(height, screen.Size.Height)
	}
	g, place := g.clamp(width, height)
	resize(ctx, g.Width, g.Height)
	if place {
		runtime.WindowSetPosition(ctx, g.X, g.Y)
	} else {
		runtime.WindowCenter(ctx)
	}
	if g.Maximised {
		runtime.WindowMaximise(ctx)
	}
	return nil
}

// visible is how much of a window must be on the screens for a person to get hold of it.
const visible = 120

// clamp fits a window to an area of screens. place is false when its position is outside.
func (g Geometry) clamp(width, height int) (fitted Geometry, place bool) {
	if width > 0 && height > 0 {
		g.Width, g.Height = min(g.Width, width), min(g.Height, height)
		place = g.X > visible-g.Width && g.X < width-visible && g.Y >= 0 && g.Y < height-visible
	}
	g.Width, g.Height = max(g.Width, MinWidth), max(g.Height, MinHeight)
	return g, place
}

func read(folder string) (g Geometry, err error) {
	data, err := os.ReadFile(filepath.Join(folder, FileName))
	if errors.Is(err, os.ErrNotExist) {
		return g, nil
	}
	if err != nil {
		return g, fmt.Errorf("read window's place: %w", err)
	}
	if json.Unmarshal(data, &g) != nil {
		return Geometry{}, nil // as on the first start
	}
	return g, nil
}

// Keep remembers where the window is. Call it before it closes: there is no event of its moves.
func Keep(ctx context.Context, folder string) error {
	if runtime.WindowIsMinimised(ctx) {
		return nil // it has no place now
	}
	g, err := read(folder)
	if err != nil {
		g = Geometry{}
	}
	g.Maximised = runtime.WindowIsMaximised(ctx)
	if !g.Maximised {
		g.X, g.Y = runtime.WindowGetPosition(ctx)
		g.Width, g.Height = runtime.WindowGetSize(ctx)
	}
	data, err := json.Marshal(g)
	if err != nil {
		return fmt.Errorf("keep window's place: %w", err)
	}
	if err := settings.WriteFile(filepath.Join(folder, FileName), data); err != nil {
		return fmt.Errorf("keep window's place: %w", err)
	}
	return nil
}
