//go:build !linux

package window

// Tune does nothing: the systems' own web views check spelling by themselves.
func Tune(string) {}
