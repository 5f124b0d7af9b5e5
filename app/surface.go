package app

import (
	"context"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"parley/app/dto"
	"parley/app/notify"
	"parley/app/window"
	"parley/app/words"
)

// Surface is what shows the page, and what only the system around a page can do: Wails' window, or a browser in tests
// of the page. Methods may be called from any goroutine.
type Surface interface {
	// Emit tells the page of events, in order.
	Emit(events []dto.Event)
	// OpenURL opens an address with the system's program for it.
	OpenURL(address string)
	CopyText(text string) error
	// ChooseFiles lets the agent choose files; none when they chose nothing.
	ChooseFiles() (paths []string, err error)
	// ChooseTarget lets the agent choose where to save a file; "" when they chose nothing.
	ChooseTarget(name string) (path string, err error)
	// Raise brings the page before the agent.
	Raise()
	// SetUnread puts the number of unread messages into the title.
	SetUnread(unread int)
	// Speak tells the page's language, in which what is typed is checked, too.
	Speak(language string)
	// Notifier is this system's way to show notifications, whose buttons say what speak gives.
	Notifier(speak func() *words.Words, responded func(notify.Response)) (notify.Notifier, error)
}

// wailsWindow is the Surface of the application.
type wailsWindow struct {
	ctx  context.Context // Wails' own
	icon []byte
}

func (w wailsWindow) Emit(events []dto.Event)    { runtime.EventsEmit(w.ctx, eventName, events) }
func (w wailsWindow) OpenURL(address string)     { runtime.BrowserOpenURL(w.ctx, address) }
func (w wailsWindow) CopyText(text string) error { return runtime.ClipboardSetText(w.ctx, text) }
func (w wailsWindow) Raise()                     { window.Raise(w.ctx) }
func (w wailsWindow) SetUnread(unread int)       { window.SetUnread(w.ctx, unread) }
func (w wailsWindow) Speak(language string)      { window.Tune(language) }

func (w wailsWindow) ChooseFiles() ([]string, error) {
	return runtime.OpenMultipleFilesDialog(w.ctx, runtime.OpenDialogOptions{})
}

func (w wailsWindow) ChooseTarget(name string) (string, error) {
	return runtime.SaveFileDialog(w.ctx, runtime.SaveDialogOptions{DefaultFilename: name})
}

func (w wailsWindow) Notifier(speak func() *words.Words, responded func(notify.Response)) (notify.Notifier, error) {
	return notify.New(w.ctx, w.icon, speak, responded)
}
