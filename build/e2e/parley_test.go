//go:build linux

package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"parley/build/e2e/desktop"
	"parley/build/e2e/phone"
	"parley/build/e2e/webdriver"
)

// What an agent sees and does in Parley, and what a contact sees on the phone.

// row is a row of the list that is shown.
type row struct {
	ID      string
	Text    string
	Current bool
	Item    webdriver.Element // with everything that belongs to the row
	Main    webdriver.Element // what opens it
}

// rows lists what the selected tab shows.
func (w *window) rows(ctx context.Context) ([]row, error) {
	var rows []row
	err := w.session.Run(ctx, `
		return [...document.querySelectorAll('[role=tabpanel] [role=listitem]')].flatMap((Item) => {
			const Main = Item.querySelector('[data-conversation-id]');
			if (!Main) return [];
			return [{ ID: Main.dataset.conversationId, Text: Item.innerText, Current: Main.ariaCurrent === 'true', Item, Main }];
		});`, &rows)
	return rows, err
}

// row waits for the one row that says all of these things.
func (w *window) row(says ...string) row {
	w.t.Helper()
	var one row
	w.until(fmt.Sprintf("one row that says %q", says), func(ctx context.Context) (bool, string, error) {
		rows, err := w.rows(ctx)
		if err != nil {
			return false, "", err
		}
		var found []row
		seen := "the rows"
		for _, r := range rows {
			seen += fmt.Sprintf(" %q", strings.Join(strings.Fields(r.Text), " "))
			if !slices.ContainsFunc(says, func(s string) bool { return !strings.Contains(r.Text, s) }) {
				found = append(found, r)
			}
		}
		if len(found) != 1 {
			return false, seen, nil
		}
		one = found[0]
		return true, "", nil
	})
	return one
}

// rowGone waits until the selected tab does not show a conversation.
func (w *window) rowGone(id string) {
	w.t.Helper()
	w.until("the row of "+id+" to go", func(ctx context.Context) (bool, string, error) {
		rows, err := w.rows(ctx)
		return !slices.ContainsFunc(rows, func(r row) bool { return r.ID == id }), "it there", err
	})
}

// bubble waits until the row of a conversation shows and says this many unread messages, in yellow; with 0 that it shows
// none.
func (w *window) bubble(id string, unread int) {
	w.t.Helper()
	label := fmt.Sprintf("%d unread", unread)
	w.until(fmt.Sprintf("the row of %s to show %s", id, label), func(ctx context.Context) (bool, string, error) {
		var bubble struct {
			Text, Colour string
			Row          *webdriver.Element
		}
		err := w.session.Run(ctx, `
			const Row = document.querySelector('[data-conversation-id="' + arguments[0] + '"]');
			const bubble = Row?.querySelector('[role=img][aria-label$=" unread"]');
			return { Row, Text: bubble?.textContent.trim() ?? '', Colour: bubble ? getComputedStyle(bubble).backgroundColor : '' };`, &bubble, id)
		if err != nil || bubble.Row == nil {
			return false, "no such row", err
		}
		if unread == 0 {
			return bubble.Text == "", bubble.Text, nil
		}
		name, err := w.session.Label(ctx, *bubble.Row)
		var red, green, blue int
		_, _ = fmt.Sscanf(bubble.Colour, "rgb(%d, %d, %d)", &red, &green, &blue)
		yellow := red > 200 && green > 150 && blue < 120
		return bubble.Text == fmt.Sprint(unread) && yellow && strings.Contains(name, label), fmt.Sprintf("%q in %s, a row named %q", bubble.Text, bubble.Colour, name), err
	})
}

// choose opens the conversation of a row with the pointer.
func (w *window) choose(says ...string) row {
	w.t.Helper()
	var r row
	w.until(fmt.Sprintf("the row that says %q to be clicked", says), func(ctx context.Context) (bool, string, error) {
		r = w.row(says...)
		return true, "", w.session.Press(ctx, r.Main)
	})
	w.opened(r.ID)
	return r
}

// tab selects Inbox or Assigned to you.
func (w *window) tab(name string) {
	w.t.Helper()
	w.click(webdriver.RoleBeginning("tab", name))
	w.selected(name)
}

// selected waits until a tab is the selected one.
func (w *window) selected(name string) {
	w.t.Helper()
	tab := webdriver.RoleBeginning("tab", name)
	w.until(tab.String()+" to be selected", func(ctx context.Context) (bool, string, error) {
		found, err := w.session.Find(ctx, tab)
		if err != nil || len(found) != 1 {
			return false, fmt.Sprintf("%d of them", len(found)), err
		}
		var selected bool
		err = w.session.Run(ctx, `return arguments[0].ariaSelected === 'true'`, &selected, found[0])
		return selected, "it not selected", err
	})
}

// openID is the conversation that is open; "" for none.
func (w *window) openID(ctx context.Context) (id string, err error) {
	err = w.session.Run(ctx, `return document.querySelector('section[data-open]')?.dataset.open ?? ''`, &id)
	return id, err
}

// opened waits until a conversation is open and shows its messages.
func (w *window) opened(id string) {
	w.t.Helper()
	w.until("conversation "+id+" to be open", func(ctx context.Context) (bool, string, error) {
		open, err := w.openID(ctx)
		if err != nil || open != id {
			return false, fmt.Sprintf("%q open", open), err
		}
		var placed bool
		err = w.session.Run(ctx, `return document.querySelector('[role=log][data-placed] article') !== null`, &placed)
		return placed, "no messages", err
	})
}

// message is a message of the open thread.
type message struct {
	ID, Direction, State, Text string
	Element                    webdriver.Element
}

