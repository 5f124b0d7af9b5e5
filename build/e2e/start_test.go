//go:build linux

package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/build/e2e/webdriver"
)

// The first start needs no account and no network: it opens the practice workspace, and says so.
func TestFirstStart(t *testing.T) {
	w := open(t)
	w.shows("This is practice: the people here are played by Parley, and nothing leaves this computer.")
	w.see(webdriver.RoleBeginning("tab", "Inbox"))
	w.see(webdriver.RoleBeginning("tab", "Assigned to you"))
	w.titled("Parley")
	w.picture("practice")
	w.noTrouble()
}

// A second start shows the window of the first and leaves; it touches nothing.
func TestSecondStart(t *testing.T) {
	w := open(t)
	w.must(w.session.Run(t.Context(), `window.runtime.WindowMinimise()`, nil))
	w.minimised(true)
	ctx, cancel := w.context()
	defer cancel()
	said, code, err := w.desktop.StartAgain(ctx)
	if err != nil {
		t.Fatalf("the second start did not leave: %v\n%s", err, said)
	}
	t.Logf("the second start leaves with %d", code)
	for _, bad := range []string{"panic", "level=ERROR", "SIGSEGV"} {
		if strings.Contains(said, bad) {
			t.Errorf("the second start says: %s", said)
		}
	}
	w.minimised(false)
	w.titled("Parley")
	w.until("the page to have the keyboard", func(ctx context.Context) (bool, string, error) {
		var focused bool
		err := w.session.Run(ctx, `return document.hasFocus()`, &focused)
		return focused, "no focus", err
	})
	w.click(webdriver.RoleBeginning("tab", "Inbox"))
	w.picture("raised")
	w.noTrouble()
}

// minimised waits until the window is, or is not.
func (w *window) minimised(minimised bool) {
	w.t.Helper()
	w.until(fmt.Sprintf("minimised to be %v", minimised), func(ctx context.Context) (bool, string, error) {
		var is bool
		err := w.session.Await(ctx, `return window.runtime.WindowIsMinimised()`, &is)
		return is == minimised, fmt.Sprint(is), err
	})
}

// draftPromise is the age from which on a draft survives anything: saved within 250 ms, and a little for the disk.
const draftPromise = 300 * time.Millisecond

// A draft is on the disk 300 ms after the last key. Only kill -9 proves it: there is no goodbye in which to save.
func TestDraftSurvivesKill(t *testing.T) {
	w := open(t)
	c := w.contact("whatsapp")
	w.writes(c, "Está aí alguém?")
	w.tab("Inbox")
	r := w.row(c.Name, "Está aí alguém?")
	w.assign(r)
	const draft = "Estou, só um mom\nsegunda linha é"
	w.write(box(c.Name), draft)
	time.Sleep(draftPromise) // the promise itself, not a wait for something
	w.must(w.app.Kill())

	w.launch()
	w.selected("Assigned to you")
	again := w.choose(c.Name, "Draft:")
	if again.ID != r.ID {
		t.Errorf("the draft is in conversation %s, not in %s", again.ID, r.ID)
	}
	w.written(box(c.Name), draft)
	w.picture("after")
	w.noTrouble()
}
