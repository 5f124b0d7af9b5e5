//go:build linux

package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/build/e2e/desktop"
	"parley/build/e2e/phone"
	"parley/build/e2e/webdriver"
)

// A window that is about to close rings at each step while the contact waits, in order and in one notification; an answer
// ends it. On both channels, by the practice clock.
func TestWindowAlerts(t *testing.T) {
	for channel, length := range map[string]time.Duration{"whatsapp": 24 * time.Hour, "messenger": 7 * 24 * time.Hour} {
		t.Run(channel, func(t *testing.T) {
			w, c := inConversation(t, channel)
			elsewhere := w.contact("whatsapp", c.ID)
			w.writes(elsewhere, "Bom dia")
			w.tab("Inbox")
			w.choose(elsewhere.Name)

			w.advance(length - 2*time.Hour)
			first := w.closing(c, "2 h")
			if strings.Join(first.Actions, " ") != "default Open inline-reply Reply" {
				t.Errorf("a person can: %q", first.Actions)
			}
			w.picture("two-hours")
			w.advance(90 * time.Minute)
			second := w.closing(c, "30 min")
			w.advance(20 * time.Minute)
			third := w.closing(c, "10 min")
			if second.Replaces != first.ID || third.Replaces != first.ID {
				t.Errorf("one notification was replaced by others: %d, then %d and %d", first.ID, second.Replaces, third.Replaces)
			}
			if urgency := third.Hints["urgency"].Value(); urgency != byte(2) || second.Hints["urgency"].Value() == byte(2) {
				t.Errorf("the last call has urgency %v", urgency)
			}
			w.picture("ten-minutes")

			w.tab("Assigned to you")
			r := w.row(c.Name)
			w.picture("lane")
			w.click(webdriver.Role("button", "Next"))
			w.opened(r.ID)
			w.sends(c, "Sim, claro")
			w.onPhone(c, "the answer", func(thread []phone.Message) bool { return got(thread, "Sim, claro") == 1 })
			ctx, cancel := w.context()
			defer cancel()
			w.must(w.desktop.Notifications.AwaitWithdrawn(ctx, third.ID))
			w.tab("Inbox")
			w.choose(elsewhere.Name)
			told := len(w.desktop.Notifications.All())
			w.advance(5 * time.Minute)
			w.writes(elsewhere, "Está aí alguém?")
			w.message("Está aí alguém?")
			for _, n := range w.desktop.Notifications.All()[told:] {
				if n.Summary == c.Name {
					t.Errorf("after the answer: %q", n.Body)
				}
			}
			w.noTrouble()
		})
	}
}

// closing waits for the alert that a contact's window closes in a time.
func (w *window) closing(c phone.Contact, left string) desktop.Notification {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	n, err := w.desktop.Notifications.Await(ctx, fmt.Sprintf("the window of %s to close in %s", c.Name, left), func(n desktop.Notification) bool {
		return n.Summary == c.Name && strings.HasPrefix(n.Body, "Waits for an answer.") && strings.HasSuffix(n.Body, "in "+left+".")
	})
	w.must(err)
	return n
}

// advance moves the practice clock.
func (w *window) advance(by time.Duration) {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	w.must(w.phone.Advance(ctx, by))
}

// A reply in the notification reaches the contact once and leaves the editor alone; mark read does only that.
func TestAnswerInNotification(t *testing.T) {
	w, c := inConversation(t, "whatsapp")
	w.write(box(c.Name), "Rascunho")
	elsewhere := w.contact("whatsapp", c.ID)
	w.writes(elsewhere, "Bom dia")
	w.tab("Inbox")
	w.choose(elsewhere.Name)

	w.writes(c, "Está aí?")
	n := w.notified(c.Name, "Está aí?")
	w.must(w.desktop.Notifications.Reply(n, "Estou, um momento"))
	w.onPhone(c, "the reply", func(thread []phone.Message) bool { return got(thread, "Estou, um momento") == 1 })
	w.tab("Assigned to you")
	r := w.row(c.Name)
	w.bubble(r.ID, 0)
	w.picture("replied")

	w.writes(c, "Obrigado")
	n = w.notified(c.Name, "Obrigado")
	w.bubble(r.ID, 1)
	w.must(w.desktop.Notifications.Press(n, "read"))
	w.bubble(r.ID, 0)

	w.choose(c.Name)
	w.message("Estou, um momento")
	w.written(box(c.Name), "Rascunho")
	w.onPhone(c, "the reply once", func(thread []phone.Message) bool { return got(thread, "Estou, um momento") == 1 })

	w.why("Obrigado", "Rang", "It was new.")
	w.picture("why")
	w.noTrouble()
}

