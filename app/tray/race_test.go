//go:build race

package tray

func init() { raced = true }
