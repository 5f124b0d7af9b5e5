// Package startup makes Parley start when a person signs in to their computer, in the way that each system has for it:
// an autostart file on Linux, a Run key on Windows, a launch agent on macOS. All of them are the person's own, and can be
// seen and changed by the system's settings.
package startup

import (
	"fmt"
	"os"
)

// Flag is the argument with which Parley is started then: the window is there, minimised.
const Flag = "--minimised"

// Enabled reports whether Parley starts at sign-in.
func Enabled() (bool, error) {
	enabled, err := enabled()
	if err != nil {
		return false, fmt.Errorf("look at start at sign-in: %w", err)
	}
	return enabled, nil
}

// Set makes this program start at sign-in, or not.
func Set(on bool) error {
	program, err := os.Executable()
	if err == nil {
		err = set(on, program)
	}
	if err != nil {
		return fmt.Errorf("change start at sign-in: %w", err)
	}
	return nil
}
