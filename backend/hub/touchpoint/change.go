package touchpoint

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/backend/channel"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// Settings are what can be changed of a touchpoint while it works.
type Settings struct {
	// Window is how long the session window stays open after a contact's message. Longer than what the channel allows without
	// the human-agent mark means that Meta has approved that feature for the account.
	Window  time.Duration
	Weight  int64 // points that one of its conversations takes of an agent's capacity
	WrapUp  bool
	Sticky  bool   // who had a contact's last conversation is asked first
	QueueID string // where its new conversations wait
}

// Bounds of what can be set.
const (
	windowLeast = 10 * time.Minute
	weightMost  = 100
)

// SettingsOf are those of a row.
func SettingsOf(row db.Touchpoint) Settings {
	return Settings{
		Window: time.Duration(row.WindowMs) * time.Millisecond, Weight: row.Weight, WrapUp: row.WrapUp, Sticky: row.Sticky, QueueID: row.QueueID,
	}
}

// HumanAgent sets whether Meta has approved the human-agent feature for the account: with it the window is as long as the
// channel allows, without it not longer than what needs no mark.
func (s *Settings) HumanAgent(approved bool, rule channel.WindowRule) error {
	switch {
	case rule.Standard == 0:
		return errors.New("this channel has no human-agent feature")
	case approved && s.Window <= rule.Standard:
		s.Window = rule.Length
	case !approved:
		s.Window = min(s.Window, rule.Standard)
	}
	return nil
}

// InvalidError says what is wrong with settings, in a sentence.
type InvalidError struct{ reason string }

func (e *InvalidError) Error() string { return e.reason }

func (s Settings) check(rule channel.WindowRule) error {
	switch {
	case s.Window < windowLeast || s.Window > rule.Length:
		return &InvalidError{fmt.Sprintf("the session window is %v to %v here", windowLeast, rule.Length)}
	case s.Weight < 1 || s.Weight > weightMost:
		return &InvalidError{fmt.Sprintf("a conversation takes 1 to %d points", weightMost)}
	}
	return nil
}

// ErrNone says that there is no such touchpoint, ErrNoQueue that there is no such queue.
var (
	ErrNone    = errors.New("there is no such touchpoint")
	ErrNoQueue = errors.New("there is no such queue")
)

// Change gives a touchpoint other settings. Windows that are open get the new length at once. ErrNone and ErrNoQueue: there is
// nothing of that id; an *InvalidError is a sentence for whoever wanted it.
func Change(ctx context.Context, tx *store.Tx, id string, s Settings, rule channel.WindowRule) error {
	if err := s.check(rule); err != nil {
		return err
	}
	if _, err := tx.Queue(ctx, db.QueueParams{WorkspaceID: tx.WorkspaceID, ID: s.QueueID}); err != nil {
		if store.NotFound(err) {
			return ErrNoQueue
		}
		return fmt.Errorf("change touchpoint: %w", err)
	}
	_, err := tx.ChangeTouchpoint(ctx, db.ChangeTouchpointParams{
		WorkspaceID: tx.WorkspaceID, ID: id, WindowMs: s.Window.Milliseconds(), Weight: s.Weight, WrapUp: s.WrapUp, Sticky: s.Sticky, QueueID: s.QueueID,
	})
	if store.NotFound(err) {
		return ErrNone
	}
	if err != nil {
		return fmt.Errorf("change touchpoint: %w", err)
	}
	tx.Changed(store.TypeTouchpoint, id)
	moved, err := tx.MoveWindows(ctx, db.MoveWindowsParams{WorkspaceID: tx.WorkspaceID, TouchpointID: id, WindowMs: s.Window.Milliseconds()})
	if err != nil {
		return fmt.Errorf("change open windows: %w", err)
	}
	for _, conversationID := range moved {
		tx.Changed(store.TypeConversation, conversationID)
	}
	return nil
}
