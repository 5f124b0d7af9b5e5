package find

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"parley/backend/hub/access"
	"parley/backend/hub/feed"
	"parley/backend/hub/scope"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/search"
)

// ErrPageToken says that a page token is none of ours.
var ErrPageToken = errors.New("page token is not of this search")

// Limits of answers.
const (
	defaultMessages = 30
	mostMessages    = 100
	mostOthers      = 10
	// candidates is how much of the index is read at once, and rounds how often for one page: an agent who may see
	// little gets a short page with a token, not a long wait.
	candidates = 200
	rounds     = 5
	// behindMost is by how much the index may be behind the feed before an answer says so.
	behindMost = 1000
)

// Finder answers searches.
type Finder struct {
	Store    *store.Store
	Entities *feed.Entities
}

// Search finds what an agent may see.
func (f *Finder) Search(ctx context.Context, actor access.Actor, r *hubv1.SearchRequest) (*hubv1.SearchPage, error) {
	page := &hubv1.SearchPage{}
	query := search.Parse(r.GetText())
	if query.Empty() {
		return page, nil
	}
	sight, err := scope.New(f.Store).Sight(ctx, f.Store.Read(), actor)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	s := &searching{Finder: f, actor: actor, sight: sight, query: query, settled: query.Settled(), conversations: map[string]*hubv1.Conversation{}, contacts: map[string]bool{}, page: page}
	s.narrow(r)
	if token := r.GetPageToken(); token != "" {
		below, err := strconv.ParseInt(token, 36, 64)
		if err != nil || below <= 0 {
			return nil, ErrPageToken
		}
		s.below = min(s.below, below)
	}
	limit := int(r.GetLimit())
	if limit <= 0 {
		limit = defaultMessages
	}
	next, err := s.messages(ctx, store.TypeMessage, min(limit, mostMessages), &page.Messages)
	if err != nil {
		return nil, err
	}
	if next != 0 {
		page.NextPageToken = strconv.FormatInt(next, 36)
	}
	if r.GetPageToken() == "" {
		if _, err := s.messages(ctx, store.FindableFile, mostOthers, &page.Files); err != nil {
			return nil, err
		}
		if err := s.notes(ctx, r); err != nil {
			return nil, err
		}
		if err := s.people(ctx, r); err != nil {
			return nil, err
		}
	}
	behind, err := Behind(ctx, f.Store, actor.WorkspaceID)
	page.Building = behind > behindMost
	return page, err
}

// searching is one search.
type searching struct {
	*Finder
	actor         access.Actor
	sight         *scope.Sight
	query         search.Query
	settled       search.Query // of what is not people
	where         search.Where
	from, below   int64
	conversations map[string]*hubv1.Conversation // those that may be seen; nil for the others
	contacts      map[string]bool                // in page.Related
	page          *hubv1.SearchPage
}

func (s *searching) narrow(r *hubv1.SearchRequest) {
	for _, facet := range []struct {
		kind  byte
		value string
	}{
		{search.FacetConversation, r.GetConversationId()}, {search.FacetDirection, r.GetDirection()}, {search.FacetAgent, r.GetAgentId()},
	} {
		if facet.value != "" {
			s.where.All = append(s.where.All, search.Facet(facet.kind, facet.value))
		}
	}
	var touchpoints []string
	for _, id := range r.GetTouchpointIds() {
		touchpoints = append(touchpoints, search.Facet(search.FacetTouchpoint, id))
	}
	if len(touchpoints) > 0 {
		s.where.Any = append(s.where.Any, touchpoints)
	}
	if id := r.GetNotAgentId(); id != "" {
		s.where.Not = append(s.where.Not, search.Facet(search.FacetAgent, id))
	}
	s.from, s.below = search.RowAt(r.GetSinceMs()), int64(1)<<62
	if till := r.GetTillMs(); till > 0 {
		s.below = search.RowAt(till)
	}
}

// messages adds up to limit messages that may be seen. next is where the next page begins, 0 when there is none.
func (s *searching) messages(ctx context.Context, kind string, limit int, into *[]*hubv1.Message) (next int64, err error) {
	below := s.below
	for range rounds {
		found, err := s.Store.Find(ctx, s.actor.WorkspaceID, kind, s.settled, s.where, s.from, below, candidates)
		if err != nil {
			return 0, err
		}
		for _, one := range found {
			below = one.Row
			entity, err := s.entity(ctx, store.TypeMessage, one.ID)
			if err != nil {
				return 0, err
			}
			m := entity.GetMessage()
			if m == nil {
				continue
			}
			if seen, err := s.conversation(ctx, m.ConversationId); err != nil || !seen {
				if err != nil {
					return 0, err
				}
				continue
			}
			if *into = append(*into, m); len(*into) == limit {
				return below, nil
			}
		}
		if len(found) < candidates {
			return 0, nil
		}
	}
	return below, nil
}

