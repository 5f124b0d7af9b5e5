// Package tray is Parley's place among the icons that Windows and many desktops of Linux keep for programs without a
// window in sight: what is unread, whether the agent is there, and the few things that they do without opening it. macOS
// has the Dock for that.
package tray

import (
	"context"
	"fmt"
	"strings"

	"parley/app/words"
)

// Action is what a person chooses there.
type Action string

// Actions.
const (
	Open         Action = "open"
	Away         Action = "away"           // or available again
	DoNotDisturb Action = "do_not_disturb" // or no longer
	Snooze       Action = "snooze"
	Quit         Action = "quit"
)

// State is what the tray shows.
type State struct {
	Words        *words.Words
	Unread       int // messages, of the agent
	Inbox        int // conversations that wait
	Away         bool
	DoNotDisturb bool
	NoHub        bool // the hub is not reached
}

// Says is the state in one line.
func (s State) Says() string {
	var parts []string
	if s.NoHub {
		parts = append(parts, s.Words.NoHub)
	}
	for _, part := range []string{s.Words.TrayUnread.Of(s.Unread), s.Words.CountInbox.Of(s.Inbox)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return s.Words.NothingUnread
	}
	return strings.Join(parts, " · ")
}

// Tray shows the latest state. Its methods may be called from any goroutine.
type Tray struct {
	icon  []byte // PNG
	look  func(context.Context) State
	wakes chan struct{}
}

// New returns a tray with a PNG as its icon. look tells the state when it has changed, from the goroutine of Serve.
func New(icon []byte, look func(context.Context) State) *Tray {
	return &Tray{icon: icon, look: look, wakes: make(chan struct{}, 1)}
}

// Wake says that the state has changed. It does not block.
func (t *Tray) Wake() {
	select {
	case t.wakes <- struct{}{}:
	default:
	}
}

// title is what the icon says when it is pointed at.
func (s State) title() string { return fmt.Sprintf("Parley: %s", s.Says()) }
