package desk

import (
	"context"
	"errors"
	"fmt"
	stdsync "sync"

	"parley/backend/desk/cache"
	"parley/backend/desk/hubclient"
	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/search"
)

// FoundAtHub is what the hub has found that is not on this computer.
type FoundAtHub struct {
	Found
	Next    string // to ask for further messages by; "" when these are all
	Offline bool   // the hub could not be asked: only this computer was searched
}

// atHub is what the last search brought from the hub, until one of it is opened.
type atHub struct {
	mu            stdsync.Mutex
	conversations map[string]*hubv1.Conversation
	contacts      map[string]*hubv1.Contact
	messages      map[string][]*hubv1.Message // by conversation
}

// remember keeps what a search brought; the first page forgets those of the search before.
func (h *atHub) remember(page *hubv1.SearchPage, first bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if first || h.conversations == nil {
		h.conversations, h.contacts, h.messages = map[string]*hubv1.Conversation{}, map[string]*hubv1.Contact{}, map[string][]*hubv1.Message{}
	}
	for _, entity := range page.Related {
		if c := entity.GetConversation(); c != nil {
			h.conversations[c.Id] = c
		}
		if c := entity.GetContact(); c != nil {
			h.contacts[c.Id] = c
		}
	}
	for _, m := range append(append([]*hubv1.Message{}, page.Messages...), page.Files...) {
		h.messages[m.ConversationId] = append(h.messages[m.ConversationId], m)
	}
}

// FindAtHub looks for what is not on this computer. next is that of the page before, "" for the first.
func (d *Desk) FindAtHub(ctx context.Context, s Search, next string) (found FoundAtHub, err error) {
	query := search.Parse(s.Text)
	if query.Settled().Empty() {
		return found, nil
	}
	if !d.reachable() {
		return FoundAtHub{Offline: true}, nil
	}
	var request *hubv1.SearchRequest
	err = d.cache.View(ctx, func(r cache.Reader) error {
		f, err := newFinder(ctx, r, query)
		if err != nil {
			return err
		}
		if w, possible := f.wanted(s); possible {
			request = &hubv1.SearchRequest{
				Text: s.Text, TouchpointIds: w.TouchpointIDs, Direction: w.Direction, AgentId: w.AgentID, NotAgentId: w.NotAgentID,
				SinceMs: s.SinceMs, TillMs: s.TillMs, PageToken: next, Limit: foundMessages,
			}
		}
		return nil
	})
	if err != nil || request == nil {
		return found, err
	}
	page, err := d.hub.Search(ctx, request)
	if errors.Is(err, hubclient.ErrUnreachable) || errors.Is(err, hubclient.ErrSignedOut) {
		return FoundAtHub{Offline: true}, nil
	}
	if err != nil {
		return found, fmt.Errorf("search at the hub: %w", err)
	}
	d.atHub.remember(page, next == "")
	found.Next, found.Building = page.NextPageToken, page.Building
	err = d.cache.View(ctx, func(r cache.Reader) error { return d.presentFound(ctx, r, query, page, &found.Found) })
	return found, err
}

// presentFound makes an answer of the hub showable, without what is here.
func (d *Desk) presentFound(ctx context.Context, r cache.Reader, query search.Query, page *hubv1.SearchPage, found *Found) error {
	f, err := newFinder(ctx, r, query)
	if err != nil {
		return err
	}
	latest := map[string]*hubv1.Conversation{} // by contact
	for _, entity := range page.Related {
		if c := entity.GetConversation(); c != nil {
			f.conversations[c.Id] = c
			if known := latest[c.ContactId]; known == nil || known.OpenedMs < c.OpenedMs {
				latest[c.ContactId] = c
			}
		}
		if c := entity.GetContact(); c != nil {
			f.contacts[c.Id] = c
		}
	}
	if found.Messages, err = f.elsewhere(ctx, page.Messages, func(m *hubv1.Message) string { return query.Snippet(search.MessageText(m)) }); err != nil {
		return err
	}
	if found.Files, err = f.elsewhere(ctx, page.Files, search.FileName); err != nil {
		return err
	}
	for _, n := range page.Notes {
		if here, err := r.Note(ctx, n.Id); err != nil || here != nil {
			if err != nil {
				return err
			}
			continue
		}
		line := FoundLine{ID: n.Id, ConversationID: n.ConversationId, Author: f.names[n.AgentId], Out: true, Text: query.Snippet(n.Text), AtMs: n.CreatedMs}
		if err := f.place(ctx, &line); err != nil {
			return err
		}
		found.Notes = append(found.Notes, line)
	}
	for _, contact := range page.Contacts {
		here, err := r.Contact(ctx, contact.Id)
		if err != nil {
			return err
		}
		if here == nil {
			found.People = append(found.People, FoundPerson{Contact: contact, Conversation: latest[contact.Id]})
		}
	}
	return nil
}

// elsewhere shows the messages that are not here.
func (f *finder) elsewhere(ctx context.Context, messages []*hubv1.Message, text func(*hubv1.Message) string) ([]FoundLine, error) {
	var others []cache.FoundMessage
	for _, m := range messages {
		here, err := f.r.Message(ctx, m.Id)
		if err != nil {
			return nil, err
		}
		if here == nil {
			others = append(others, cache.FoundMessage{Message: m})
		}
	}
	return f.lines(ctx, others, text)
}

// Adopt brings a conversation that the hub has found onto this computer, so that it can be opened. One that is here, or
// that no search has found, is left as it is.
func (d *Desk) Adopt(ctx context.Context, conversationID string) error {
	d.atHub.mu.Lock()
	c := d.atHub.conversations[conversationID]
	contact := d.atHub.contacts[c.GetContactId()]
	messages := d.atHub.messages[conversationID]
	d.atHub.mu.Unlock()
	if c == nil {
		return nil
	}
	err := d.cache.Update(ctx, func(tx *cache.Tx) error {
		if contact != nil {
			if _, err := tx.PutContact(ctx, contact); err != nil {
				return err
			}
		}
		if _, _, err := tx.PutConversation(ctx, c); err != nil {
			return err
		}
		for _, m := range messages {
			if _, err := tx.PutMessage(ctx, m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("adopt conversation: %w", err)
	}
	return nil
}
