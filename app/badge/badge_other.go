//go:build !linux && !windows && !(darwin && cgo)

package badge

type launcher struct{}

func (launcher) show(int) error { return nil }

func (launcher) close() {}
