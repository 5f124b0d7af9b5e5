//go:build linux

package e2e

import (
	"testing"
	"time"

	"parley/backend/conversation"
	"parley/build/e2e/phone"
	"parley/build/e2e/webdriver"
)

// TestFirstMorning is a new agent's first morning with only what the screen says: ten conversations on both channels, among
// them one whose window closes, one whose contact cannot be reached, one that belongs to somebody else and one that nobody
// here can answer yet. Each step is pictured. Nothing needs a larger window than the smallest.
func TestFirstMorning(t *testing.T) {
	t.Run("usual", func(t *testing.T) { firstMorning(t, open(t)) })
	t.Run("smallest", func(t *testing.T) { firstMorning(t, openSmallest(t)) })
}

func firstMorning(t *testing.T, w *window) {
	w.picture("start")
	m := &morning{window: w}
	for i, name := range []string{
		"Ana Prates", "Bruno Keil", "Clara Nunes", "Davi Rocha", "Elsa Vidal", "Femke Bos", "Gil Ayres", "Hana Sato", "Ivo Marek", "Júlia Reis",
	} {
		channel := "whatsapp"
		if i%2 == 1 {
			channel = "messenger"
		}
		ctx, cancel := w.context()
		defer cancel()
		id, err := w.phone.Add(ctx, channel, name)
		w.must(err)
		c := phone.Contact{ID: id, Channel: channel, Name: name}
		m.contacts = append(m.contacts, c)
		w.writes(c, "Hello, this is "+name)
	}
	w.tab("Inbox")
	w.says(w.see(webdriver.RoleBeginning("tab", "Inbox")), "10") // the last ones may be below what the window shows
	w.row(m.contacts[0].Name)
	w.picture("inbox")
	w.choose(m.contacts[0].Name, "Hello")
	w.picture("preview")

	m.answered(0, true)
	m.answered(1, false)
	m.handedOver(2)
	m.sentBack(3)
	m.notReached(5)
	for _, i := range []int{4, 7, 8, 9} {
		m.answered(i, i%2 == 0)
	}
	m.expired(6)
	w.picture("end")
	w.theme("light", webdriver.ArrowRight)
	w.theme("dark", webdriver.ArrowRight)
	w.tab("Inbox")
	w.picture("end-dark")
	w.noTrouble()
}

type morning struct {
	*window
	contacts []phone.Contact
}

// take assigns a conversation.
func (m *morning) take(i int) (row, phone.Contact) {
	m.t.Helper()
	m.tab("Inbox")
	r := m.row(m.contacts[i].Name)
	m.assign(r)
	m.see(box(m.contacts[i].Name))
	return r, m.contacts[i]
}

// answered is a question, an answer, and the end: with a wrap-up, or at once.
func (m *morning) answered(i int, wrapUp bool) {
	m.t.Helper()
	r, c := m.take(i)
	m.picture("taken")
	m.sends(c, "Yes, of course.")
	m.message("Yes, of course.", "accepted", "delivered", "read")
	m.picture("answered")
	m.click(webdriver.Role("button", "End Chat"))
	if wrapUp {
		m.see(webdriver.Role("button", "Submit"))
		m.picture("wrap-up")
		m.click(webdriver.Role("treeitem", "New booking"))
		m.click(webdriver.Role("treeitem", "Confirmed"))
		m.click(webdriver.Role("button", "Submit"))
	}
	m.tab("Assigned to you")
	m.rowGone(r.ID)
	m.picture("ended")
}

// handedOver goes to a colleague with a note.
func (m *morning) handedOver(i int) {
	m.t.Helper()
	r, _ := m.take(i)
	m.click(webdriver.RoleBeginning("button", "Transfer"))
	m.see(webdriver.RoleBeginning("option", "Rui Teixeira"))
	m.picture("transfer")
	m.click(webdriver.RoleBeginning("option", "Rui Teixeira"))
	m.picture("transfer-chosen")
	m.click(webdriver.Role("button", "Transfer to Rui Teixeira"))
	m.rowGone(r.ID)
	m.picture("transferred")
}

// sentBack goes back to the Inbox, where it is again.
func (m *morning) sentBack(i int) {
	m.t.Helper()
	_, c := m.take(i)
	m.click(webdriver.Role("button", "Send to Inbox"))
	dialog := m.see(webdriver.RoleBeginning("dialog", "Send to Inbox"))
	m.picture("send-to-inbox")
	m.click(webdriver.Role("button", "Send to Inbox").In(dialog))
	m.tab("Inbox")
	m.row(c.Name)
	m.picture("sent-back")
	m.answered(i, false)
}

// notReached is a message that fails, says why and what to do.
func (m *morning) notReached(i int) {
	m.t.Helper()
	r, c := m.take(i)
	ctx, cancel := m.context()
	defer cancel()
	m.must(m.phone.Block(ctx, c.ID, true))
	m.sends(c, "Your tickets are ready.")
	m.message("Your tickets are ready.", "failed")
	m.picture("failed")
	m.click(webdriver.Role("button", "End Chat"))
	m.picture("end-with-failed")
	m.click(webdriver.Role("button", "End Chat").In(m.see(webdriver.RoleBeginning("dialog", "End"))))
	m.rowGone(r.ID)
}

// expired closes while the agent writes, and is ended from the notice.
func (m *morning) expired(i int) {
	m.t.Helper()
	_, c := m.take(i)
	m.write(box(c.Name), "I have looked it up:")
	m.advance(conversation.WhatsAppWindow - 20*time.Minute)
	m.row(c.Name, "min")
	m.picture("closing")
	m.advance(21 * time.Minute)
	lock := m.see(webdriver.Role("alert", "Session window closed"))
	m.picture("closed")
	m.click(webdriver.RoleBeginning("button", "Send a template").In(lock))
	m.see(webdriver.Role("dialog", "Send a template"))
	m.picture("template")
	m.chord(webdriver.Escape)
	m.picture("back-at-the-notice")
	m.click(webdriver.RoleBeginning("button", "End Chat").In(lock))
	m.picture("end-with-draft")
	m.click(webdriver.Role("button", "End Chat").In(m.see(webdriver.RoleBeginning("dialog", "End"))))
	m.click(webdriver.Role("button", "Dismiss"))
	m.picture("dismiss")
	m.click(webdriver.RoleBeginning("button", "Dismiss").In(m.see(webdriver.RoleBeginning("dialog", "Leave"))))
	m.row(c.Name, "Draft:") // what was typed is not lost with the chat
}
