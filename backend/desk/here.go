package desk

import (
	"context"
	"errors"
	"maps"
	"slices"
	stdsync "sync"
	"time"

	"parley/backend/desk/hubclient"
	"parley/backend/desk/sync"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// What an agent does with a conversation that they have open, as the contract has it.
const (
	Viewing     = "viewing"
	Typing      = "typing"
	WritingNote = "note"
)

const (
	// hereAgain is how often the hub is told what holds on; it forgets after two and a half of them.
	hereAgain = 10 * time.Second
	// writesFor is for how long an agent who pressed a key is said to write: the page says so every three seconds.
	writesFor = 6 * time.Second
	// elsewhereAfter is how long an agent may look at another program before colleagues are not told any more that they
	// have the conversation open: they look something up, or they have gone.
	elsewhereAfter = time.Minute
)

// Colleague is somebody else who has a conversation open.
type Colleague struct {
	AgentID string
	Doing   string // Viewing, Typing or WritingNote
}

// here is what the agent does, for the hub, and what colleagues do, from it.
type here struct {
	wakes chan struct{}

	mu         stdsync.Mutex
	open       string    // the conversation that the window shows; "" for none
	leftAt     time.Time // when the agent turned to another program; zero while they look at this one
	writing    string    // Typing or WritingNote, until
	until      time.Time
	colleagues map[string][]Colleague // by conversation
}

func (h *here) wake() {
	select {
	case h.wakes <- struct{}{}:
	default:
	}
}

// SetOpen says which conversation the window shows, "" for none, and whether the agent looks at it.
func (d *Desk) SetOpen(conversationID string, focused bool) {
	h := &d.here
	h.mu.Lock()
	if conversationID != h.open {
		h.writing = ""
	}
	h.open = conversationID
	switch {
	case focused:
		h.leftAt = time.Time{}
	case h.leftAt.IsZero():
		h.leftAt = d.clock.Now()
	}
	h.mu.Unlock()
	h.wake()
}

// Writes says that the agent presses keys in the open conversation: Typing to the contact, or WritingNote.
func (d *Desk) Writes(conversationID, what string) {
	h := &d.here
	h.mu.Lock()
	begins := h.open == conversationID && (h.writing != what || !d.clock.Now().Before(h.until))
	if h.open == conversationID {
		h.writing, h.until = what, d.clock.Now().Add(writesFor)
	}
	h.mu.Unlock()
	if begins {
		h.wake()
	}
}

// Stops says that what the agent wrote is sent, saved or given up.
func (d *Desk) Stops(conversationID string) {
	h := &d.here
	h.mu.Lock()
	if h.open == conversationID {
		h.writing = ""
	}
	h.mu.Unlock()
	h.wake()
}

// word is what the hub is told; the zero value says that nothing is open.
type word struct{ conversationID, doing string }

// word is what holds now, and when it changes by itself; zero for never.
func (h *here) word(now time.Time) (w word, until time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open == "" {
		return word{}, time.Time{}
	}
	if !h.leftAt.IsZero() {
		until = h.leftAt.Add(elsewhereAfter)
		if !now.Before(until) {
			return word{}, time.Time{}
		}
	}
	if h.writing != "" && now.Before(h.until) {
		return word{h.open, h.writing}, h.until
	}
	return word{h.open, Viewing}, until
}

// serveHere tells the hub what the agent does until ctx ends: at once when it changes, and again while it holds. It is a
// courtesy, so that what fails is only said with the next turn.
func (d *Desk) serveHere(ctx context.Context) error {
	var (
		told   word
		toldAt time.Time
		denied bool // saying it again would not help
	)
	for {
		now, live := d.clock.Now(), d.sync.Connection().State == sync.Live
		says, until := d.here.word(now)
		if !live {
			told = word{} // another hub, perhaps, that has heard nothing
		} else if says != told || says != (word{}) && !denied && now.Sub(toldAt) >= hereAgain {
			err := d.hub.Here(ctx, says.conversationID, says.doing)
			denied = errors.Is(err, hubclient.ErrDenied)
			if err != nil {
				d.log.DebugContext(ctx, "Colleagues were not told who is here", "error", err)
			}
			told, toldAt = says, now
		}
		wait := hereAgain
		if !until.IsZero() {
			wait = min(wait, max(0, until.Sub(d.clock.Now())))
		}
		if err := d.waitHere(ctx, wait); err != nil {
			return err
		}
	}
}

func (d *Desk) waitHere(ctx context.Context, wait time.Duration) error {
	expired, stop := d.clock.After(wait)
	defer stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-expired:
	case <-d.here.wakes:
	}
	return nil
}

// hereChanged takes what the hub says of colleagues; nil when it says nothing any more.
func (d *Desk) hereChanged(news *hubv1.Here) {
	h := &d.here
	var changed []string
	h.mu.Lock()
	if news == nil {
		changed = slices.Sorted(maps.Keys(h.colleagues))
		clear(h.colleagues)
	}
	for _, c := range news.GetConversations() {
		changed = append(changed, c.GetConversationId())
		delete(h.colleagues, c.GetConversationId())
		for _, colleague := range c.GetColleagues() {
			h.colleagues[c.GetConversationId()] = append(h.colleagues[c.GetConversationId()], Colleague{colleague.GetAgentId(), colleague.GetDoing()})
		}
	}
	h.mu.Unlock()
	if len(changed) > 0 {
		d.emit(Event{Kind: EventConversations, IDs: changed})
	}
}

// withHere adds who is there to rows.
func (d *Desk) withHere(rows []Conversation) {
	d.here.mu.Lock()
	defer d.here.mu.Unlock()
	for i := range rows {
		rows[i].Here = slices.Clone(d.here.colleagues[rows[i].Id])
	}
}
