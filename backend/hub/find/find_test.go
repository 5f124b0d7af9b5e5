package find

import (
	"errors"
	"log/slog"
	"slices"
	"testing"

	"parley/backend/conversation"
	"parley/backend/hub/feed"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// desk is a furnished hub with its index.
type desk struct {
	*hubtest.Workspace
	t        *testing.T
	finder   *Finder
	indexer  *Indexer
	entities *feed.Entities
}

func furnish(t *testing.T, s *store.Store) *desk {
	w := hubtest.New(t, s, 2, hubtest.Channels()...)
	entities := feed.NewEntities(s, w.Directory)
	return &desk{
		Workspace: w, t: t, entities: entities, finder: &Finder{Store: s, Entities: entities},
		indexer: NewIndexer(s, entities, slog.New(slog.DiscardHandler)),
	}
}

func (d *desk) write(do func(*store.Tx) error) {
	d.t.Helper()
	if _, err := d.Store.InTx(d.t.Context(), d.ID, do); err != nil {
		d.t.Fatal(err)
	}
}

// say adds a line to a conversation, a minute later than the one before.
func (d *desk) say(c *db.Conversation, direction, agentID, content string) string {
	d.t.Helper()
	d.Advance(60_000_000_000)
	c.LastNo++
	m := db.Message{
		WorkspaceID: d.ID, ID: conversation.NewID(), ConversationID: c.ID, TouchpointID: c.TouchpointID, ContactID: c.ContactID, No: c.LastNo,
		Direction: direction, Kind: "text", AgentID: agentID, SentMs: d.NowMs(), CreatedMs: d.NowMs(), Content: content, Version: 1,
	}
	d.write(func(tx *store.Tx) error {
		tx.Changed(store.TypeMessage, m.ID)
		return tx.Write(d.t.Context(), store.Rows{Messages: []db.Message{m}})
	})
	return m.ID
}

func (d *desk) index() {
	d.t.Helper()
	if err := d.indexer.CatchUp(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) search(r *hubv1.SearchRequest) *hubv1.SearchPage {
	d.t.Helper()
	page, err := d.finder.Search(d.t.Context(), d.Agents[0], r)
	if err != nil {
		d.t.Fatal(err)
	}
	return page
}

func ids(messages []*hubv1.Message) (all []string) {
	for _, m := range messages {
		all = append(all, m.Id)
	}
	return all
}

func TestSearch(t *testing.T) {
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		d := furnish(t, s)
		me, other := d.Agents[0].AgentID, d.Agents[1].AgentID
		closed := d.Conversation(t, func(c *db.Conversation) { c.Status = "closed" })
		first := d.say(&closed, "in", "", `{"kind":"text","text":"Tem vagas no Hotel Conceição, em junho?"}`)
		second := d.say(&closed, "out", me, `{"kind":"text","text":"O hotel confirma amanhã"}`)
		third := d.say(&closed, "out", other, `{"kind":"text","text":"予約を変更しました hotel"}`)
		note := db.Note{WorkspaceID: d.ID, ID: conversation.NewID(), ConversationID: closed.ID, AgentID: me, Text: "Gosta do hotel calmo", CreatedMs: d.NowMs(), Version: 1}
		d.write(func(tx *store.Tx) error {
			tx.Changed(store.TypeNote, note.ID)
			tx.Changed(store.TypeContact, closed.ContactID)
			return tx.InsertNote(t.Context(), db.InsertNoteParams(note))
		})
		d.index()
		for name, test := range map[string]struct {
			r    *hubv1.SearchRequest
			want []string
		}{
			"the newest first, and the end of the last word does not count": {&hubv1.SearchRequest{Text: "HOT"}, []string{third, second, first}},
			"without accents":           {&hubv1.SearchRequest{Text: "conceicao"}, []string{first}},
			"words that stand together": {&hubv1.SearchRequest{Text: `"hotel confirma"`}, []string{second}},
			"and those that do not":     {&hubv1.SearchRequest{Text: `"confirma hotel"`}, nil},
			"a part of a sentence":      {&hubv1.SearchRequest{Text: "変更"}, []string{third}},
			"of the contact":            {&hubv1.SearchRequest{Text: "hotel", Direction: "in"}, []string{first}},
			"of mine":                   {&hubv1.SearchRequest{Text: "hotel", Direction: "out", AgentId: me}, []string{second}},
			"of colleagues":             {&hubv1.SearchRequest{Text: "hotel", Direction: "out", NotAgentId: me}, []string{third}},
			"on a touchpoint":           {&hubv1.SearchRequest{Text: "hotel", TouchpointIds: []string{closed.TouchpointID}}, []string{third, second, first}},
			"on another one":            {&hubv1.SearchRequest{Text: "hotel", TouchpointIds: []string{d.Messenger.ID}}, nil},
			"in another conversation":   {&hubv1.SearchRequest{Text: "hotel", ConversationId: conversation.NewID()}, nil},
			"since a minute":            {&hubv1.SearchRequest{Text: "hotel", SinceMs: d.NowMs()}, []string{third}},
			"before it":                 {&hubv1.SearchRequest{Text: "hotel", TillMs: d.NowMs()}, []string{second, first}},
			"what quotes could break":   {&hubv1.SearchRequest{Text: `'); -- \ "hotel`}, []string{third, second, first}},
			"nothing":                   {&hubv1.SearchRequest{Text: " "}, nil},
		} {
			if got := ids(d.search(test.r).Messages); !slices.Equal(got, test.want) {
				t.Errorf("%s: found %v, want %v", name, got, test.want)
			}
		}
		t.Run("an_answer_says_where_it_was_said_and_by_whom", func(t *testing.T) {
			page := d.search(&hubv1.SearchRequest{Text: "hotel"})
			if len(page.Related) != 2 || len(page.Notes) != 1 || page.Notes[0].Id != note.ID || page.Building {
				t.Errorf("%d related, %d notes, building %v", len(page.Related), len(page.Notes), page.Building)
			}
		})
		t.Run("a_contact_is_found_by_name", func(t *testing.T) {
			page := d.search(&hubv1.SearchRequest{Text: "zoe"})
			if len(page.Contacts) != 1 || page.Contacts[0].Id != closed.ContactID || len(page.Related) == 0 {
				t.Errorf("%v with %d related", page.Contacts, len(page.Related))
			}
		})
		t.Run("pages_join_without_a_gap", func(t *testing.T) {
			page := d.search(&hubv1.SearchRequest{Text: "hotel", Limit: 2})
			next := d.search(&hubv1.SearchRequest{Text: "hotel", Limit: 2, PageToken: page.NextPageToken})
			if got := append(ids(page.Messages), ids(next.Messages)...); !slices.Equal(got, []string{third, second, first}) || len(next.Notes) != 0 {
				t.Errorf("found %v, then %v", ids(page.Messages), ids(next.Messages))
			}
			if _, err := d.finder.Search(t.Context(), d.Agents[0], &hubv1.SearchRequest{Text: "x", PageToken: "?"}); !errors.Is(err, ErrPageToken) {
				t.Errorf("a token of nobody's: %v", err)
			}
		})
		t.Run("what_is_new_is_found_and_what_is_gone_is_not", func(t *testing.T) {
			fourth := d.say(&closed, "in", "", `{"kind":"text","text":"Hotel novo"}`)
			d.index()
			if got := ids(d.search(&hubv1.SearchRequest{Text: "novo"}).Messages); !slices.Equal(got, []string{fourth}) {
				t.Errorf("found %v", got)
			}
			d.index() // with nothing to do
			if behind, err := Behind(t.Context(), s, d.ID); err != nil || behind != 0 {
				t.Errorf("behind by %d, %v", behind, err)
			}
		})
		t.Run("after_a_restored_backup_it_begins_again", func(t *testing.T) {
			if err := s.ClearFindable(t.Context(), d.ID, "another epoch"); err != nil {
				t.Fatal(err)
			}
			if got := d.search(&hubv1.SearchRequest{Text: "hotel"}).Messages; len(got) != 0 {
				t.Errorf("found %v", ids(got))
			}
			d.index()
			if got := d.search(&hubv1.SearchRequest{Text: "hotel"}).Messages; len(got) != 4 {
				t.Errorf("found %v", ids(got))
			}
		})
		t.Run("of_two_hubs_that_index_one_steps_back", func(t *testing.T) {
			epoch, seq, err := s.FindProgress(t.Context(), d.ID)
			if err != nil {
				t.Fatal(err)
			}
			err = s.KeepFindable(t.Context(), d.ID, epoch, seq-1, seq+5, nil)
			if _, now, _ := s.FindProgress(t.Context(), d.ID); err == nil || now != seq {
				t.Errorf("%v, moved to %d", err, now)
			}
		})
	})
}
