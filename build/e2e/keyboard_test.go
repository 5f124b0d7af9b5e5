//go:build linux

package e2e

import (
	"testing"

	"parley/build/e2e/webdriver"
)

// TestKeyboard: a quick reply by its shortcut, the palette, and a key of one's own. The mouse is not needed.
func TestKeyboard(t *testing.T) {
	w, c := inConversation(t, "whatsapp")
	w.write(box(c.Name), "/dat")
	w.see(webdriver.RoleBeginning("option", "/dates"))
	w.picture("slash")
	w.chord(webdriver.Enter)
	w.keys("Friday")
	w.written(box(c.Name), "I have moved your booking to Friday until {{to}}. You will find the new confirmation in your email.")
	w.chord(webdriver.Shift, webdriver.Enter)
	w.see(webdriver.Role("button", "Send anyway"))
	w.picture("unfilled")
	w.click(webdriver.Role("button", "Cancel"))

	w.chord(webdriver.Control, "k")
	w.see(webdriver.Role("dialog", "Command palette"))
	w.picture("palette")
	w.keys("change sh")
	w.picture("palette-found")
	w.chord(webdriver.Enter)
	w.click(webdriver.RoleBeginning("button", "Transfer to a person or queue"))
	w.chord(webdriver.Control, webdriver.Shift, "b")
	w.picture("refused")
	w.chord(webdriver.Control, webdriver.Shift, "y")
	w.see(webdriver.Role("button", "Transfer to a person or queue\u2026: Ctrl Shift Y"))
	w.picture("changed")
	w.click(webdriver.Role("button", "Close"))
	w.chord(webdriver.Control, webdriver.Shift, "y")
	w.see(webdriver.RoleBeginning("option", "Rui Teixeira"))
	w.noTrouble()
}
