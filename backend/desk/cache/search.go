package cache

import (
	"context"
	"database/sql"
	"strings"

	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/search"
)

// HitsMost is how many hits a search in one conversation returns at most.
const HitsMost = 1000

// Hit is a message that a search found.
type Hit struct {
	MessageID string
	Place     Place
}

// Wanted is what a search looks for. Fields other than Query narrow it down; empty ones do not.
type Wanted struct {
	Query          search.Query
	ConversationID string
	TouchpointIDs  []string // any of them
	Direction      string   // "in" or "out"
	AgentID        string   // written by this agent
	NotAgentID     string   // not written by this agent
	FromMs         int64    // sent at this time or later
	UntilMs        int64    // sent before this time
	NowMs          int64    // nothing was sent after this time; 0 when that is not known
	BelowRow       int64    // after a page that ended with this row
	Limit          int
}

// expression is what an index is asked for.
func (w Wanted) expression() string {
	var where search.Where
	for _, facet := range []struct {
		kind  byte
		value string
	}{{search.FacetConversation, w.ConversationID}, {search.FacetAgent, w.AgentID}} {
		if facet.value != "" {
			where.All = append(where.All, search.Facet(facet.kind, facet.value))
		}
	}
	if len(w.TouchpointIDs) > 0 {
		var any []string
		for _, id := range w.TouchpointIDs {
			any = append(any, search.Facet(search.FacetTouchpoint, id))
		}
		where.Any = append(where.Any, any)
	}
	if weeks := search.Weeks(w.FromMs, w.NowMs); weeks != nil {
		where.Any = append(where.Any, weeks)
	}
	if w.NotAgentID != "" {
		where.Not = append(where.Not, search.Facet(search.FacetAgent, w.NotAgentID))
	}
	return w.Query.FTS5(where)
}

// rows are the lowest row that is wanted, and the lowest one that is not any more.
func (w Wanted) rows() (from, below int64) {
	from, below = search.RowAt(w.FromMs), int64(1)<<62
	if w.UntilMs > 0 {
		below = search.RowAt(w.UntilMs)
	}
	if w.BelowRow > 0 {
		below = min(below, w.BelowRow)
	}
	return from, below
}

// FoundMessage is a message that a search found, with its row, which the next page is asked for by.
type FoundMessage struct {
	*hubv1.Message
	Row int64
}

// FindMessages finds messages by their text, newest first. It reads no more of the index than it returns, but for
// combinations of words that are common singly and rare together.
func (r Reader) FindMessages(ctx context.Context, w Wanted) ([]FoundMessage, error) {
	return r.findMessages(ctx, indexMessages, w)
}

// FindFiles finds messages by the names of their files, newest first.
func (r Reader) FindFiles(ctx context.Context, w Wanted) ([]FoundMessage, error) {
	return r.findMessages(ctx, indexFiles, w)
}

// matching are the rows of an index that match, newest first: a query for others to join.
func matching(index string) string {
	return "SELECT rowid AS row FROM " + index + " WHERE " + index + " MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid DESC LIMIT ?"
}

func (r Reader) findMessages(ctx context.Context, index string, w Wanted) ([]FoundMessage, error) {
	if w.Query.Empty() {
		return nil, nil
	}
	// Most messages are in one of two directions: to look at each costs less than to let the index join half of all.
	from, below := w.rows()
	return list(ctx, r.q, "find messages", func(rows *sql.Rows) (FoundMessage, error) {
		one, err := scanRowMessage(rows)
		return FoundMessage{Message: one.message, Row: one.row}, err
	}, "SELECT m.row, m.data FROM "+index+" f CROSS JOIN message m ON m.row = f.rowid WHERE f."+index+" MATCH ?1"+
		" AND f.rowid >= ?2 AND f.rowid < ?3 AND (?4 = '' OR m.direction = ?4) ORDER BY f.rowid DESC LIMIT ?5",
		w.expression(), from, below, w.Direction, w.Limit)
}

// FindNotes finds notes, newest first.
func (r Reader) FindNotes(ctx context.Context, w Wanted) ([]*hubv1.Note, error) {
	if w.Query.Empty() {
		return nil, nil
	}
	from, below := w.rows()
	return list(ctx, r.q, "find notes", scanNote, "SELECT n.data FROM ("+matching(indexNotes)+
		") f CROSS JOIN find_row r ON r.row = f.row CROSS JOIN note n ON n.id = r.id ORDER BY f.row DESC",
		w.expression(), from, below, w.Limit)
}

// FindPeople finds contacts by the beginnings of their name, email and user name, or by any part of their number; those
// who became known last first.
func (r Reader) FindPeople(ctx context.Context, query search.Query, limit int) ([]*hubv1.Contact, error) {
	if query.Empty() {
		return nil, nil
	}
	return list(ctx, r.q, "find contacts", scanContact, "SELECT c.data FROM ("+matching(indexContacts)+
		") f CROSS JOIN find_row r ON r.row = f.row CROSS JOIN contact c ON c.id = r.id ORDER BY f.row DESC",
		query.FTS5(search.Where{}), 0, int64(1)<<62, limit)
}

// LatestConversation is the last conversation of a contact that is here: an open one first. It is nil when there is none.
func (r Reader) LatestConversation(ctx context.Context, contactID string) (*hubv1.Conversation, error) {
	return findEntity[hubv1.Conversation](ctx, r.q, "read latest conversation", `
		SELECT data FROM conversation WHERE contact_id = ? ORDER BY status = 'closed', opened_ms DESC LIMIT 1`, contactID)
}

// Search finds the messages of a conversation by text or by the name of a file; newest first. Where a query has no words,
// as with "100 %", it finds what has the very characters.
func (r Reader) Search(ctx context.Context, conversationID, typed string) ([]Hit, error) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return nil, nil
	}
	query := search.Parse(typed)
	indexed, err := r.Indexed(ctx)
	switch {
	case err != nil:
		return nil, err
	case query.Empty():
		return r.searchTexts(ctx, conversationID, func(text string) bool { return strings.Contains(text, typed) })
	case !indexed:
		return r.searchTexts(ctx, conversationID, query.In)
	}
	w := Wanted{Query: query, ConversationID: conversationID, Limit: HitsMost}
	from, below := w.rows()
	return list(ctx, r.q, "search conversation", func(rows *sql.Rows) (Hit, error) {
		var hit Hit
		return hit, rows.Scan(&hit.MessageID, &hit.Place.SentMs, &hit.Place.No)
	}, `
		SELECT m.id, m.sent_ms, m.no FROM message m WHERE m.row IN (
			SELECT row FROM (`+matching(indexMessages)+`) UNION SELECT row FROM (`+matching(indexFiles)+`))
		ORDER BY m.sent_ms DESC, m.no DESC LIMIT ?`,
		w.expression(), from, below, HitsMost, w.expression(), from, below, HitsMost, HitsMost)
}

// searchTexts reads the texts of a conversation.
func (r Reader) searchTexts(ctx context.Context, conversationID string, matches func(text string) bool) ([]Hit, error) {
	var hits []Hit
	_, err := list(ctx, r.q, "search conversation", func(rows *sql.Rows) (none struct{}, err error) {
		var hit Hit
		var text string
		err = rows.Scan(&hit.MessageID, &hit.Place.SentMs, &hit.Place.No, &text)
		if err == nil && len(hits) < HitsMost && matches(text) {
			hits = append(hits, hit)
		}
		return none, err
	}, "SELECT id, sent_ms, no, text FROM message WHERE conversation_id = ? ORDER BY sent_ms DESC, no DESC", conversationID)
	return hits, err
}
