package webdriver

import (
	"context"
	"net/http"
	"time"
)

// Keys that write nothing, as the protocol calls them.
const (
	Enter      = "\uE007"
	Shift      = "\uE008"
	Control    = "\uE009"
	Alt        = "\uE00A"
	Escape     = "\uE00C"
	ArrowUp    = "\uE013"
	ArrowRight = "\uE014"
	ArrowDown  = "\uE015"
)

// Type presses the keys of a text one by one, where the focus is. A line break is the Enter key.
func (s *Session) Type(ctx context.Context, text string) error {
	return s.TypeEvery(ctx, text, 0)
}

// TypeEvery types a text as a person does, with a time between the keys.
func (s *Session) TypeEvery(ctx context.Context, text string, gap time.Duration) error {
	var strokes []any
	for _, r := range text {
		key := string(r)
		if r == '\n' {
			key = Enter
		}
		strokes = append(strokes, stroke("keyDown", key), stroke("keyUp", key))
		if gap > 0 {
			strokes = append(strokes, map[string]any{"type": "pause", "duration": gap.Milliseconds()})
		}
	}
	return s.perform(ctx, strokes)
}

// Chord presses keys one after the other, then lets them go in the opposite order: Chord(ctx, Shift, Enter).
func (s *Session) Chord(ctx context.Context, keys ...string) error {
	var strokes []any
	for _, key := range keys {
		strokes = append(strokes, stroke("keyDown", key))
	}
	for i := len(keys) - 1; i >= 0; i-- {
		strokes = append(strokes, stroke("keyUp", keys[i]))
	}
	return s.perform(ctx, strokes)
}

func stroke(kind, key string) map[string]string { return map[string]string{"type": kind, "value": key} }

func (s *Session) perform(ctx context.Context, strokes []any) error {
	return s.call(ctx, http.MethodPost, "/actions", map[string]any{"actions": []any{
		map[string]any{"type": "key", "id": "keyboard", "actions": strokes},
	}}, nil)
}
