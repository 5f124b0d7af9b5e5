package desk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"parley/backend/desk/cache"
	"parley/backend/desk/clock"
	"parley/backend/desk/outbox"
	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/search"
)

// How much of each kind a search shows at once.
const (
	foundPeople   = 6
	foundMessages = 30
	foundNotes    = 6
	foundFiles    = 6

	// candidates is how many people are looked at, of whom those who wrote last are shown.
	candidates = 40

	// aheadMost is by how much a time of Meta may be ahead of the hub's.
	aheadMost = 24 * time.Hour
)

// Whom a search is narrowed down to.
const (
	FromContact   = "contact"
	FromMe        = "me"
	FromColleague = "colleague"
)

// Search is what an agent looks for in everything that they may see. Fields other than Text narrow it down.
type Search struct {
	Text            string
	Channel         string
	TouchpointID    string
	From            string // FromContact, FromMe, FromColleague
	SinceMs, TillMs int64
	After           int64 // Found.More of the page before; only messages then
}

// Found is what a search found: people who wrote last first, all else newest first.
type Found struct {
	People   []FoundPerson
	Messages []FoundLine
	Notes    []FoundLine
	Files    []FoundLine
	More     int64 // to ask for further messages by; 0 when these are all
	Building bool  // older rows are still being made findable
}

// FoundPerson is a contact with their last conversation; nil when none is here.
type FoundPerson struct {
	Contact      *hubv1.Contact
	Conversation *hubv1.Conversation
}

// FoundLine is a message, note or file in its conversation.
type FoundLine struct {
	ID             string
	MessageID      string // to show it at; "" for a note
	ConversationID string
	TouchpointID   string // "" when the conversation is not here
	Status         string // of the conversation
	Contact        *hubv1.Contact
	Author         string // of who wrote it; "" for the contact
	Out            bool   // by the business
	Kind           string // of a message
	Text           string // one line, around what was found
	AtMs           int64
}

// Find looks through everything that is on this computer. A later search may end an earlier one by its context.
func (d *Desk) Find(ctx context.Context, s Search) (found Found, err error) {
	query := search.Parse(s.Text)
	if query.Empty() {
		return found, nil
	}
	settled := query.Settled()
	err = d.cache.View(ctx, func(r cache.Reader) error {
		f, err := newFinder(ctx, r, query)
		if err != nil {
			return err
		}
		wanted, possible := f.wanted(s)
		wanted.NowMs = d.HubNowMs() + aheadMost.Milliseconds()
		wanted.Query = settled // people are found by the first letter
		indexed, err := r.Indexed(ctx)
		if err != nil {
			return err
		}
		found.Building = !indexed
		if possible {
			if err := f.messages(ctx, wanted, &found); err != nil {
				return err
			}
		}
		if s.After != 0 {
			return nil
		}
		if possible {
			if err := f.files(ctx, wanted, &found); err != nil {
				return err
			}
		}
		if s.Channel == "" && s.TouchpointID == "" && s.From == "" && s.SinceMs == 0 && s.TillMs == 0 {
			if found.People, err = f.people(ctx, s.Text); err != nil {
				return err
			}
		}
		if s.From != FromContact {
			found.Notes, err = f.notes(ctx, wanted, s)
		}
		return err
	})
	if err != nil {
		return Found{}, fmt.Errorf("find: %w", err)
	}
	return found, nil
}

// finder is one search on one state of the cache.
type finder struct {
	r             cache.Reader
	query         search.Query
	config        cache.Config
	names         map[string]string
	me            string
	conversations map[string]*hubv1.Conversation
	contacts      map[string]*hubv1.Contact
	overlay       outbox.Overlay
}

func newFinder(ctx context.Context, r cache.Reader, query search.Query) (*finder, error) {
	f := &finder{r: r, query: query, conversations: map[string]*hubv1.Conversation{}, contacts: map[string]*hubv1.Contact{}}
	var err error
	if f.config, err = r.Config(ctx); err != nil {
		return nil, err
	}
	if f.names, err = r.AgentNames(ctx); err != nil {
		return nil, err
	}
	if f.me, err = r.Meta(ctx, cache.MetaAgent); err != nil {
		return nil, err
	}
	f.overlay, err = outbox.ReadOverlay(ctx, r)
	return f, err
}

// wanted narrows a search down. possible is false when nothing can be meant, as with a channel without touchpoints.
func (f *finder) wanted(s Search) (w cache.Wanted, possible bool) {
	w = cache.Wanted{Query: f.query, FromMs: s.SinceMs, UntilMs: s.TillMs, BelowRow: s.After}
	if s.Channel != "" || s.TouchpointID != "" {
		for _, t := range f.config.Touchpoints {
			if (s.Channel == "" || t.Channel == s.Channel) && (s.TouchpointID == "" || t.Id == s.TouchpointID) {
				w.TouchpointIDs = append(w.TouchpointIDs, t.Id)
			}
		}
		if len(w.TouchpointIDs) == 0 {
			return w, false
		}
	}
	switch s.From {
	case FromContact:
		w.Direction = "in"
	case FromMe:
		w.Direction, w.AgentID = "out", f.me
	case FromColleague:
		w.Direction, w.NotAgentID = "out", f.me
	}
	return w, true
}

