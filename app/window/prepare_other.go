//go:build !linux

package window

// Prepare does what must be done before a window exists: nothing on this system.
func Prepare() {}
