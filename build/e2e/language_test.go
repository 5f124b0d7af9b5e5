//go:build linux

package e2e

import (
	"context"
	"fmt"
	"testing"

	"parley/build/e2e/webdriver"
)

// TestLanguages: the whole window and its notifications speak another language without a restart, and no word is cut off, also with large text.
func TestLanguages(t *testing.T) {
	w, c := inConversation(t, "whatsapp")
	for _, language := range []struct{ tag, end, transfer, inbox, open string }{
		{"pt", "Terminar conversa", "Transferir", "Entrada", "Abrir"}, {"es", "Terminar chat", "Transferir", "Bandeja", "Abrir"}, {"en", "End Chat", "Transfer", "Inbox", "Open"},
	} {
		w.choice(language.tag)
		w.see(webdriver.RoleBeginning("tab", language.inbox))
		w.see(webdriver.Role("button", language.end))
		w.fits(language.tag)
		w.picture(language.tag)
		if language.tag == "en" {
			continue // every other test
		}
		writer := w.contact("whatsapp", c.ID)
		w.writes(writer, "Bom dia")
		n := w.notified(language.inbox+": "+writer.Name, "Bom dia")
		if n.Actions[1] != language.open {
			t.Errorf("%s: the button says %q", language.tag, n.Actions[1])
		}
	}
	for _, value := range []string{"pt", "125", "compact"} {
		w.choice(value)
	}
	w.see(webdriver.Role("button", "Terminar conversa"))
	w.fits("pt at 125 %")
	w.picture("large")
	w.row(c.Name)
	w.noTrouble()
}

// choice chooses a value in the settings, which open by a key in every language.
func (w *window) choice(value string) {
	w.t.Helper()
	w.chord(webdriver.Control, ",")
	w.until("the choice "+value, func(ctx context.Context) (bool, string, error) {
		var found bool
		err := w.session.Run(ctx, `
			const select = [...document.querySelectorAll('[role=dialog] select')].find((one) => [...one.options].some((option) => option.value === arguments[0]));
			if (!select) return false;
			select.value = arguments[0];
			select.dispatchEvent(new Event('change', { bubbles: true }));
			return true;`, &found, value)
		return found, "no such choice", err
	})
	w.picture("settings")
	w.chord(webdriver.Escape)
}

// fits checks that no button, tab or heading is wider than its place.
func (w *window) fits(what string) {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	var cut []string
	w.must(w.session.Run(ctx, `
		return [...document.querySelectorAll('button.btn, [role=tab], h2, h3, .hint')]
			.filter((e) => e.offsetParent !== null && e.scrollWidth > e.clientWidth + 1)
			.map((e) => e.innerText.trim() + ' (' + e.clientWidth + ' of ' + e.scrollWidth + ')');`, &cut))
	if len(cut) > 0 {
		w.t.Errorf("%s: words are cut off: %s", what, fmt.Sprintf("%q", cut))
	}
}
