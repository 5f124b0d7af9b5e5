//go:build linux

package main

import (
	"context"
	"fmt"
	"time"

	"parley/backend/desk/desktest"
	"parley/build/e2e/desktop"
	"parley/build/e2e/webdriver"
)

const (
	scrollMessages = 50_000
	scrollFor      = 8 * time.Second
	scrollPixels   = 60 // a frame: a wheel that is turned without rest
	scrollLimit    = 3 * time.Minute
)

// scrollFilling is a list as any, with one thread that nobody reads to its beginning.
var scrollFilling = desktest.Filling{Conversations: 200, Messages: 20, MessagesOfFirst: scrollMessages, Assigned: 40, Queued: 60}

// scrolled is what the page counted while it scrolled.
type scrolled struct {
	Frames, Ms, Longest, Pixels float64
	Messages                    int
}

// scrollingBench scrolls a thread of 50,000 messages upwards from its end, while older pages come.
func scrollingBench(ctx context.Context, screen *desktop.Desktop) (Figure, error) {
	ctx, cancel := context.WithTimeout(ctx, scrollLimit)
	defer cancel()
	launched, err := screen.Launch(ctx)
	if err != nil {
		return Figure{}, err
	}
	s := launched.Session
	if err := prepare(ctx, s); err != nil {
		return Figure{}, err
	}
	var still scrolled
	if err := s.Await(ctx, countFrames+`return count(() => undefined, arguments[0])`, &still, (2 * time.Second).Milliseconds()); err != nil {
		return Figure{}, err
	}
	if err := s.Click(ctx, webdriver.RoleBeginning("tab", "Assigned to you")); err != nil {
		return Figure{}, err
	}
	var row listed
	err = webdriver.Until(ctx, "the list to be shown", func(ctx context.Context) (found bool, seen string, err error) {
		row, found, err = nextRow(ctx, s)
		return found, "no row", err
	})
	if err != nil {
		return Figure{}, err
	}
	if _, err := timeOpening(ctx, s, row); err != nil {
		return Figure{}, err
	}
	var moved scrolled
	err = s.Await(ctx, countFrames+`
		const scroller = document.querySelector('[role=log]');
		return (async () => {
			await new Promise((resolve) => setTimeout(resolve, 500));
			let pixels = 0;
			const result = await count(() => {
				const before = scroller.scrollTop;
				scroller.scrollTop = before - arguments[1];
				pixels += before - scroller.scrollTop;
			}, arguments[0]);
			return { ...result, Pixels: pixels, Messages: scroller.querySelectorAll('article').length };
		})();`, &moved, scrollFor.Milliseconds(), scrollPixels)
	if err != nil {
		return Figure{}, err
	}
	rate := func(one scrolled) float64 { return one.Frames / one.Ms * 1000 }
	return atLeast("Scroll a thread of 50,000 messages, frames a second", rate(moved), "/s", 55, fmt.Sprintf(
		"the same page at rest: %.1f; longest frame %.0f ms, %.0f pixels, %d messages in the document", rate(still), moved.Longest, moved.Pixels, moved.Messages)), nil
}

// countFrames adds count(each, ms): how many frames there were while each was called in every one.
const countFrames = `
const count = async (each, ms) => {
	const frame = () => new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())));
	const began = await frame();
	let now = began, Frames = 0, Longest = 0;
	while (now - began < ms) {
		each();
		const next = await frame();
		Longest = Math.max(Longest, next - now);
		now = next;
		Frames += 1;
	}
	return { Frames, Ms: now - began, Longest };
};
`
