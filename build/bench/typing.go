//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"time"

	"parley/backend/embedded"
	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/proto/parley/hub/v1/hubv1connect"
	"parley/build/e2e/desktop"
	"parley/build/e2e/phone"
	"parley/build/e2e/webdriver"

	"connectrpc.com/connect"
	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"
)

const (
	typingOpen     = 2000 // conversations that wait or are assigned
	typingAssigned = 100
	typingGap      = 80 * time.Millisecond // between two keys: a person who writes 150 words a minute
	typingRate     = 50                    // messages a second that arrive meanwhile
	typingText     = "The boat leaves at nine, and you can change your booking until the evening before. "
	typingLimit    = 5 * time.Minute
)

// typingBench measures, in the real window, how long a key takes until its letter is painted, while messages arrive.
func typingBench(ctx context.Context, folder string) ([]Figure, error) {
	ctx, cancel := context.WithTimeout(ctx, typingLimit)
	defer cancel()
	crowd, err := openCrowd(ctx, filepath.Join(folder, "hub"))
	if err != nil {
		return nil, err
	}
	defer crowd.close()
	binary, err := filepath.Abs(windowBinary)
	if err != nil {
		return nil, err
	}
	screen, err := desktop.Start(ctx, desktop.Options{
		Folder: filepath.Join(folder, "d"), Binary: binary, Shim: "build/e2e/shim/shim.c", Hub: crowd.web.URL, Token: crowd.token,
	})
	if err != nil {
		return nil, err
	}
	defer screen.Close()
	launched, err := screen.Launch(ctx)
	if err != nil {
		return nil, err
	}
	s := launched.Session
	if err := beginWriting(ctx, s); err != nil {
		return nil, err
	}
	calm, err := typed(ctx, s, typingGap)
	if err != nil {
		return nil, err
	}
	frame, err := oneFrame(ctx, s)
	if err != nil {
		return nil, err
	}
	arriving, stop := context.WithCancel(ctx)
	var arrivals errgroup.Group
	var arrived int
	arrivals.Go(func() (err error) { arrived, err = crowd.chatter(arriving); return err })
	began := time.Now()
	busy, err := typed(ctx, s, typingGap)
	var rushed []time.Duration
	if err == nil {
		rushed, err = typed(ctx, s, 0)
	}
	took := time.Since(began)
	stop()
	if err := errors.Join(err, arrivals.Wait()); err != nil {
		return nil, err
	}
	return []Figure{atMost("Key to painted letter, 2,000 open, news coming, p95", millis(percentile(busy, 95)), "ms", 16, fmt.Sprintf(
		"%d keys, one in %v, %.0f messages/s; while nothing comes: p95 %.1f ms; keys without a pause while news comes: p95 %.1f ms; an empty frame: p95 %.1f ms; medians %.1f, %.1f, %.1f, %.1f ms",
		len(busy), typingGap, float64(arrived)/took.Seconds(), millis(percentile(calm, 95)), millis(percentile(rushed, 95)), millis(percentile(frame, 95)),
		millis(percentile(busy, 50)), millis(percentile(calm, 50)), millis(percentile(rushed, 50)), millis(percentile(frame, 50))))}, nil
}

// beginWriting opens the agent's first conversation, once all are in the list.
func beginWriting(ctx context.Context, s *webdriver.Session) error {
	if err := prepare(ctx, s); err != nil {
		return err
	}
	err := webdriver.Until(ctx, "all conversations to be here", func(ctx context.Context) (bool, string, error) {
		var lists struct{ Inbox, Mine []struct{ ID string } }
		err := s.Await(ctx, `return window.go.app.Conversations.List()`, &lists)
		return len(lists.Inbox)+len(lists.Mine) >= typingOpen, fmt.Sprint(len(lists.Inbox), " and ", len(lists.Mine)), err
	})
	if err != nil {
		return err
	}
	if err := s.Click(ctx, webdriver.RoleBeginning("tab", "Assigned to you")); err != nil {
		return err
	}
	var row listed
	err = webdriver.Until(ctx, "the list to be shown", func(ctx context.Context) (found bool, seen string, err error) {
		row, found, err = nextRow(ctx, s)
		return found, "no row", err
	})
	if err != nil {
		return err
	}
	if _, err := timeOpening(ctx, s, row); err != nil {
		return err
	}
	return webdriver.Until(ctx, "the editor to have the focus", func(ctx context.Context) (bool, string, error) {
		var has bool
		err := s.Run(ctx, `return document.activeElement.matches('textarea')`, &has)
		return has, "another", err
	})
}

// typed types a text, with a pause between the keys, and returns how long each key took: from the moment at which the window got it until the frame that
// shows its letter was handed over.
func typed(ctx context.Context, s *webdriver.Session, gap time.Duration) ([]time.Duration, error) {
	err := s.Run(ctx, `
		window.keys = [];
		window.timeKeys ??= addEventListener('keydown', (event) => {
			if (event.key.length !== 1) return;
			const pressed = event.timeStamp;
			requestAnimationFrame(() => {
				const after = new MessageChannel();
				after.port1.onmessage = () => keys.push(performance.now() - pressed);
				after.port2.postMessage(0);
			});
		}, { capture: true }) ?? true;`, nil)
	if err != nil {
		return nil, err
	}
	for range 3 {
		for word := range strings.FieldsSeq(typingText) {
			if err := s.TypeEvery(ctx, word+" ", gap); err != nil {
				return nil, err
			}
		}
	}
	var ms []float64
	if err := s.Await(ctx, `return new Promise((resolve) => setTimeout(() => resolve(keys), 200))`, &ms); err != nil {
		return nil, err
	}
	took := make([]time.Duration, len(ms))
	for i, one := range ms {
		took[i] = fromMillis(one)
	}
	if len(took) == 0 {
		return nil, fmt.Errorf("no key was seen")
	}
	return took, nil
}

// crowd is a hub whose contacts have all written.
type crowd struct {
	hub      *embedded.Hub
	web      *httptest.Server
	phone    *phone.Phone
	contacts []string
	token    string
	stop     context.CancelFunc
	served   chan error
}

func openCrowd(ctx context.Context, folder string) (*crowd, error) {
	hub, err := embedded.Open(ctx, embedded.Options{Folder: folder, Quiet: true})
	if err != nil {
		return nil, err
	}
	c := &crowd{hub: hub, web: httptest.NewServer(hub.Handler()), phone: phone.At(hub.PhoneURL()), served: make(chan error, 1)}
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	c.stop = stop
	go func() { c.served <- hub.Serve(serving) }()
	if c.token, err = hub.SignIn(ctx); err == nil {
		err = c.fill(ctx)
	}
	if err != nil {
		c.close()
		return nil, fmt.Errorf("fill the hub: %w", err)
	}
	return c, nil
}

// fill has everybody write, and gives the agent the first conversations.
func (c *crowd) fill(ctx context.Context) error {
	for i := range typingOpen {
		id, err := c.phone.Add(ctx, "messenger", fmt.Sprint("Contact ", i))
		if err != nil {
			return err
		}
		c.contacts = append(c.contacts, id)
		if err := c.phone.Write(ctx, id, "Good morning, is there a later boat?"); err != nil {
			return err
		}
	}
	bearer := connect.WithInterceptors(connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, r connect.AnyRequest) (connect.AnyResponse, error) {
			r.Header().Set("Authorization", "Bearer "+c.token)
			return next(ctx, r)
		}
	}))
	desk := hubv1connect.NewDeskServiceClient(c.web.Client(), c.web.URL, bearer)
	sync := hubv1connect.NewSyncServiceClient(c.web.Client(), c.web.URL, bearer)
	var open []string
	for cursor := ""; len(open) < typingAssigned; {
		page, err := sync.Snapshot(ctx, &hubv1.SnapshotRequest{PageToken: cursor})
		if err != nil {
			return err
		}
		for _, e := range page.GetEntities() {
			if one := e.GetConversation(); one != nil && one.GetStatus() == "queued" {
				open = append(open, one.GetId())
			}
		}
		if cursor = page.GetNextPageToken(); cursor == "" {
			break
		}
	}
	for _, id := range open[:min(len(open), typingAssigned)] {
		command := &hubv1.Command{Id: uuid.Must(uuid.NewV7()).String(), Action: &hubv1.Command_Assign{Assign: &hubv1.Assign{ConversationId: id}}}
		if _, err := desk.Execute(ctx, command); err != nil {
			return err
		}
	}
	return nil
}

// chatter has contacts write at the rate until ctx ends, and returns how often.
func (c *crowd) chatter(ctx context.Context) (times int, err error) {
	beat := time.NewTicker(time.Second / typingRate)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return times, nil
		case <-beat.C:
		}
		err := c.phone.Write(ctx, c.contacts[rand.IntN(len(c.contacts))], "And the price?")
		if ctx.Err() != nil {
			return times, nil
		}
		if err != nil {
			return times, err
		}
		times++
	}
}

func (c *crowd) close() {
	c.web.CloseClientConnections()
	c.stop()
	<-c.served
	c.web.Close()
	_ = c.hub.Close()
}

// paintBench measures when the window shows something at first, with a full cache.
func paintBench(ctx context.Context, folder string) ([]Figure, error) {
	return inWindow(ctx, folder, "", windowFilling, func(screen *desktop.Desktop, _ string) (Figure, error) {
		var paints, documents []time.Duration
		for range 1 + windowStarts {
			launched, err := screen.Launch(ctx)
			if err != nil {
				return Figure{}, err
			}
			var at struct{ Paint, Document float64 }
			if err := prepare(ctx, launched.Session); err != nil {
				return Figure{}, err
			}
			err = launched.Session.Await(ctx, `return {
				Paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
				Document: performance.getEntriesByType('navigation')[0]?.responseEnd ?? 0,
			}`, &at)
			if err := errors.Join(err, launched.Close(ctx)); err != nil {
				return Figure{}, err
			}
			if at.Paint == 0 {
				return Figure{}, fmt.Errorf("the web view does not tell its first paint")
			}
			paints, documents = append(paints, fromMillis(at.Paint)), append(documents, fromMillis(at.Document))
		}
		paints, documents = paints[1:], documents[1:]
		return atMost("First paint of the page, 200,000 messages, median", millis(percentile(paints, 50)), "ms", 400, fmt.Sprintf(
			"its document was here after %.0f ms; slowest of %d: %.0f ms", millis(percentile(documents, 50)), windowStarts, millis(paints[len(paints)-1]))), nil
	})
}