func (s *searching) notes(ctx context.Context, r *hubv1.SearchRequest) error {
	if r.GetDirection() == "in" {
		return nil
	}
	where := search.Where{Not: s.where.Not}
	for _, facet := range []struct {
		kind  byte
		value string
	}{{search.FacetConversation, r.GetConversationId()}, {search.FacetAgent, r.GetAgentId()}} {
		if facet.value != "" {
			where.All = append(where.All, search.Facet(facet.kind, facet.value))
		}
	}
	found, err := s.Store.Find(ctx, s.actor.WorkspaceID, store.TypeNote, s.settled, where, s.from, s.below, candidates)
	if err != nil {
		return err
	}
	for _, one := range found {
		entity, err := s.entity(ctx, store.TypeNote, one.ID)
		if err != nil {
			return err
		}
		n := entity.GetNote()
		if n == nil {
			continue
		}
		seen, err := s.conversation(ctx, n.ConversationId)
		if err != nil {
			return err
		}
		if !seen || len(r.GetTouchpointIds()) > 0 && !slices.Contains(r.GetTouchpointIds(), s.conversations[n.ConversationId].TouchpointId) {
			continue
		}
		if s.page.Notes = append(s.page.Notes, n); len(s.page.Notes) == mostOthers {
			break
		}
	}
	return nil
}

// people finds contacts unless the search is narrowed to something that no contact is.
func (s *searching) people(ctx context.Context, r *hubv1.SearchRequest) error {
	if len(s.where.All)+len(s.where.Any)+len(s.where.Not) > 0 || r.GetSinceMs() > 0 || r.GetTillMs() > 0 {
		return nil
	}
	query := s.query
	if number, ok := search.ParseNumber(r.GetText()); ok {
		query = number
	}
	found, err := s.Store.Find(ctx, s.actor.WorkspaceID, store.TypeContact, query, search.Where{}, 0, int64(1)<<62, mostOthers)
	if err != nil {
		return err
	}
	for _, one := range found {
		entity, err := s.entity(ctx, store.TypeContact, one.ID)
		if err != nil {
			return err
		}
		contact := entity.GetContact()
		if contact == nil {
			continue
		}
		all, err := s.Store.Read().ConversationsOfContact(ctx, db.ConversationsOfContactParams{WorkspaceID: s.actor.WorkspaceID, ContactID: contact.Id})
		if err != nil {
			return fmt.Errorf("search: %w", err)
		}
		seen, err := s.sight.Contact(ctx, contact.Id)
		if err != nil {
			return fmt.Errorf("search: %w", err)
		}
		if !seen {
			continue
		}
		seen = len(all) == 0
		for i := len(all) - 1; i >= 0 && !seen; i-- { // the last that may be seen
			if seen, err = s.conversation(ctx, all[i].ID); err != nil {
				return err
			}
		}
		if seen {
			s.page.Contacts = append(s.page.Contacts, contact)
		}
	}
	return nil
}

// entity reads an entity in its present state; empty when it is gone.
func (s *searching) entity(ctx context.Context, kind, id string) (*hubv1.Entity, error) {
	entity, err := s.Entities.Entity(ctx, s.actor.WorkspaceID, kind, id)
	if store.NotFound(err) {
		return &hubv1.Entity{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("search: read %s %s: %w", kind, id, err)
	}
	return entity, nil
}

// conversation adds the conversation of something that was found, with its contact. seen is false when the agent may not
// see it.
func (s *searching) conversation(ctx context.Context, id string) (seen bool, err error) {
	if c, known := s.conversations[id]; known {
		return c != nil, nil
	}
	entity, err := s.entity(ctx, store.TypeConversation, id)
	if err != nil {
		return false, err
	}
	c := entity.GetConversation()
	if seen, err = s.sight.Conversation(ctx, id); err != nil {
		return false, fmt.Errorf("search: %w", err)
	}
	if c == nil || !seen {
		s.conversations[id] = nil
		return false, nil
	}
	s.conversations[id] = c
	s.page.Related = append(s.page.Related, entity)
	if s.contacts[c.ContactId] {
		return true, nil
	}
	s.contacts[c.ContactId] = true
	contact, err := s.entity(ctx, store.TypeContact, c.ContactId)
	if err == nil && contact.GetContact() != nil {
		s.page.Related = append(s.page.Related, contact)
	}
	return true, err
}
