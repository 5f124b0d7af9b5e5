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

// TestMainJob is an agent's main job in the real window, once on each channel: a question comes, is taken, answered,
// read and ended, comes again, and its session window closes and opens.
func TestMainJob(t *testing.T) {
	for _, channel := range []string{"whatsapp", "messenger"} {
		t.Run(channel, func(t *testing.T) {
			w := open(t)
			j := &journey{window: w, contact: w.contact(channel), wrapUp: channel == "whatsapp", length: 24 * time.Hour}
			if channel == "messenger" {
				j.length = 7 * 24 * time.Hour
			}
			j.other = w.contact(channel, j.contact.ID)
			w.picture("start")
			j.questionComes()
			j.agentTakes()
			j.agentAnswers()
			j.contactAnswersUnseen()
			j.agentEnds()
			j.contactComesAgain()
			j.windowClosesAndOpens()
			j.inTheDark()
			w.noTrouble()
		})
	}
}

// journey is the state of one walk.
type journey struct {
	*window
	contact phone.Contact
	other   phone.Contact
	wrapUp  bool          // ends in wrap-up
	length  time.Duration // of the session window
	id      string        // of the first conversation
}

const (
	question = `Olá! <b>Posso</b> mudar a data & o nome? "ç"`
	escaped  = `Olá! &lt;b&gt;Posso&lt;/b&gt; mudar a data &amp; o nome? "ç"` // the notification service reads markup
	answer   = "Claro, já tratei disso.\nQuer mais alguma coisa? é à ü"
	thanks   = "Obrigado, é tudo."
	back     = "Afinal há mais uma coisa."
	begun    = "Um momento, vou"
	again    = "Ainda aí?"
)

// questionComes: the row is in the Inbox, the notification on the bus, and a click on it leads to the conversation.
func (j *journey) questionComes() {
	j.writes(j.contact, question)
	j.tab("Inbox")
	r := j.row(j.contact.Name, j.contact.Touchpoint, question)
	j.id = r.ID
	j.picture("inbox")

	n := j.notifiedInbox(j.contact, escaped)
	silent := n.Hints["suppress-sound"].Value() == true // the page has sounds of its own
	if n.App != "Parley" || !silent || len(n.Actions) < 2 || n.Actions[0] != "default" {
		j.t.Errorf("the notification is %+v", n)
	}
	j.clickOn(n)
	j.opened(j.id)
	j.selected("Inbox")
	j.message(question)
	j.see(webdriver.Role("button", "Assign to me"))
	j.gone(box(j.contact.Name))
	j.picture("preview")
}

// agentTakes: the row moves to Assigned to you, and only now does the contact see that somebody has read.
func (j *journey) agentTakes() {
	j.onPhone(j.contact, "a question that nobody has read", func(thread []phone.Message) bool { return !thread[0].Seen })
	j.assign(j.row(j.contact.Name, question))
	j.row(j.contact.Name, question)
	j.see(box(j.contact.Name))
	j.onPhone(j.contact, "a question that was read", func(thread []phone.Message) bool { return thread[0].Seen })
	j.tab("Inbox")
	j.rowGone(j.id)
	j.tab("Assigned to you")
	j.picture("assigned")
}

// agentAnswers: Enter adds a line, Shift+Enter sends, and the marks say what is proved.
func (j *journey) agentAnswers() {
	j.write(box(j.contact.Name), answer)
	j.picture("written")
	j.onPhone(j.contact, "nothing yet", func(thread []phone.Message) bool { return len(thread) == 1 })
	j.chord(webdriver.Shift, webdriver.Enter)
	j.written(box(j.contact.Name), "")
	j.onPhone(j.contact, "the answer", func(thread []phone.Message) bool { return got(thread, answer) == 1 })
	m := j.message(answer, "delivered")
	j.see(webdriver.Role("image", "Delivered").In(m.Element))
	j.picture("delivered")
	ctx, cancel := j.window.context()
	defer cancel()
	j.must(j.phone.Read(ctx, j.contact.ID))
	m = j.message(answer, "read")
	j.see(webdriver.Role("image", "Read").In(m.Element))
	j.onPhone(j.contact, "the answer once", func(thread []phone.Message) bool { return len(thread) == 2 && got(thread, answer) == 1 })
	j.picture("read")
}

// contactAnswersUnseen: while the agent looks elsewhere, the answer is counted in yellow; opening it takes that away.
func (j *journey) contactAnswersUnseen() {
	j.writes(j.other, "Bom dia")
	j.tab("Inbox")
	j.choose(j.other.Name)
	j.tab("Assigned to you")
	j.writes(j.contact, thanks)
	r := j.row(j.contact.Name, thanks)
	j.bubble(r.ID, 1)
	n := j.notified(j.contact.Name, thanks)
	j.titled("(1) Parley")
	j.picture("unread")
	j.choose(j.contact.Name, thanks)
	j.message(thanks)
	j.divided(true)
	j.bubble(r.ID, 0)
	ctx, cancel := j.window.context()
	defer cancel()
	j.must(j.desktop.Notifications.AwaitWithdrawn(ctx, n.ID))
	j.titled("Parley")
	j.picture("opened")
}

