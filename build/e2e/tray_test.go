//go:build linux

package e2e

import (
	"context"
	"fmt"
	"testing"

	"parley/build/e2e/webdriver"
)

// Where there is a tray, closing the window hides it: messages are told of as before, a click brings the window back, and
// what the person chooses in the tray holds in the window, too. Without a tray closing ends Parley.
func TestTray(t *testing.T) {
	w, c := inConversation(t, "whatsapp")
	tray, err := w.desktop.ServeTray()
	w.must(err)
	defer tray.Close()
	ctx, cancel := w.context()
	defer cancel()
	w.must(tray.AwaitSays(ctx, "Parley: Nothing unread"))
	r := w.row(c.Name)

	w.must(w.app.CloseWindow(ctx))
	w.hidden()
	w.writes(c, "Ainda aí?")
	n := w.notified(c.Name, "Ainda aí?")
	w.must(tray.AwaitSays(ctx, "1 unread message"))
	w.clickOn(n)
	w.titled("Parley")
	w.opened(r.ID)
	w.message("Ainda aí?")
	w.must(tray.AwaitSays(ctx, "Nothing unread"))

	w.must(w.app.CloseWindow(ctx))
	w.hidden()
	w.must(tray.Choose(ctx, "Do not disturb"))
	w.must(tray.Choose(ctx, "Away"))
	w.must(tray.Tap(ctx))
	w.titled("Parley")
	w.see(webdriver.RoleBeginning("button", "Do not disturb. Do not disturb is on"))
	w.see(webdriver.RoleBeginning("button", "Inês Castro, Away"))
	w.picture("back")
	w.noTrouble()

	w.must(tray.Choose(ctx, "Quit Parley"))
	w.must(w.app.AwaitEnd(ctx))
}

// hidden waits until there is no window.
func (w *window) hidden() {
	w.t.Helper()
	w.until("the window to be hidden", func(ctx context.Context) (bool, string, error) {
		n, err := w.desktop.Windows(ctx)
		return n == 0, fmt.Sprintf("%d windows", n), err
	})
}
