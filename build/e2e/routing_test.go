//go:build linux

package e2e

import (
	"context"
	"testing"

	"parley/build/e2e/webdriver"
)

// An admin has the queue offer what waits: it is shown with the time that is left and rings, rejecting it in the notification lets it
// wait, accepting it assigns it. Then it is assigned by turn, and says so; what the agent has rejected is not given to them.
func TestRouting(t *testing.T) {
	w := open(t)
	w.route("Bookings", "offer")
	w.picture("dialog")
	w.chord(webdriver.Escape)

	first := w.contact("whatsapp")
	w.writes(first, "Bom dia")
	n := w.notified("Offered to you: "+first.Name, "Bom dia")
	offer := w.see(webdriver.Role("region", "Offered to you"))
	w.says(offer, first.Name)
	w.picture("offered")
	w.must(w.desktop.Notifications.Press(n, "reject"))
	w.gone(webdriver.Role("region", "Offered to you"))
	w.tab("Inbox")
	w.row(first.Name, "Bom dia")

	second := w.contact("whatsapp", first.ID)
	w.writes(second, "Olá")
	offer = w.see(webdriver.Role("region", "Offered to you"))
	w.theme("light", webdriver.ArrowRight)
	w.theme("dark", webdriver.ArrowRight)
	w.picture("offered-dark")
	w.click(webdriver.Role("button", "Accept").In(offer))
	w.selected("Assigned to you")
	w.opened(w.row(second.Name).ID)

	w.route("Bookings", "assign")
	w.picture("dialog-dark")
	w.chord(webdriver.Escape)
	third := w.contact("whatsapp", first.ID, second.ID)
	w.writes(third, "Boa tarde")
	r := w.row(third.Name, "New for you")
	w.notified(third.Name, "Given to you: Boa tarde")
	w.choose(third.Name)
	w.opened(r.ID)
	w.until("the line that tells of it", func(ctx context.Context) (bool, string, error) {
		var said bool
		err := w.session.Run(ctx, `return document.body.innerText.includes('got this by turn')`, &said)
		return said, "no line", err
	})
	w.picture("given")
	w.noTrouble()
}

// route opens the routing dialogue and sets how the first queue is routed.
func (w *window) route(queue, mode string) {
	w.t.Helper()
	w.chord(webdriver.Control, ",")
	w.until("the routing dialogue", func(ctx context.Context) (bool, string, error) {
		var found bool
		err := w.session.Run(ctx, `
			const line = [...document.querySelectorAll('[role=dialog] .line')].find((one) => one.innerText.startsWith('Routing'));
			line?.querySelector('button')?.click();
			return line !== undefined;`, &found)
		return found, "no such line", err
	})
	w.until("the routing of the queue", func(ctx context.Context) (bool, string, error) {
		var found bool
		err := w.session.Run(ctx, `
			const dialog = document.querySelector('dialog[open]');
			const select = [...(dialog?.querySelectorAll('select') ?? [])].find((one) => [...one.options].some((option) => option.value === arguments[0]));
			if (!select) return false;
			select.value = arguments[0];
			select.dispatchEvent(new Event('change', { bubbles: true }));
			return true;`, &found, mode)
		return found, "no such choice", err
	})
	w.click(webdriver.RoleBeginning("button", "Save "+queue).In(w.see(webdriver.Role("dialog", "Routing and session windows"))))
	w.until("the hub to have it", func(ctx context.Context) (bool, string, error) {
		var is string
		err := w.session.Await(ctx, `return window.go.app.Workspace.Load().then((all) => all.queues.map((one) => one.routing.mode).join(' '))`, &is)
		return len(is) > 0 && is[:len(mode)] == mode, is, err
	})
}
