//go:build linux

package e2e

import (
	"testing"

	"parley/build/e2e/desktop"
	"parley/build/e2e/webdriver"
)

// Services report a dismissal with the same signal that some send after a click (GNOME gives reason 2 for nearly all).
// It must not throw the agent into a conversation.
func TestDismissalOpensNothing(t *testing.T) {
	w := open(t)
	first := w.contact("whatsapp")
	second := w.contact("messenger")
	w.writes(first, "Primeira")
	n := w.notifiedInbox(first, "Primeira")
	w.dismiss(n)

	// What comes over the bus after the dismissal is handled after it: once the next notification leads somewhere, the
	// dismissal has led nowhere.
	w.writes(second, "Segunda")
	n = w.notifiedInbox(second, "Segunda")
	w.nothingOpen("after a dismissal")
	w.picture("dismissed")
	w.clickOn(n)
	w.tab("Inbox")
	r := w.row(second.Name, "Segunda")
	w.opened(r.ID)
	w.see(webdriver.Role("button", "Assign to me"))

	// A click on somebody else's notification reaches every program on the bus.
	w.clickOn(desktop.Notification{ID: 9999})
	w.writes(second, "Terceira")
	w.message("Terceira")
	w.opened(r.ID)
	w.noTrouble()
}

// A click brings the window back from wherever it is.
func TestClickRaises(t *testing.T) {
	w := open(t)
	w.must(w.session.Run(t.Context(), `window.runtime.WindowMinimise()`, nil))
	w.minimised(true)
	c := w.contact("whatsapp")
	w.writes(c, "Olá")
	n := w.notifiedInbox(c, "Olá")
	w.clickOn(n)
	w.minimised(false)
	w.titled("Parley")
	r := w.row(c.Name, "Olá")
	w.opened(r.ID)
	w.picture("raised")
	w.noTrouble()
}

// nothingOpen checks that no conversation is open now.
func (w *window) nothingOpen(when string) {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	id, err := w.openID(ctx)
	w.must(err)
	if id != "" {
		w.t.Fatalf("conversation %s is open %s", id, when)
	}
}