// message waits for the one message with a text whose state is one of these, if any are named.
func (w *window) message(text string, states ...string) message {
	w.t.Helper()
	var one message
	w.until(fmt.Sprintf("one message %q in state %q", text, states), func(ctx context.Context) (bool, string, error) {
		var all []message
		err := w.session.Run(ctx, `
			return [...document.querySelectorAll('article[data-message-id]')].map((Element) => ({
				ID: Element.dataset.messageId, Direction: Element.dataset.direction, State: Element.dataset.state ?? '',
				Text: Element.querySelector('.text')?.innerText ?? '', Element,
			}));`, &all)
		if err != nil {
			return false, "", err
		}
		var found []message
		seen := "the messages"
		for _, m := range all {
			seen += fmt.Sprintf(" %q (%s)", m.Text, m.State)
			if m.Text == text {
				found = append(found, m)
			}
		}
		if len(found) != 1 || (len(states) > 0 && !slices.Contains(states, found[0].State)) {
			return false, seen, nil
		}
		one = found[0]
		return true, "", nil
	})
	return one
}

// box is the editor for a contact.
func box(name string) webdriver.By { return webdriver.Role("textbox", "Message to "+name) }

// written waits until a field holds exactly a text.
func (w *window) written(field webdriver.By, text string) {
	w.t.Helper()
	w.until(fmt.Sprintf("%v to hold %q", field, text), func(ctx context.Context) (bool, string, error) {
		found, err := w.session.Find(ctx, field)
		if err != nil || len(found) != 1 {
			return false, fmt.Sprintf("%d of them", len(found)), err
		}
		var value string
		err = w.session.Run(ctx, `return arguments[0].value`, &value, found[0])
		return value == text, fmt.Sprintf("%q", value), err
	})
}

// write clicks into a field, types, and waits until it is all there.
func (w *window) write(field webdriver.By, text string) {
	w.t.Helper()
	w.click(field)
	w.keys(text)
	w.written(field, text)
}

// assign presses the Assign button of a row, and waits until the conversation is the agent's and open.
func (w *window) assign(r row) {
	w.t.Helper()
	w.click(webdriver.Role("button", "Assign").In(r.Item))
	w.selected("Assigned to you")
	w.opened(r.ID)
}

// contact is a named contact of a channel who has not written yet.
func (w *window) contact(channel string, but ...string) phone.Contact {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	all, err := w.phone.Contacts(ctx)
	w.must(err)
	for _, c := range all {
		if c.Channel == channel && c.Name != "" && c.LastMs == 0 && isLatin(c.Name) && !slices.Contains(but, c.ID) {
			return c
		}
	}
	w.t.Fatalf("no contact on %s has kept quiet: %v", channel, all)
	return phone.Contact{}
}

// isLatin reports whether a name needs no other script: those have tests of their own in the page.
func isLatin(name string) bool {
	return !strings.ContainsFunc(name, func(r rune) bool { return r > 0x24f })
}

// writes has a contact send a text.
func (w *window) writes(c phone.Contact, text string) {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	w.must(w.phone.Write(ctx, c.ID, text))
}

// onPhone waits until what the contact sees is as it should be.
func (w *window) onPhone(c phone.Contact, what string, right func([]phone.Message) bool) {
	w.t.Helper()
	w.until(what+" on the phone of "+c.Name, func(ctx context.Context) (bool, string, error) {
		thread, err := w.phone.Thread(ctx, c.ID)
		return err == nil && right(thread), fmt.Sprintf("%+v", thread), err
	})
}

// got counts how often a contact has got a text.
func got(thread []phone.Message, text string) (times int) {
	for _, m := range thread {
		if !m.FromContact && m.Text == text {
			times++
		}
	}
	return times
}

// notifiedInbox waits for the notification of a contact's new conversation. On Messenger the name is asked for when the
// first message comes, and may come later than the news: it then replaces a notification without one.
func (w *window) notifiedInbox(c phone.Contact, body string) desktop.Notification {
	w.t.Helper()
	return w.notified("Inbox: "+c.Name, body)
}

// notified waits for a notification with this title and body.
func (w *window) notified(title, body string) desktop.Notification {
	w.t.Helper()
	ctx, cancel := w.context()
	defer cancel()
	n, err := w.desktop.Notifications.Await(ctx, fmt.Sprintf("the notification %q: %q", title, body), func(n desktop.Notification) bool {
		return n.Summary == title && n.Body == body
	})
	w.must(err)
	return n
}

// clickOn clicks a notification.
func (w *window) clickOn(n desktop.Notification) {
	w.t.Helper()
	w.must(w.desktop.Notifications.Click(n))
}

// dismiss closes a notification without clicking it.
func (w *window) dismiss(n desktop.Notification) {
	w.t.Helper()
	w.must(w.desktop.Notifications.Dismiss(n))
}

// titled waits until the window that has the keyboard has a title.
func (w *window) titled(title string) {
	w.t.Helper()
	w.until(fmt.Sprintf("the active window to be %q", title), func(ctx context.Context) (bool, string, error) {
		active, err := w.desktop.ActiveWindow(ctx)
		return active == title, fmt.Sprintf("%q", active), err
	})
}

// theme chooses a theme in the settings, with the keyboard.
func (w *window) theme(name string, key string) {
	w.t.Helper()
	w.click(webdriver.Role("button", "Settings"))
	w.see(webdriver.Role("dialog", "Settings"))
	w.picture("settings")
	w.chord(key)
	w.until("the theme "+name, func(ctx context.Context) (bool, string, error) {
		var theme string
		err := w.session.Run(ctx, `return document.documentElement.dataset.theme ?? ''`, &theme)
		return theme == name, theme, err
	})
	w.chord(webdriver.Escape)
	w.gone(webdriver.Role("dialog", "Settings"))
}
