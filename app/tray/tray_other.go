//go:build !linux && !windows

package tray

import "context"

// Serve returns at once: the Dock does what a tray would.
func (t *Tray) Serve(context.Context, func(Action)) error { return nil }

// There reports that there is no tray.
func (t *Tray) There() bool { return false }
