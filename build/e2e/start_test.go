//go:build linux

package e2e

import "testing"

func TestStart(t *testing.T) {
	w := open(t)
	w.picture("first")
	w.noTrouble()
}
