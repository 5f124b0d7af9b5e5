//go:build !linux

package e2e

import "testing"

func TestWindow(t *testing.T) {
	t.Skip("the window is driven with WebKitWebDriver, which only WebKitGTK has: this test needs Linux")
}