func (f *finder) messages(ctx context.Context, w cache.Wanted, found *Found) error {
	w.Limit = foundMessages + 1
	messages, err := f.r.FindMessages(ctx, w)
	if err != nil {
		return err
	}
	if len(messages) > foundMessages {
		messages = messages[:foundMessages]
		found.More = messages[foundMessages-1].Row
	}
	found.Messages, err = f.lines(ctx, messages, func(m *hubv1.Message) string { return f.query.Snippet(search.MessageText(m)) })
	return err
}

func (f *finder) files(ctx context.Context, w cache.Wanted, found *Found) error {
	w.Limit = foundFiles
	messages, err := f.r.FindFiles(ctx, w)
	if err != nil {
		return err
	}
	found.Files, err = f.lines(ctx, messages, search.FileName)
	return err
}

// lines shows messages with what they belong to.
func (f *finder) lines(ctx context.Context, messages []cache.FoundMessage, text func(*hubv1.Message) string) ([]FoundLine, error) {
	lines := make([]FoundLine, 0, len(messages))
	for _, m := range messages {
		line := FoundLine{
			ID: m.Id, MessageID: m.Id, ConversationID: m.ConversationId, Author: f.names[m.AgentId], Out: m.Direction == "out",
			Kind: m.GetContent().GetKind(), Text: text(m.Message), AtMs: m.SentMs,
		}
		if target := m.GetContent().GetTargetProviderId(); target != "" { // an edit is shown at what it changed
			edited, err := f.r.MessagesByProvider(ctx, []string{target})
			if err != nil {
				return nil, err
			}
			line.MessageID = cmp.Or(idOf(edited), m.Id)
		}
		if err := f.place(ctx, &line); err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// place fills in the conversation of a line.
func (f *finder) place(ctx context.Context, line *FoundLine) (err error) {
	c, known := f.conversations[line.ConversationID]
	if !known {
		if c, err = f.r.Conversation(ctx, line.ConversationID); err != nil {
			return err
		}
		f.conversations[line.ConversationID] = c
	}
	line.TouchpointID, line.Status = c.GetTouchpointId(), c.GetStatus()
	line.Contact, err = f.contact(ctx, c.GetContactId())
	return err
}

// contact reads a contact with the agent's own changes; never nil.
func (f *finder) contact(ctx context.Context, id string) (*hubv1.Contact, error) {
	if contact, known := f.contacts[id]; known {
		return contact, nil
	}
	contact, err := f.r.Contact(ctx, id)
	if err != nil {
		return nil, err
	}
	if contact == nil {
		contact = &hubv1.Contact{Id: id}
	}
	f.contacts[id] = f.overlay.Contact(contact)
	return f.contacts[id], nil
}

func (f *finder) notes(ctx context.Context, w cache.Wanted, s Search) ([]FoundLine, error) {
	// A note is in no direction and on no touchpoint: its author and its conversation say what it belongs to.
	touchpoints := w.TouchpointIDs
	w.Direction, w.TouchpointIDs, w.BelowRow, w.NowMs, w.Limit = "", nil, 0, 0, foundNotes
	if len(touchpoints) > 0 || s.Channel != "" || s.TouchpointID != "" {
		w.Limit = candidates
	}
	notes, err := f.r.FindNotes(ctx, w)
	if err != nil {
		return nil, err
	}
	var lines []FoundLine
	for _, n := range notes {
		line := FoundLine{
			ID: n.Id, ConversationID: n.ConversationId, Author: f.names[n.AgentId], Out: true,
			Text: f.query.Snippet(n.Text), AtMs: n.CreatedMs,
		}
		if err := f.place(ctx, &line); err != nil {
			return nil, err
		}
		if (s.Channel != "" || s.TouchpointID != "") && !slices.Contains(touchpoints, line.TouchpointID) {
			continue
		}
		if lines = append(lines, line); len(lines) == foundNotes {
			break
		}
	}
	return lines, nil
}

// people finds contacts by words, or by digits where a number was typed. Who wrote last comes first.
func (f *finder) people(ctx context.Context, typed string) ([]FoundPerson, error) {
	query := f.query
	if number, ok := search.ParseNumber(typed); ok {
		query = number
	}
	contacts, err := f.r.FindPeople(ctx, query, candidates)
	if err != nil {
		return nil, err
	}
	people := make([]FoundPerson, 0, len(contacts))
	for _, contact := range contacts {
		latest, err := f.r.LatestConversation(ctx, contact.Id)
		if err != nil {
			return nil, err
		}
		people = append(people, FoundPerson{Contact: f.overlay.Contact(contact), Conversation: latest})
	}
	slices.SortStableFunc(people, func(a, b FoundPerson) int {
		return cmp.Compare(b.Conversation.GetLastMessageMs(), a.Conversation.GetLastMessageMs())
	})
	return people[:min(len(people), foundPeople)], nil
}

const (
	// indexLater is how long after its start a desk makes older rows findable: the start belongs to the agent.
	indexLater = 5 * time.Second
	// indexPause is between two steps, so that whatever else writes comes first.
	indexPause = 30 * time.Millisecond
)

// serveIndex does what need not be done at the start: it tidies files, and makes what an older version has written
// findable. Then it only waits for the end.
func (d *Desk) serveIndex(ctx context.Context) error {
	if clock.Sleep(ctx, d.clock, indexLater) != nil {
		return nil
	}
	if err := d.tidyMedia(ctx); err != nil && ctx.Err() == nil {
		d.log.WarnContext(ctx, "Media files were not tidied", "error", err)
	}
	err := d.cache.BuildIndexes(ctx, func(ctx context.Context) error { return clock.Sleep(ctx, d.clock, indexPause) })
	if err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
