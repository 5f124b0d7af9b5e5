//go:build linux

package main

import (
	"context"
	"fmt"
	"time"

	"parley/build/e2e/desktop"
	"parley/build/e2e/webdriver"
)

const (
	openings     = 70
	openingLimit = 2 * time.Minute
)

// openingBench opens one conversation after the other with the pointer, first those of the agent, then those of the Inbox.
func openingBench(ctx context.Context, screen *desktop.Desktop) (Figure, error) {
	ctx, cancel := context.WithTimeout(ctx, openingLimit)
	defer cancel()
	launched, err := screen.Launch(ctx)
	if err != nil {
		return Figure{}, err
	}
	s := launched.Session
	if err := prepare(ctx, s); err != nil {
		return Figure{}, err
	}
	frame, err := oneFrame(ctx, s)
	if err != nil {
		return Figure{}, err
	}
	var took []time.Duration
	for _, tab := range []string{"Assigned to you", "Inbox"} {
		if err := s.Click(ctx, webdriver.RoleBeginning("tab", tab)); err != nil {
			return Figure{}, err
		}
		for len(took) < openings {
			row, found, err := nextRow(ctx, s)
			if err != nil {
				return Figure{}, err
			}
			if !found {
				break
			}
			one, err := timeOpening(ctx, s, row)
			if err != nil {
				return Figure{}, err
			}
			took = append(took, one)
		}
	}
	if len(took) < openings {
		return Figure{}, fmt.Errorf("only %d conversations were there to open", len(took))
	}
	return atMost("Open a conversation from the cache, p95", millis(percentile(took, 95)), "ms", 50, fmt.Sprintf(
		"an empty frame of the same page: p95 %.1f, median %.1f ms; median opening %.1f ms",
		millis(percentile(frame, 95)), millis(percentile(frame, 50)), millis(percentile(took, 50)))), nil
}

// prepare waits until the page can be used, and gives the page what measures it.
func prepare(ctx context.Context, s *webdriver.Session) error {
	err := webdriver.Until(ctx, "the page to be ready", func(ctx context.Context) (bool, string, error) {
		var ready bool
		err := s.Run(ctx, `return document.documentElement.dataset.appReady === 'true'`, &ready)
		return ready, "no data-app-ready", err
	})
	if err != nil {
		return err
	}
	return s.Run(ctx, measure, nil)
}

// measure adds window.opening(id): the time from the next click until the frame that shows messages of that conversation.
// A change that is made while a frame is prepared is in that frame; one that is made between frames is in the next.
const measure = `
const shown = (id) => document.querySelector('[data-open="' + id + '"] [role=log][data-placed] article') !== null;
const between = new MessageChannel();
window.opening = (id) => new Promise((resolve) => {
  addEventListener('click', () => {
    const began = performance.now();
    let preparing = false;
    between.port1.onmessage = () => (preparing = false);
    const look = () => {
      if (!shown(id)) return false;
      changes.disconnect();
      resolve(performance.now() - began);
      return true;
    };
    const changes = new MutationObserver(() => preparing && look());
    changes.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-open', 'data-placed'] });
    const frame = () => {
      preparing = true;
      between.port2.postMessage(0);
      if (!look()) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }, { capture: true, once: true });
});
window.seen = new Set();`

// oneFrame is how long the page waits for its next frame when it has nothing else to do.
func oneFrame(ctx context.Context, s *webdriver.Session) ([]time.Duration, error) {
	var ms []float64
	err := s.Await(ctx, `
		const frame = () => new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())));
		return (async () => {
			const took = [];
			let last = await frame();
			for (let i = 0; i < 60; i++) {
				const now = await frame();
				took.push(now - last);
				last = now;
			}
			return took;
		})();`, &ms)
	took := make([]time.Duration, len(ms))
	for i, one := range ms {
		took[i] = fromMillis(one)
	}
	return took, err
}

// listed is a row of the list that is shown.
type listed struct {
	ID   string
	Main *webdriver.Element
}

// nextRow is a row that is on the screen and was not opened yet, scrolling down for it.
func nextRow(ctx context.Context, s *webdriver.Session) (row listed, found bool, err error) {
	err = s.Await(ctx, `
		return (async () => {
			const panel = document.querySelector('[role=tabpanel]');
			for (;;) {
				const box = panel.getBoundingClientRect();
				for (const Main of panel.querySelectorAll('[data-conversation-id]')) {
					const ID = Main.dataset.conversationId;
					const place = Main.getBoundingClientRect();
					if (seen.has(ID) || !Main.checkVisibility({ visibilityProperty: true }) || place.top < box.top || place.bottom > box.bottom) continue;
					seen.add(ID);
					return { ID, Main };
				}
				const before = panel.scrollTop;
				panel.scrollTop += box.height / 2;
				if (panel.scrollTop === before) return { ID: '' };
				for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
			}
		})();`, &row)
	return row, row.ID != "", err
}

// timeOpening clicks a row with the pointer.
func timeOpening(ctx context.Context, s *webdriver.Session, row listed) (time.Duration, error) {
	if err := s.Run(ctx, `window.opened = opening(arguments[0])`, nil, row.ID); err != nil {
		return 0, err
	}
	err := webdriver.Until(ctx, "row "+row.ID+" to be clicked", func(ctx context.Context) (bool, string, error) {
		return true, "", s.Press(ctx, *row.Main)
	})
	if err != nil {
		return 0, err
	}
	var ms float64
	err = s.Await(ctx, `return window.opened`, &ms)
	return fromMillis(ms), err
}

func fromMillis(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }
