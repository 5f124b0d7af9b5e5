//go:build linux

package e2e

import (
	"context"
	"fmt"
	"testing"
	"time"

	"parley/build/e2e/phone"
	"parley/build/e2e/webdriver"
)

// TestTrouble switches Meta's troubles on, one after the other, and looks at what an agent gets to read: what happened,
// and what to do.
func TestTrouble(t *testing.T) {
	// On WhatsApp a blocked business sees nothing but a message that is never delivered; Messenger says it.
	t.Run("blocked", func(t *testing.T) {
		w, c := inConversation(t, "messenger")
		ctx, cancel := w.context()
		defer cancel()
		w.must(w.phone.Block(ctx, c.ID, true))
		w.sends(c, "Do you still want the tickets?")
		m := w.message("Do you still want the tickets?", "failed")
		w.says(w.line(m), "Not delivered. This contact cannot be reached on Messenger.")
		w.says(w.line(m), "Wait until they write again, or try later.")
		w.picture("blocked")
		w.info("Meta’s code")
		w.picture("details")
		w.noTrouble()
	})

	t.Run("expired token", func(t *testing.T) {
		w, c := inConversation(t, "whatsapp")
		w.faults(map[string]any{"expiredToken": true})
		w.sends(c, "One moment")
		w.until("one alert for the touchpoint", func(ctx context.Context) (bool, string, error) {
			var said []string
			err := w.session.Run(ctx, `return [...document.querySelectorAll('[data-paused]')].map((alert) => alert.innerText)`, &said)
			return len(said) == 1, fmt.Sprintf("%q", said), err
		})
		w.sends(c, "I am still here")
		w.says(w.banner(), "no longer accepts the access token")
		w.says(w.banner(), "2 messages wait in the hub")
		w.says(w.banner(), "can repair it")
		w.says(w.banner(), "Since ")
		w.row(c.Name, "Paused")
		w.picture("expired-token")
		w.theme("light", webdriver.ArrowRight)
		w.theme("dark", webdriver.ArrowRight)
		w.picture("expired-token-dark")
		w.faults(nil)
		ctx, cancel := w.context()
		defer cancel()
		w.must(w.phone.Advance(ctx, 10*time.Minute)) // to the hub's next try
		w.until("no alert", func(ctx context.Context) (bool, string, error) {
			var none bool
			err := w.session.Run(ctx, `return document.querySelector('[data-paused]') === null`, &none)
			return none, "the alert", err
		})
		w.onPhone(c, "both once and in order", func(thread []phone.Message) bool {
			return got(thread, "One moment") == 1 && got(thread, "I am still here") == 1 && thread[len(thread)-1].Text == "I am still here"
		})
		w.picture("repaired") // noTrouble would find the hub's own alarm about the token
	})

	t.Run("rate limited", func(t *testing.T) {
		w, c := inConversation(t, "whatsapp")
		w.faults(map[string]any{"rateLimit": true})
		w.sends(c, "The boat leaves at nine")
		m := w.message("The boat leaves at nine", "in_hub")
		w.says(w.line(m), "asks to slow down")
		w.picture("rate-limited")
		w.faults(nil)
		ctx, cancel := w.context()
		defer cancel()
		w.must(w.phone.Advance(ctx, 10*time.Minute))
		w.onPhone(c, "the message once", func(thread []phone.Message) bool { return got(thread, "The boat leaves at nine") == 1 })
		w.message("The boat leaves at nine", "accepted", "delivered", "read")
		w.noTrouble()
	})

	t.Run("media gone", func(t *testing.T) {
		w, c := inConversation(t, "whatsapp")
		w.faults(map[string]any{"mediaGone": true})
		ctx, cancel := w.context()
		defer cancel()
		w.must(w.phone.Sample(ctx, c.ID, "photo"))
		w.until("a photo that says that it cannot be had", func(ctx context.Context) (bool, string, error) {
			var said string
			err := w.session.Run(ctx, `return document.querySelector('[data-media-gone]')?.innerText ?? ''`, &said)
			return said != "", said, err
		})
		w.see(webdriver.Role("button", "Ask to send it again"))
		w.picture("media-gone")
		w.noTrouble()
	})

	t.Run("lost reply", func(t *testing.T) {
		w, c := inConversation(t, "whatsapp")
		w.faults(map[string]any{"lostReply": true, "webhookDelayMs": 3_600_000})
		w.sends(c, "Here is your code")
		m := w.message("Here is your code", "unconfirmed")
		w.says(w.line(m), "Checking with WhatsApp…")
		w.picture("checking")
		w.faults(map[string]any{"webhookDelayMs": 3_600_000})
		ctx, cancel := w.context()
		defer cancel()
		w.must(w.phone.Advance(ctx, 3*time.Minute))
		w.says(w.line(m), "Not confirmed. It may have arrived.")
		w.see(webdriver.Role("button", "Leave it").In(w.line(m)))
		w.picture("not-confirmed")
		w.click(webdriver.Role("button", "Send again").In(w.line(m)))
		dialog := w.see(webdriver.Role("dialog", "Send this again?"))
		w.says(dialog, "may get it twice")
		w.picture("asked")
		w.click(webdriver.Role("button", "Cancel").In(dialog))
		w.noTrouble()
	})
}

// inConversation opens the application with one conversation that the agent has.
func inConversation(t *testing.T, channel string) (*window, phone.Contact) {
	t.Helper()
	w := open(t)
	c := w.contact(channel)
	w.writes(c, question)
	w.tab("Inbox")
	w.assign(w.row(c.Name, question))
	w.see(box(c.Name))
	return w, c
}

// sends writes a text and sends it.
func (w *window) sends(c phone.Contact, text string) {
	w.t.Helper()
	w.write(box(c.Name), text)
	w.chord(webdriver.Shift, webdriver.Enter)
	w.written(box(c.Name), "")
}

// faults replaces Meta's troubles.
func (w *window) faults(faults map[string]any) {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	if faults == nil {
		faults = map[string]any{}
	}
	w.must(w.phone.Faults(ctx, faults))
}

// line is a message with all that is said about it.
func (w *window) line(m message) webdriver.Element {
	w.t.Helper()
	return w.message(m.Text).Element
}

// banner is the alert about the touchpoint.
func (w *window) banner() (banner webdriver.Element) {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	w.must(w.session.Run(ctx, `return document.querySelector('[data-paused]')`, &banner))
	return banner
}

// info opens the details of a message with the keyboard: the menu of the newest message is one step up.
func (w *window) info(says string) {
	w.t.Helper()
	w.chord(webdriver.Alt, webdriver.ArrowUp)
	w.keys("\n")
	w.click(webdriver.Role("menuitem", "Message details"))
	dialog := w.see(webdriver.Role("dialog", "Message details"))
	w.says(dialog, says)
}
