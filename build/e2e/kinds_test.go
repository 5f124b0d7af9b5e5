//go:build linux

package e2e

import (
	"context"
	"testing"
	"time"

	"parley/build/e2e/phone"
	"parley/build/e2e/webdriver"
)

// TestKinds sends and shows what is neither text nor file: reactions, places, cards, templates, forms and orders.
func TestKinds(t *testing.T) {
	t.Run("reactions and replies", func(t *testing.T) {
		w, c := inConversation(t, "whatsapp")
		w.chord(webdriver.Alt, webdriver.ArrowUp)
		w.until("the message's menu has the keyboard", func(ctx context.Context) (bool, string, error) {
			var has bool
			err := w.session.Run(ctx, `return document.activeElement.hasAttribute('data-message-menu')`, &has)
			return has, "it has not", err
		})
		w.keys("\n")
		w.click(webdriver.Role("menuitem", "React"))
		w.picture("emojis")
		w.click(webdriver.Role("button", "React with ❤️"))
		w.see(webdriver.Role("button", "Your reaction ❤️. Take it away"))
		w.sends(c, "Here it is")
		w.onPhone(c, "the answer", func(thread []phone.Message) bool { return got(thread, "Here it is") == 1 })
		ctx, cancel := w.context()
		defer cancel()
		thread, err := w.phone.Thread(ctx, c.ID)
		w.must(err)
		last := thread[len(thread)-1].ID
		w.must(w.phone.Say(ctx, c.ID, map[string]any{"reaction": map[string]string{"messageId": last, "emoji": "🙏"}}))
		w.see(webdriver.Role("image", c.Name+" reacted with 🙏"))
		w.must(w.phone.Say(ctx, c.ID, map[string]any{"text": "Thank you", "replyTo": last}))
		w.message("Thank you")
		w.picture("reactions")
		w.click(webdriver.Role("button", "Your reaction ❤️. Take it away"))
		w.gone(webdriver.Role("button", "Your reaction ❤️. Take it away"))
		w.noTrouble()
	})

	t.Run("everything that comes", func(t *testing.T) {
		w, c := inConversation(t, "whatsapp")
		ctx, cancel := context.WithTimeout(t.Context(), 2*waitLimit)
		defer cancel()
		for _, what := range []map[string]any{
			{"text": "Passed on", "forwarded": true},
			{"text": "I saw your ad", "fromAd": true},
			{"location": map[string]any{"latitude": 37.74, "longitude": -25.67, "name": "Hotel"}},
			{"contact": map[string]any{"name": "Carmen", "phone": "+447700900640"}},
			{"order": true},
			{"unsupported": "poll"},
		} {
			w.must(w.phone.Say(ctx, c.ID, what))
		}
		w.message("I saw your ad")
		w.until("the unsupported one", func(ctx context.Context) (bool, string, error) {
			var said bool
			err := w.session.Run(ctx, `return document.querySelector('[role=log]').innerText.includes('Meta calls it')`, &said)
			return said, "no such line", err
		})
		w.picture("kinds")
		w.noTrouble()
	})

	t.Run("sent kinds", func(t *testing.T) {
		w, c := inConversation(t, "whatsapp")
		w.click(webdriver.Role("button", "Attach"))
		w.click(webdriver.Role("menuitem", "Location"))
		w.write(webdriver.Role("textbox", "Coordinates or a maps link"), "https://maps.google.com/?q=38.7139,-9.1334")
		w.picture("place")
		w.click(webdriver.Role("button", "Send location"))
		w.gone(webdriver.Role("dialog", "Send a location"))
		w.onPhone(c, "the place", func(thread []phone.Message) bool { return thread[len(thread)-1].Kind == "location" })

		w.click(webdriver.Role("button", "Attach"))
		w.click(webdriver.Role("menuitem", "Contact card"))
		w.write(webdriver.Role("textbox", "Name"), "Rui")
		w.write(webdriver.Role("textbox", "Number"), "+447700900640")
		w.picture("card")
		w.click(webdriver.Role("button", "Send card"))
		w.gone(webdriver.Role("dialog", "Send a contact card"))
		w.onPhone(c, "the card", func(thread []phone.Message) bool { return thread[len(thread)-1].Kind == "contacts" })

		w.write(box(c.Name), "half a sentence")
		ctx, cancel := w.context()
		defer cancel()
		w.must(w.phone.Advance(ctx, 25*time.Hour))
		lock := w.see(webdriver.Role("alert", "Session window closed"))
		w.picture("lock")
		w.click(webdriver.RoleBeginning("button", "Send a template").In(lock))
		w.see(webdriver.Role("dialog", "Send a template"))
		w.picture("templates")
		w.must(w.session.Run(ctx, `
			for (const field of document.querySelectorAll('#template-form input')) {
				if (field.value !== '') continue;
				field.value = '24 June';
				field.dispatchEvent(new InputEvent('input', { bubbles: true }));
			}`, nil))
		w.picture("filled")
		w.click(webdriver.Role("button", "Send template"))
		w.gone(webdriver.Role("dialog", "Send a template"))
		w.onPhone(c, "the template", func(thread []phone.Message) bool {
			return !thread[len(thread)-1].FromContact && thread[len(thread)-1].Kind == "template"
		})
		w.says(lock, "half a sentence")
		w.picture("template-sent")
		w.noTrouble()
	})
}
