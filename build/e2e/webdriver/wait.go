package webdriver

import (
	"context"
	"fmt"
	"time"
)

// glance is how often a condition is looked at. It only bounds how late a test notices; nothing is timed by it.
const glance = 30 * time.Millisecond

// Until waits until a condition holds. what completes the sentence "waited for …"; seen is what was there instead, for
// the message when ctx ends first. An error that can pass by itself, like an element that was just replaced, is waited
// out; any other ends the wait.
func Until(ctx context.Context, what string, condition func(ctx context.Context) (holds bool, seen string, err error)) error {
	began := time.Now()
	last := "nothing"
	for {
		holds, seen, err := condition(ctx)
		switch {
		case err != nil && ctx.Err() == nil && !passing(err):
			return fmt.Errorf("waited for %s: %w", what, err)
		case err != nil:
			seen = err.Error()
		case holds:
			return nil
		}
		if ctx.Err() == nil || last == "nothing" {
			last = seen
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waited %v for %s, but saw %s", time.Since(began).Round(time.Millisecond), what, last)
		case <-time.After(glance):
		}
	}
}
