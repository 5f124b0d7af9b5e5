//go:build linux

package e2e

import (
	"testing"

	"parley/build/e2e/webdriver"
)

// An admin goes through what can be set up, and asks Meta about a number, in the real window.
func TestAdministration(t *testing.T) {
	w := open(t)
	w.phoned("marta", "Is anybody there?")
	w.click(webdriver.Role("button", "Workspace"))
	w.shows("rui@practice.invalid")
	w.picture("people")
	w.click(webdriver.Role("button", "Channels"))
	w.click(webdriver.Role("button", "Check the connection of Ondaverde Bookings"))
	w.shows("12 can be sent.")
	w.picture("channels")
	w.click(webdriver.Role("button", "Dead letters"))
	w.shows("Everything was understood")
	w.theme("light", webdriver.ArrowRight)
	w.theme("dark", webdriver.ArrowRight)
	w.click(webdriver.Role("button", "Audit log"))
	w.shows("Person added")
	w.picture("audit-dark")
}
