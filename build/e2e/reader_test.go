//go:build linux

package e2e

import (
	"context"
	"testing"

	"parley/build/e2e/desktop"
)

// TestScreenReader reads the window as a screen reader does: the areas, the list, the messages and the editor are there by
// role and name, also while the web view gives them to another program.
func TestScreenReader(t *testing.T) {
	w := openWith(t, desktop.Options{Accessible: true}, nil)
	c := w.contact("whatsapp")
	w.writes(c, "Is there a later boat?")
	w.tab("Inbox")
	w.assign(w.row(c.Name))
	w.message("Is there a later boat?")
	var tree desktop.Node
	for _, one := range []struct{ role, name string }{
		{"frame", ""},
		{"landmark", "Main"},
		{"landmark", "Conversations"},
		{"tab", "Inbox"},
		{"tab", "Assigned to you"},
		{"heading", c.Name},
		{"log", "Messages"},
		{"article", c.Name},
		{"entry", "Message to " + c.Name},
		{"button", "End Chat"},
		{"landmark", "Details"},
	} {
		w.until("a screen reader to find the "+one.role+" "+one.name, func(ctx context.Context) (bool, string, error) {
			var err error
			tree, err = w.desktop.Accessible(ctx, "parley")
			if err != nil {
				return false, err.Error(), nil
			}
			return len(tree.Find(one.role, one.name)) > 0, tree.String(), nil
		})
	}
	w.noTrouble()
}
