package scope_test

import (
	"errors"
	"slices"
	"testing"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/admin"
	"parley/backend/hub/draft"
	"parley/backend/hub/feed"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/inbox"
	"parley/backend/hub/scope"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// team is a workspace with a queue for two of three agents.
type team struct {
	*hubtest.Workspace
	feed   *feed.Feed
	box    *inbox.Inbox
	drafts *draft.Drafts

	ana, rui, eva access.Actor // eva does not work in complaints
	complaints    string       // queue
}

func onEach(t *testing.T, rule func(t *testing.T, r *team)) {
	t.Helper()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		w := hubtest.New(t, s, 3, hubtest.Channels()...)
		r := &team{
			Workspace: w, feed: feed.New(s, feed.NewEntities(s, w.Directory), w.Now), box: inbox.New(s, w.Directory, w.Now),
			drafts: draft.New(s, w.Now), ana: w.Agents[0], rui: w.Agents[1], eva: w.Agents[2],
		}
		r.complaints = w.Queue(t, "Complaints", r.ana, r.rui)
		rule(t, r)
	})
}

// desk is what one agent's computer knows of the feed.
type desk struct {
	t             *testing.T
	team          *team
	actor         access.Actor
	cursor        *hubv1.Cursor
	conversations map[string]bool
	words         []string // everything that was ever told: ids of messages, notes, contacts
	drafts        []string
}

func (r *team) desk(t *testing.T, actor access.Actor) *desk {
	d := &desk{t: t, team: r, actor: actor}
	d.begin()
	return d
}

// begin takes a snapshot.
func (d *desk) begin() {
	d.t.Helper()
	d.conversations, d.words, d.drafts = map[string]bool{}, nil, nil
	for token := ""; ; {
		page, err := d.team.feed.Snapshot(d.t.Context(), d.actor, token)
		if err != nil {
			d.t.Fatal(err)
		}
		for _, e := range page.GetEntities() {
			d.hears(e)
		}
		d.cursor = page.GetCursor()
		if token = page.GetNextPageToken(); token == "" {
			return
		}
	}
}

func (d *desk) hears(e *hubv1.Entity) {
	switch kind := e.GetKind().(type) {
	case *hubv1.Entity_Conversation:
		d.conversations[kind.Conversation.GetId()] = true
	case *hubv1.Entity_Message:
		d.words = append(d.words, kind.Message.GetConversationId())
	case *hubv1.Entity_Note:
		d.words = append(d.words, kind.Note.GetConversationId())
	case *hubv1.Entity_Contact:
		d.words = append(d.words, kind.Contact.GetId())
	case *hubv1.Entity_Draft:
		d.drafts = append(d.drafts, kind.Draft.GetContent().GetText())
	}
}

// pulls follows the feed to its head. reset is true when that was not possible.
func (d *desk) pulls() (reset bool) {
	d.t.Helper()
	for {
		page, err := d.team.feed.Pull(d.t.Context(), d.actor, d.cursor, 5)
		if errors.Is(err, feed.ErrReset) {
			return true
		}
		if err != nil {
			d.t.Fatal(err)
		}
		for _, c := range page.GetChanges() {
			if c.GetHidden() {
				delete(d.conversations, c.GetId())
			} else {
				d.hears(c.GetEntity())
			}
		}
		d.cursor = page.GetCursor()
		if d.cursor.GetSeq() >= page.GetHeadSeq() {
			return false
		}
	}
}

func (r *team) do(t *testing.T, actor access.Actor, c *hubv1.Command) string {
	t.Helper()
	c.Id = conversation.NewID()
	ack, err := r.box.Execute(t.Context(), actor, c)
	if err != nil {
		t.Fatal(err)
	}
	return ack.GetRefusal().GetCode()
}

func (r *team) note(t *testing.T, actor access.Actor, id string) string {
	return r.do(t, actor, &hubv1.Command{Action: &hubv1.Command_SaveNote{SaveNote: &hubv1.SaveNote{ConversationId: id, NoteId: conversation.NewID(), Text: "n"}}})
}

func (r *team) assign(t *testing.T, actor access.Actor, id string) string {
	return r.do(t, actor, &hubv1.Command{Action: &hubv1.Command_Assign{Assign: &hubv1.Assign{ConversationId: id}}})
}

