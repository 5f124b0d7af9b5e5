//go:build linux

package e2e

import (
	"context"
	"strings"
	"testing"

	"parley/build/e2e/desktop"
	"parley/build/e2e/webdriver"
)

// Where another installation answers at the hub's address, its agent is told loudly, with both fingerprints as the operators of
// both see them; nothing is sent and nothing is lost. The right hub takes what was written once it is back, without a click. Who
// trusts the new one is asked first, and has to sign in there.
func TestAnotherHubAnswers(t *testing.T) {
	c := startCompany(t)
	w := openWith(t, desktop.Options{Welcome: true}, nil)
	w.signIn(c.address, rui, companyPassword)
	w.ready()
	w.until("the hub's workspace", w.state("live"))
	c.begins("Is there a boat on Sunday?")
	w.tab("Inbox")
	w.assign(w.row("Is there a boat on Sunday?"))
	ours, address, data := strings.TrimSpace(c.run("identity")), c.address, c.data
	w.must(c.hub.Kill())
	w.shows("You’re offline.")
	editor := webdriver.RoleBeginning("textbox", "Message to")
	w.write(editor, "Yes, at nine.")
	w.chord(webdriver.Shift, webdriver.Enter)
	w.message("Yes, at nine.", "on_computer")

	c.data = t.TempDir()
	c.furnish()
	theirs := strings.TrimSpace(c.run("identity"))
	stop := c.serve(address)
	w.shows("This is not the hub you signed in to")
	w.shows(ours)
	w.shows(theirs)
	w.ready()
	w.picture("stranger")
	if listed := c.run("session", "list", "--email", rui); listed != "" {
		t.Errorf("the other hub knows of a session: %q", listed)
	}

	stop()
	c.data = data
	stop = c.serve(address)
	w.until("the right hub is back", w.state("live"))
	w.until("what was written to reach the hub", func(context.Context) (bool, string, error) {
		kept := c.run("export")
		return strings.Contains(kept, "Yes, at nine."), kept, nil
	})

	stop()
	c.data = t.TempDir()
	c.furnish()
	c.serve(address)
	w.shows("This is not the hub you signed in to")
	w.click(webdriver.Role("button", "Trust the new one"))
	w.picture("question")
	w.click(webdriver.Role("button", "Trust the new one").In(w.see(webdriver.Role("dialog", "Trust the new hub?"))))
	w.until("the new hub, which does not know this computer", w.state("signed_out"))
	if len(w.desks()) != 1 {
		t.Errorf("desks: %v", w.desks())
	}
}
