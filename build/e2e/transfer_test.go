//go:build linux

package e2e

import (
	"testing"

	"parley/build/e2e/webdriver"
)

// TestTransfer: a conversation goes to a colleague with what was written so far as a note; who is away says so.
func TestTransfer(t *testing.T) {
	w, c := inConversation(t, "whatsapp")
	w.write(box(c.Name), "They ask about a refund.")
	w.click(webdriver.RoleBeginning("button", "Transfer"))
	w.see(webdriver.RoleBeginning("option", "Rui Teixeira"))
	w.picture("agents")
	w.click(webdriver.RoleBeginning("tab", "Queues"))
	w.see(webdriver.RoleBeginning("option", "Complaints"))
	w.picture("queues")
	w.click(webdriver.RoleBeginning("tab", "Agents"))
	w.click(webdriver.Role("textbox", "Find a queue or an agent"))
	w.keys("rui")
	w.chord(webdriver.Enter)
	w.picture("chosen")
	id := w.row(c.Name).ID
	w.click(webdriver.Role("button", "Transfer to Rui Teixeira"))
	w.rowGone(id)
	w.picture("transferred")
	w.click(webdriver.RoleBeginning("button", "Inês Castro"))
	w.see(webdriver.Role("menuitemradio", "Away"))
	w.picture("status")
	w.click(webdriver.Role("menuitemradio", "Away"))
	w.see(webdriver.RoleBeginning("button", "Inês Castro, Away"))
	w.theme("light", webdriver.ArrowRight)
	w.theme("dark", webdriver.ArrowRight)
	w.noTrouble()
}