// agentEnds: with wrap-up a disposition is needed, without it the conversation is closed at once.
func (j *journey) agentEnds() {
	j.click(webdriver.Role("button", "End Chat"))
	if j.wrapUp {
		submit := webdriver.Role("button", "Submit")
		j.disabled(submit, true)
		j.divided(false)
		j.picture("wrap-up")
		j.write(webdriver.Role("textbox", "Your note"), "Data mudada.")
		j.disabled(submit, true)
		j.click(webdriver.Role("treeitem", "New booking"))
		j.click(webdriver.Role("treeitem", "Confirmed"))
		j.disabled(submit, false)
		j.picture("disposition")
		j.click(submit)
	} else {
		j.gone(webdriver.Role("button", "Submit"))
		j.takesBack()
		j.click(webdriver.Role("button", "End Chat"))
		j.rests()
	}
	j.selected("Assigned to you")
	j.rowGone(j.id)
	j.picture("closed")
}

// takesBack: an end can be undone for a while, and the conversation is there again.
func (j *journey) takesBack() {
	j.picture("resting")
	j.click(webdriver.Role("button", "Undo"))
	j.opened(j.id)
	j.see(box(j.contact.Name))
	j.gone(webdriver.Role("button", "Undo"))
}

// rests: after ten seconds by the practice clock the end has gone out.
func (j *journey) rests() {
	j.see(webdriver.Role("button", "Undo"))
	ctx, cancel := j.window.context()
	defer cancel()
	j.must(j.phone.Advance(ctx, 11*time.Second))
	j.gone(webdriver.Role("button", "Undo"))
	j.until("the end to be the hub's", func(ctx context.Context) (bool, string, error) {
		var connection struct{ Waiting int }
		err := j.session.Await(ctx, `return window.go.app.Workspace.Connection()`, &connection)
		return connection.Waiting == 0, fmt.Sprint(connection.Waiting, " commands that wait"), err
	})
}

// contactComesAgain: what is written after the end is a new conversation.
func (j *journey) contactComesAgain() {
	j.writes(j.contact, back)
	j.tab("Inbox")
	r := j.row(j.contact.Name, back)
	if r.ID == j.id {
		j.t.Fatal("the contact's next message went into the ended conversation")
	}
	j.picture("again")
	j.assign(r)
}

// windowClosesAndOpens: at the end of the session window the editor locks with the draft kept; the contact's next
// message opens both.
func (j *journey) windowClosesAndOpens() {
	j.write(box(j.contact.Name), begun)
	ctx, cancel := j.window.context()
	defer cancel()
	j.must(j.phone.Advance(ctx, j.length-2*time.Minute))
	j.row(j.contact.Name, "min")
	j.see(box(j.contact.Name))
	j.picture("closing")
	j.must(j.phone.Advance(ctx, 3*time.Minute))
	lock := j.see(webdriver.Role("alert", "Session window closed"))
	j.gone(box(j.contact.Name))
	j.says(lock, "session window has closed")
	j.says(lock, begun)
	j.row(j.contact.Name, "Closed")
	j.picture("locked")
	j.writes(j.contact, again)
	j.written(box(j.contact.Name), begun)
	j.picture("unlocked")
}

// inTheDark: the same in the dark theme.
func (j *journey) inTheDark() {
	// The themes are System, Light, Dark; the chosen one has the focus.
	j.theme("light", webdriver.ArrowRight)
	j.picture("light")
	j.theme("dark", webdriver.ArrowRight)
	j.picture("dark")
	j.tab("Inbox")
	j.picture("dark-inbox")
}

// disabled waits until something can be used, or not.
func (w *window) disabled(by webdriver.By, disabled bool) {
	w.t.Helper()
	w.until(by.String()+" to be usable or not", func(ctx context.Context) (bool, string, error) {
		found, err := w.session.Find(ctx, by)
		if err != nil || len(found) != 1 {
			return false, "none or several", err
		}
		var is bool
		err = w.session.Run(ctx, `return arguments[0].disabled`, &is, found[0])
		return is == disabled, "the opposite", err
	})
}

// says waits until an element shows a text.
func (w *window) says(e webdriver.Element, text string) {
	w.t.Helper()
	w.until("the text "+text, func(ctx context.Context) (bool, string, error) {
		var found bool
		err := w.session.Run(ctx, `return arguments[0].innerText.includes(arguments[1])`, &found, e, text)
		return found, "another text", err
	})
}

// divided waits until New stands in the thread, or does not.
func (w *window) divided(divided bool) {
	w.t.Helper()
	w.until(fmt.Sprintf("New to be there: %v", divided), func(ctx context.Context) (bool, string, error) {
		var is bool
		err := w.session.Run(ctx, `return document.querySelector('[role=log] [data-new]') !== null`, &is)
		return is == divided, fmt.Sprint(is), err
	})
}