// why asks a message why it did or did not ring, and waits until the answer says these things.
func (w *window) why(text string, says ...string) {
	w.t.Helper()
	m := w.message(text)
	w.click(webdriver.Role("button", "Message actions").In(m.Element))
	w.click(webdriver.Role("menuitem", "Why did this (not) ring?"))
	dialog := w.see(webdriver.Role("dialog", "Why did this (not) ring?"))
	for _, part := range says {
		w.says(dialog, part)
	}
}

// decided waits until it is decided whether a conversation rings.
func (w *window) decided(id string) {
	w.t.Helper()
	w.until("a decision about the conversation", func(ctx context.Context) (bool, string, error) {
		var decisions int
		err := w.session.Await(ctx, `return window.go.app.Thread.Alerts(arguments[0]).then((all) => all.length)`, &decisions, id)
		return decisions > 0, "none", err
	})
}

// A link from outside leads into the conversation, in the window that is open already.
func TestLink(t *testing.T) {
	w := open(t)
	c := w.contact("whatsapp")
	w.writes(c, "Olá")
	w.tab("Inbox")
	r := w.row(c.Name, "Olá")
	w.nothingOpen("before the link")
	ctx, cancel := context.WithTimeout(t.Context(), 2*waitLimit)
	defer cancel()
	if said, _, err := w.desktop.StartAgain(ctx, "parley://conversation/"+r.ID); err != nil {
		t.Fatal(said, err)
	}
	w.opened(r.ID)
	w.see(webdriver.Role("button", "Assign to me"))
	w.noTrouble()
}

// The settings say whether notifications work, and a test goes the whole way: to the service, and back with the click.
func TestAlertSettings(t *testing.T) {
	t.Run("usual", func(t *testing.T) { alertSettings(t, open(t)) })
	t.Run("smallest", func(t *testing.T) { alertSettings(t, openSmallest(t)) })
}

func alertSettings(t *testing.T, w *window) {
	t.Helper()
	w.click(webdriver.Role("button", "Settings"))
	w.click(webdriver.Role("button", "Change…"))
	dialog := w.see(webdriver.Role("dialog", "Notifications and sounds"))
	w.picture("settings")
	w.click(webdriver.Role("button", "Send a test notification").In(dialog))
	w.says(dialog, "desktop-test 1 took it after")
	n := w.notified("Parley", "This is how a notification looks. A click on it is noticed.")
	w.clickOn(n)
	w.until("the click to arrive", func(ctx context.Context) (bool, string, error) {
		var said string
		err := w.session.Run(ctx, `return document.body.innerText`, &said)
		return strings.Contains(said, "Your click on the test notification has arrived."), "nothing about it", err
	})
	w.picture("tested")

	// Switched off for a while, nothing rings, and the rail says so.
	w.click(webdriver.Role("button", "Close").In(dialog))
	w.click(webdriver.RoleBeginning("button", "Do not disturb"))
	w.picture("quiet-menu")
	w.click(webdriver.Role("button", "Snooze for 30 min"))
	w.see(webdriver.RoleBeginning("button", "Do not disturb. Snoozed until"))
	c := w.contact("whatsapp")
	w.writes(c, "Olá")
	w.tab("Inbox")
	w.decided(w.row(c.Name, "Olá").ID) // before it is looked at, which would be another reason
	w.choose(c.Name, "Olá")
	w.why("Olá", "Stayed silent", "Notifications were snoozed.")
	w.picture("why-not")
	w.chord(webdriver.Escape)
	w.gone(webdriver.Role("dialog", "Why did this (not) ring?"))
	w.theme("light", webdriver.ArrowRight)
	w.theme("dark", webdriver.ArrowRight)
	w.click(webdriver.RoleBeginning("button", "Do not disturb"))
	w.click(webdriver.Role("button", "Notifications and sounds…"))
	w.see(webdriver.Role("dialog", "Notifications and sounds"))
	w.picture("settings-dark")
	w.noTrouble()
}
