//go:build linux

package e2e

import (
	"context"
	"testing"

	"parley/build/e2e/webdriver"
)

// An agent finds a sentence of a closed conversation by the beginning of a word, typed without its accents, and reads it
// where it was said.
func TestFindEverything(t *testing.T) {
	w := open(t)
	w.phoned("marta", "Bom dia! A reservação de sábado está confirmada?")
	w.phoned("beatriz", "Olá, o voo mudou de hora?")
	w.tab("Inbox")
	first := w.row("reservação")
	w.assign(first)
	w.write(box("Marta Figueiredo"), "Sim, a reserva está confirmada para as nove.")
	w.chord(webdriver.Shift, webdriver.Enter)
	w.message("Sim, a reserva está confirmada para as nove.", "delivered", "read")
	w.click(webdriver.Role("button", "End Chat"))
	w.click(webdriver.Role("treeitem", "New booking"))
	w.click(webdriver.Role("treeitem", "Confirmed"))
	w.click(webdriver.Role("button", "Submit"))
	w.rowGone(first.ID)
	w.chord(webdriver.Control, webdriver.Shift, "f")
	w.keys("RESERVAC")
	w.until("the message to be found", func(ctx context.Context) (bool, string, error) {
		var marked []string
		err := w.session.Run(ctx, `return [...document.querySelectorAll('[data-results="RESERVAC"] [data-result^=message] mark')].map((mark) => mark.textContent)`, &marked)
		return len(marked) == 1 && marked[0] == "reservaç", "marked", err
	})
	w.picture("results")
	w.chord(webdriver.ArrowDown)
	w.keys("\n")
	w.opened(first.ID)
	w.message("Bom dia! A reservação de sábado está confirmada?")
	w.chord(webdriver.Control, webdriver.Shift, "f")
	w.keys("mar")
	w.until("the contact to be found", func(ctx context.Context) (bool, string, error) {
		var names []string
		err := w.session.Run(ctx, `return [...document.querySelectorAll('[data-results="mar"] [data-result^=person] .name')].map((name) => name.textContent)`, &names)
		return len(names) == 1 && names[0] == "Marta Figueiredo", "people", err
	})
	w.picture("people")
	w.chord(webdriver.Escape)
	w.see(webdriver.RoleBeginning("tab", "Inbox"))
	w.noTrouble()
}
