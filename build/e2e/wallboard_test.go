//go:build linux

package e2e

import (
	"context"
	"strings"
	"testing"
	"time"

	"parley/build/e2e/webdriver"
)

// A supervisor sees how the team stands, and that it moves.
func TestWallboard(t *testing.T) {
	w := open(t)
	for _, contact := range []string{"marta", "diego", "ewa"} {
		w.phoned(contact, "Is anybody there, "+contact+"?")
	}
	w.click(webdriver.Role("button", "How the team stands"))
	w.stands("Waiting in the Inbox", "3")
	w.stands("Windows closing in 2 h", "0")
	w.advance(22*time.Hour + 30*time.Minute)
	w.stands("Longest wait", "22 h")
	w.stands("Windows closing in 2 h", "2") // Messenger's stay open for days
	w.picture("light")
	w.tab("Inbox")
	w.assign(w.row("Is anybody there, marta?"))
	w.click(webdriver.Role("button", "How the team stands"))
	w.stands("Waiting in the Inbox", "2")
	w.phoned("beatriz", "Can we have the boat for ourselves?")
	w.tab("Inbox")
	w.assign(w.row("the boat for ourselves"))
	w.write(box("Beatriz Nunes"), "Yes, you can.")
	w.chord(webdriver.Shift, webdriver.Enter)
	w.message("Yes, you can.", "delivered", "read", "accepted")
	w.click(webdriver.Role("button", "How the team stands"))
	w.stands("First answer, last 2 hours", "just now")
	w.theme("light", webdriver.ArrowRight)
	w.theme("dark", webdriver.ArrowRight)
	w.picture("dark")
}

// stands waits for a figure of the wallboard.
func (w *window) stands(label, text string) {
	w.t.Helper()
	w.until(label+" to be "+text, func(ctx context.Context) (bool, string, error) {
		var got string
		err := w.session.Run(ctx, `
			const term = [...document.querySelectorAll('dt')].find((dt) => dt.textContent === arguments[0]);
			return term?.nextElementSibling?.querySelector('.text')?.textContent ?? '';`, &got, label)
		return strings.TrimSpace(got) == text, got, err
	})
}