func (r *team) change(t *testing.T, id string, change func(*db.Conversation)) {
	t.Helper()
	_, err := r.Store.InTx(t.Context(), r.ID, func(tx *store.Tx) error {
		rows, err := tx.LockConversations(t.Context(), []string{id})
		if err != nil {
			return err
		}
		change(&rows[0])
		rows[0].Version++
		tx.Changed(store.TypeConversation, id)
		return tx.Write(t.Context(), store.Rows{PutConversations: rows})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (r *team) email(t *testing.T, actor access.Actor) string {
	t.Helper()
	row, err := r.Store.Read().Agent(t.Context(), db.AgentParams{WorkspaceID: r.ID, ID: actor.AgentID})
	if err != nil {
		t.Fatal(err)
	}
	return row.Email
}

func TestScope(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, r *team) {
		t.Run("an_agent_hears_of_their_own_queues_only", func(t *testing.T) {
			before := r.InQueue(t, r.complaints)
			ana, eva := r.desk(t, r.ana), r.desk(t, r.eva)
			open, after := r.Conversation(t, nil), r.InQueue(t, r.complaints)
			if code := r.note(t, r.ana, after.ID); code != "" {
				t.Fatal(code)
			}
			if ana.pulls() || eva.pulls() {
				t.Fatal("a position was lost")
			}
			for _, id := range []string{before.ID, open.ID, after.ID} {
				if !ana.conversations[id] {
					t.Errorf("Ana does not see %s", id)
				}
			}
			if !eva.conversations[open.ID] || eva.conversations[before.ID] || eva.conversations[after.ID] {
				t.Errorf("Eva sees %v", eva.conversations)
			}
			for _, c := range []db.Conversation{before, after} {
				if slices.Contains(eva.words, c.ID) || slices.Contains(eva.words, c.ContactID) {
					t.Errorf("Eva heard of %s", c.ID)
				}
			}
			head, _ := r.Store.Read().Head(t.Context(), r.ID)
			if eva.cursor.GetSeq() != head.Seq {
				t.Errorf("what Eva may not see held her position at %d of %d", eva.cursor.GetSeq(), head.Seq)
			}
		})
		t.Run("a_conversation_that_is_given_to_an_agent_is_theirs_to_see_until_it_goes_back", func(t *testing.T) {
			c := r.InQueue(t, r.complaints)
			eva := r.desk(t, r.eva)
			r.change(t, c.ID, func(row *db.Conversation) { row.Status, row.AssigneeID = "assigned", r.eva.AgentID })
			if eva.pulls(); !eva.conversations[c.ID] {
				t.Fatal("Eva does not see what is hers")
			}
			if more, err := r.feed.Conversations(t.Context(), r.eva, []string{c.ID}); err != nil || len(more) < 3 {
				t.Fatal("she cannot fetch what was written before", len(more), err)
			}
			if code := r.do(t, r.eva, &hubv1.Command{Action: &hubv1.Command_SendToInbox{SendToInbox: &hubv1.SendToInbox{ConversationId: c.ID}}}); code != "" {
				t.Fatal(code)
			}
			if eva.pulls(); eva.conversations[c.ID] {
				t.Error("Eva still has what went back")
			}
		})
		t.Run("a_change_of_queues_or_role_begins_anew_with_what_may_be_seen", func(t *testing.T) {
			c := r.InQueue(t, r.complaints)
			eva, ana := r.desk(t, r.eva), r.desk(t, r.ana)
			r.SetQueueAgents(t, r.complaints, r.rui, r.eva)
			if !eva.pulls() || !ana.pulls() {
				t.Fatal("their positions still count")
			}
			eva.begin()
			ana.begin()
			if !eva.conversations[c.ID] || ana.conversations[c.ID] {
				t.Errorf("Eva %v, Ana %v", eva.conversations[c.ID], ana.conversations[c.ID])
			}
			if err := admin.SetRole(t.Context(), r.Store, r.ID, r.email(t, r.ana), "supervisor"); err != nil {
				t.Fatal(err)
			}
			if !ana.pulls() {
				t.Fatal("her position still counts")
			}
			if ana.begin(); !ana.conversations[c.ID] {
				t.Error("a supervisor does not see everything")
			}
			if err := admin.SetRole(t.Context(), r.Store, r.ID, r.email(t, r.ana), "agent"); err != nil {
				t.Fatal(err)
			}
			r.SetQueueAgents(t, r.complaints, r.ana, r.rui)
		})
		t.Run("commands_on_what_is_not_theirs_are_forbidden_and_tell_nothing", func(t *testing.T) {
			c := r.InQueue(t, r.complaints)
			own := r.Conversation(t, nil)
			message := r.Thread(t, c.ID)[0].ID
			for name, code := range map[string]string{
				"assign": r.assign(t, r.eva, c.ID), "note": r.note(t, r.eva, c.ID),
				"contact": r.do(t, r.eva, &hubv1.Command{Action: &hubv1.Command_UpdateContact{UpdateContact: &hubv1.UpdateContact{ContactId: c.ContactID, Name: "x"}}}),
				"merge":   r.do(t, r.eva, &hubv1.Command{Action: &hubv1.Command_MergeContacts{MergeContacts: &hubv1.MergeContacts{KeptId: own.ContactID, MergedId: c.ContactID}}}),
				"resolve": r.do(t, r.eva, &hubv1.Command{Action: &hubv1.Command_ResolveUnconfirmed{ResolveUnconfirmed: &hubv1.ResolveUnconfirmed{MessageId: message}}}),
			} {
				if code != inbox.RefusedForbidden {
					t.Errorf("%s: %q", name, code)
				}
			}
			if code := r.assign(t, r.rui, c.ID); code != "" {
				t.Errorf("Rui: %s", code)
			}
			if _, err := r.feed.Messages(t.Context(), r.eva, c.ID, 0, 10); !errors.Is(err, feed.ErrForbidden) {
				t.Errorf("messages: %v", err)
			}
			if more, err := r.feed.Conversations(t.Context(), r.eva, []string{c.ID}); err != nil || len(more) != 0 {
				t.Errorf("whole: %v, %v", more, err)
			}
			page, err := r.feed.CheckOpen(t.Context(), r.eva, "")
			if err != nil || slices.ContainsFunc(page.GetConversations(), func(o *hubv1.OpenConversation) bool { return o.GetId() == c.ID }) {
				t.Errorf("check: %v", err)
			}
		})
		t.Run("the_past_of_a_contact_whom_they_see_is_read_and_not_written_in", func(t *testing.T) {
			past := r.InQueue(t, r.complaints)
			r.change(t, past.ID, func(row *db.Conversation) { row.Status, row.ClosedMs = "closed", r.NowMs() })
			if _, err := r.feed.Messages(t.Context(), r.eva, past.ID, 0, 10); !errors.Is(err, feed.ErrForbidden) {
				t.Errorf("a stranger's past: %v", err)
			}
			r.Conversation(t, func(c *db.Conversation) { c.ContactID = past.ContactID })
			page, err := r.feed.Messages(t.Context(), r.eva, past.ID, 0, 10)
			if err != nil || len(page.GetMessages()) != 1 {
				t.Errorf("%v, %v", page, err)
			}
			if code := r.note(t, r.eva, past.ID); code != inbox.RefusedForbidden {
				t.Errorf("a note: %q", code)
			}
		})
		t.Run("files_are_seen_with_their_conversation_and_by_who_uploaded_them", func(t *testing.T) {
			c := r.InQueue(t, r.complaints)
			sent, uploaded := conversation.NewID(), conversation.NewID()
			_, err := r.Store.InTx(t.Context(), r.ID, func(tx *store.Tx) error {
				row := db.Message{
					WorkspaceID: r.ID, ID: conversation.NewID(), ConversationID: c.ID, TouchpointID: c.TouchpointID, ContactID: c.ContactID,
					No: 2, Direction: "in", Kind: "image", Content: `{"kind":"image"}`, MediaID: sent, Version: 1,
				}
				return tx.Write(t.Context(), store.Rows{Messages: []db.Message{row}, Media: []db.Media{
					{WorkspaceID: r.ID, ID: sent, State: "ready"}, {WorkspaceID: r.ID, ID: uploaded, State: "ready", AgentID: r.eva.AgentID},
				}})
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, test := range []struct {
				who  access.Actor
				file string
				want bool
			}{{r.ana, sent, true}, {r.eva, sent, false}, {r.eva, uploaded, true}, {r.eva, conversation.NewID(), false}} {
				sight, err := scope.New(r.Store).Sight(t.Context(), r.Store.Read(), test.who)
				if err != nil {
					t.Fatal(err)
				}
				if sees, err := sight.File(t.Context(), test.file); err != nil || sees != test.want {
					t.Errorf("%+v: %v, %v", test, sees, err)
				}
			}
			if code := r.do(t, r.eva, &hubv1.Command{Action: &hubv1.Command_SendMessage{SendMessage: &hubv1.SendMessage{
				ConversationId: r.Conversation(t, nil).ID, MediaId: sent, MediaKind: "image",
			}}}); code != inbox.RefusedForbidden {
				t.Errorf("another contact's picture was sent on: %q", code)
			}
		})
		t.Run("a_draft_is_told_to_nobody_else", func(t *testing.T) {
			c := r.Conversation(t, nil)
			ana, rui := r.desk(t, r.ana), r.desk(t, r.rui)
			if _, err := r.drafts.Save(t.Context(), r.ana, &hubv1.SaveDraftRequest{
				ConversationId: c.ID, Content: &hubv1.DraftContent{Text: "not yet"}, SavedMs: r.NowMs(), DeviceId: conversation.NewID(),
			}); err != nil {
				t.Fatal(err)
			}
			ana.pulls()
			rui.pulls()
			if !slices.Equal(ana.drafts, []string{"not yet"}) || len(rui.drafts) != 0 || !slices.Equal(r.desk(t, r.ana).drafts, []string{"not yet"}) {
				t.Errorf("Ana has %v, Rui %v", ana.drafts, rui.drafts)
			}
		})
	})
}
