//go:build linux

package e2e

import (
	"context"
	"strings"
	"testing"
	"time"

	"parley/build/e2e/desktop"
	"parley/build/e2e/webdriver"
)

// asleep is long enough to be noticed as a sleep: the clock is looked at every 30 s, and a look that comes a minute late tells.
const asleep = 95 * time.Second

// A laptop that sleeps while session windows close: at wake the open conversation is locked with its choices and the draft is kept,
// and what was missed is told in one notification.
func TestAsleep(t *testing.T) {
	w, open := inConversation(t, "whatsapp")
	other := w.contact("whatsapp", open.ID)
	w.writes(other, "Bom dia")
	w.tab("Inbox")
	w.assign(w.row(other.Name, "Bom dia"))
	w.choose(open.Name)
	w.write(box(open.Name), "Um momento")
	w.advance(24*time.Hour - time.Minute - 15*time.Second)
	ctx, cancel := context.WithTimeout(t.Context(), asleep+3*waitLimit)
	defer cancel()
	_, err := w.desktop.Notifications.Await(ctx, "the last call", func(n desktop.Notification) bool {
		return n.Summary == other.Name && strings.HasPrefix(n.Body, "Waits for an answer.")
	})
	w.must(err)
	told := len(w.desktop.Notifications.All())

	w.must(w.app.Sleep(ctx, asleep))
	for _, late := range []string{"Olá?", "Está aí?"} {
		w.writes(w.contact("messenger"), late)
	}
	lock := w.see(webdriver.Role("alert", "Session window closed"))
	w.gone(box(open.Name))
	w.says(lock, "Um momento")
	for _, choice := range []string{"Wait for reply", "Send a template", "End Chat"} {
		w.says(lock, choice)
	}
	w.picture("locked")
	_, err = w.desktop.Notifications.Await(ctx, "one summary", func(n desktop.Notification) bool {
		return n.Summary == "Parley" && strings.Contains(n.Body, "1 session window has closed") && strings.Contains(n.Body, "2 in the Inbox")
	})
	w.must(err)
	for _, n := range w.desktop.Notifications.All()[told:] {
		if n.Replaces == 0 && n.Summary != "Parley" {
			t.Errorf("beside the summary: %q: %q", n.Summary, n.Body)
		}
	}
	w.noTrouble()
}

// On a desktop that shows no notifications the page says so, and says when they work again.
func TestNoNotifications(t *testing.T) {
	w := open(t)
	w.must(w.desktop.Notifications.Leave())
	first := w.contact("whatsapp")
	w.writes(first, "Bom dia")
	w.shows("Your system shows no notifications.")
	w.picture("hint")
	w.must(w.desktop.Notifications.Return())
	second := w.contact("whatsapp", first.ID)
	w.writes(second, "Olá")
	w.notifiedInbox(second, "Olá")
	w.click(webdriver.Role("button", "Settings"))
	w.click(webdriver.Role("button", "Change…"))
	w.says(w.see(webdriver.Role("dialog", "Notifications and sounds")), "Notifications work, with clicks")
	w.noTrouble()
}
