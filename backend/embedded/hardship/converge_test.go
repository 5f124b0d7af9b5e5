package hardship_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	gosync "sync"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/desk"
	"parley/backend/desk/cache"
	"parley/backend/desk/hubclient"
	"parley/backend/desk/outbox"
	"parley/backend/desk/sync"
	"parley/backend/hub"
	"parley/backend/hub/access"
	"parley/backend/hub/admin"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/touchpoint"

	"pgregory.net/rapid"
)

// convergeEnv makes TestConverge try more worlds: PARLEY_CONVERGE=200.
const convergeEnv = "PARLEY_CONVERGE"

// world is a hub that comes and goes, two desks of one agent, one of a colleague, and a network that loses answers, sends
// things twice, and late.
type world struct {
	t      *testing.T
	r      *rapid.T
	folder string
	ids    []string // conversations
	erased []string // those whose contact was erased

	mu     gosync.Mutex
	hub    *hub.Hub // nil while it is down
	store  *store.Store
	desks  []*seat
	emails []string
	words  int
}

// seat is one desk.
type seat struct {
	*desk.Desk
	w      *world
	folder string
	email  string
	stop   func()

	mu      gosync.Mutex
	lose    int      // so many answers are lost
	twice   int      // so many requests come twice
	late    [][]byte // commands that come once more, later
	refused map[string]bool
	sent    []sent
	notes   []noted
}

// noted is a note that was written.
type noted struct{ conversationID, text string }

type sent struct{ conversationID, id, text string }

func newWorld(t *testing.T, r *rapid.T) *world {
	w := &world{t: t, r: r, folder: t.TempDir(), emails: []string{"ana@example.com", "ana@example.com", "rui@example.com"}}
	w.open()
	ctx := t.Context()
	workspaceID, err := admin.Create(ctx, w.store, admin.Workspace{Name: "Ondaverde", Dispositions: admin.StandardDispositions})
	w.must(err)
	for _, email := range []string{"ana@example.com", "rui@example.com"} {
		_, err := admin.AddAgent(ctx, w.store, workspaceID, admin.Agent{Email: email, Name: email, Role: "agent"})
		w.must(err)
	}
	row, err := admin.AddTouchpoint(ctx, w.store, w.hub.Sealer, workspaceID, w.hub.Directory.Adapter(conversation.ChannelWhatsApp).Window(), admin.Touchpoint{
		Channel: conversation.ChannelWhatsApp, Name: "Bookings", AccountID: "1", BusinessID: "2",
		Secrets: touchpoint.Secrets{Token: "t", AppSecret: channel.Secret("s").Reveal(), VerifyToken: "v"},
	})
	w.must(err)
	w.must(w.hub.Directory.Reload(ctx))
	for range 3 {
		w.begins(row)
	}
	for i, email := range w.emails {
		s := &seat{w: w, folder: t.TempDir(), email: email, refused: map[string]bool{}}
		w.desks = append(w.desks, s)
		s.sit()
		w.until(fmt.Sprint("desk live ", i), func() bool { return s.state() == sync.Live })
	}
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) until(what string, holds func() bool) {
	for deadline := time.Now().Add(30 * time.Second); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.r.Fatalf("did not happen: %s", what)
		}
	}
}

// open brings the hub up. Nothing is delivered to Meta: that is another test's.
func (w *world) open() {
	config := hub.InFolder(w.folder)
	config.Adapters = hubtest.Channels()
	h, err := hub.New(context.Background(), config)
	w.must(err)
	w.mu.Lock()
	w.hub, w.store = h, h.Store
	w.mu.Unlock()
}

func (w *world) shut() {
	w.mu.Lock()
	h := w.hub
	w.hub = nil
	w.mu.Unlock()
	h.Drain()
	time.Sleep(50 * time.Millisecond) // what is under way ends
	w.must(h.Close())
	for _, s := range w.desks {
		w.until("the desk notices that the hub is away", func() bool { return s.state() == sync.Offline })
	}
}

// ServeHTTP is the hub, when it is there.
func (w *world) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	h := w.hub
	w.mu.Unlock()
	if h == nil {
		http.Error(rw, "away", http.StatusServiceUnavailable)
		return
	}
	h.Handler().ServeHTTP(rw, r)
}

// begins is a new contact who writes.
func (w *world) begins(t db.Touchpoint) {
	now := time.Now().UnixMilli()
	person := db.Contact{WorkspaceID: t.WorkspaceID, ID: conversation.NewID(), Name: "Contact", Version: 1, CreatedMs: now}
	c := db.Conversation{
		WorkspaceID: t.WorkspaceID, ID: conversation.NewID(), ContactID: person.ID, TouchpointID: t.ID, QueueID: t.QueueID,
		Status: "queued", OpenedMs: now, Version: 1,
	}
	w.ids = append(w.ids, c.ID)
	_, err := w.store.InTx(w.t.Context(), t.WorkspaceID, func(tx *store.Tx) error {
		tx.Changed(store.TypeContact, person.ID)
		tx.Changed(store.TypeConversation, c.ID)
		return tx.Write(w.t.Context(), store.Rows{Contacts: []db.Contact{person}, PutConversations: []db.Conversation{c}})
	})
	w.must(err)
	w.writes(c.ID)
}

// writes is a message of the contact.
func (w *world) writes(id string) {
	w.words++
	now, text := time.Now().UnixMilli(), fmt.Sprint("in", w.words)
	workspaces, err := w.store.Read().Workspaces(w.t.Context())
	w.must(err)
	_, err = w.store.InTx(w.t.Context(), workspaces[0].ID, func(tx *store.Tx) error {
		rows, err := tx.LockConversations(w.t.Context(), []string{id})
		if err != nil {
			return err
		}
		c := rows[0]
		c.LastNo++
		c.Version++
		m := db.Message{
			WorkspaceID: c.WorkspaceID, ID: conversation.NewID(), ConversationID: id, TouchpointID: c.TouchpointID, ContactID: c.ContactID,
			No: c.LastNo, Direction: "in", Kind: "text", SentMs: now, CreatedMs: now, Content: `{"kind":"text","text":"` + text + `"}`,
			ProviderID: "wamid." + text, Version: 1, Attempt: 1,
		}
		c.LastMessageID, c.LastInboundID, c.LastMessageMs, c.LastInboundMs, c.Preview, c.LastKind, c.LastDirection = m.ID, m.ID, now, now, text, "text", "in"
		c.Unread++
		c.WindowUntilMs, c.WindowReason = now+86_400_000, "message"
		tx.Changed(store.TypeConversation, id)
		tx.Changed(store.TypeMessage, m.ID)
		return tx.Write(w.t.Context(), store.Rows{PutConversations: []db.Conversation{c}, Messages: []db.Message{m}})
	})
	w.must(err)
}

// sit opens the desk and makes it work.
func (s *seat) sit() {
	wire := hubclient.NewEmbedded(s.w)
	d, err := desk.Open(context.Background(), desk.Options{
		Folder: s.folder, BaseURL: "http://hub", HTTPClient: &http.Client{Transport: network{s, wire}}, Log: slog.New(slog.DiscardHandler),
		SignIn: func(ctx context.Context) (string, error) {
			s.w.mu.Lock()
			h := s.w.hub
			s.w.mu.Unlock()
			if h == nil {
				return "", errors.New("away")
			}
			agent, err := h.Store.Read().AgentByEmail(ctx, s.email)
			if err != nil {
				return "", err
			}
			return h.Access.Open(ctx, agent, "desk", "test")
		},
		Event: func(e desk.Event) {
			if e.Kind == desk.EventRefused {
				s.mu.Lock()
				s.refused[e.MessageID] = true
				s.mu.Unlock()
			}
		},
	})
	s.w.must(err)
	s.Desk = d
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = d.Serve(ctx) }()
	s.stop = func() {
		cancel()
		<-ended
		s.w.must(d.Close())
		wire.Close()
	}
}

func (s *seat) state() sync.State {
	c, err := s.Connection(s.w.t.Context())
	s.w.must(err)
	return c.State
}

// network loses answers, and sends requests twice, at once and later.
type network struct {
	s    *seat
	next http.RoundTripper
}

func (n network) RoundTrip(r *http.Request) (*http.Response, error) {
	acts := strings.HasSuffix(r.URL.Path, "/Execute") || strings.HasSuffix(r.URL.Path, "/SaveDraft")
	if !acts {
		return n.next.RoundTrip(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	again := func(content []byte) (*http.Response, error) {
		copied := r.Clone(r.Context())
		copied.Body = io.NopCloser(bytes.NewReader(content))
		copied.ContentLength = int64(len(content))
		return n.next.RoundTrip(copied)
	}
	n.s.mu.Lock()
	lose, twice := n.s.lose > 0, n.s.twice > 0
	n.s.lose, n.s.twice = max(0, n.s.lose-1), max(0, n.s.twice-1)
	late := n.s.late
	n.s.late = nil
	if twice && strings.HasSuffix(r.URL.Path, "/Execute") {
		n.s.late = append(n.s.late, body)
	}
	n.s.mu.Unlock()
	if strings.HasSuffix(r.URL.Path, "/Execute") {
		for _, old := range late {
			discard(again(old))
		}
	}
	if twice {
		discard(again(body))
	}
	answer, err := again(body)
	if lose && err == nil {
		discard(answer, nil)
		return nil, errors.New("the answer was lost")
	}
	return answer, err
}

func discard(r *http.Response, err error) {
	if err == nil {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
}

// act does one thing that happens.
func (w *world) act() {
	ctx := w.t.Context()
	s := w.desks[rapid.IntRange(0, len(w.desks)-1).Draw(w.r, "desk")] // a seat itself, printed, would be read while it works
	id := rapid.SampledFrom(w.ids).Draw(w.r, "conversation")
	w.words++
	word := fmt.Sprint("word", w.words)
	moved := func(o outbox.Outcome, err error) {
		if err != nil && !errors.Is(err, desk.ErrNotFound) {
			w.r.Fatalf("%v", err)
		}
	}
	switch what := rapid.SampledFrom([]string{
		"contact", "send", "send", "send", "note", "read", "assign", "assign", "back", "close", "type", "type", "lose", "twice", "hub", "desk", "erase",
	}).Draw(w.r, "what"); what {
	case "contact":
		if w.hub != nil {
			w.writes(id)
		}
	case "send":
		thread, err := s.OpenThread(ctx, id, 5)
		w.must(err)
		seen := ""
		for _, m := range thread.Messages {
			if m.No > 0 {
				seen = m.Id
			}
		}
		draft, err := s.Draft(ctx, id)
		w.must(err)
		messages, err := s.Send(ctx, cache.Draft{ConversationID: id, Text: word, SeenMs: draft.SavedMs}, seen)
		w.must(err)
		s.sent = append(s.sent, sent{id, messages[0].Id, word})
	case "note":
		outcome, err := s.SaveNote(ctx, id, "", word)
		moved(outcome, err)
		s.notes = append(s.notes, noted{id, word})
	case "read":
		page, err := s.OpenThread(ctx, id, 1)
		w.must(err)
		if len(page.Messages) > 0 {
			w.must(s.MarkRead(ctx, id, page.Messages[0].Id))
		}
	case "assign":
		if s.state() == sync.Live {
			moved(s.Assign(ctx, id))
		}
	case "back":
		moved(s.SendToInbox(ctx, id, ""))
	case "close":
		moved(s.EndChat(ctx, id))
		moved(s.DismissWrapUp(ctx, id))
	case "type":
		draft, err := s.Draft(ctx, id)
		w.must(err)
		w.must(s.SaveDraft(ctx, cache.Draft{ConversationID: id, Text: strings.TrimSpace(draft.Text + " " + word), SeenMs: draft.SavedMs}))
	case "lose", "twice":
		s.mu.Lock()
		if what == "lose" {
			s.lose = rapid.IntRange(1, 3).Draw(w.r, "answers")
		} else {
			s.twice = rapid.IntRange(1, 3).Draw(w.r, "requests")
		}
		s.mu.Unlock()
	case "hub":
		if w.hub != nil {
			w.shut()
		} else {
			w.open()
		}
	case "desk":
		s.restart()
	case "erase":
		if w.hub != nil && len(w.ids) > 1 {
			w.erase(id)
		}
	}
}

// erase has the hub forget the contact of a conversation, whatever desks have typed to them and not sent.
func (w *world) erase(id string) {
	ctx := w.t.Context()
	workspaces, err := w.store.Read().Workspaces(ctx)
	w.must(err)
	row, err := w.store.Read().Conversation(ctx, db.ConversationParams{WorkspaceID: workspaces[0].ID, ID: id})
	w.must(err)
	w.hub.Eraser.Rest = time.Millisecond
	contactID, err := w.hub.Eraser.Ask(ctx, access.Actor{WorkspaceID: row.WorkspaceID}, row.ContactID)
	w.must(err)
	w.must(w.hub.Erase(ctx, row.WorkspaceID, contactID))
	w.ids, w.erased = slices.DeleteFunc(w.ids, func(one string) bool { return one == id }), append(w.erased, id)
	for _, s := range w.desks {
		s.sent = slices.DeleteFunc(s.sent, func(one sent) bool { return one.conversationID == id })
		s.notes = slices.DeleteFunc(s.notes, func(one noted) bool { return one.conversationID == id })
	}
}

// judgeErased looks whether a contact is gone everywhere, with what was typed to them.
func (w *world) judgeErased(workspaceID, id string) {
	ctx := w.t.Context()
	if _, err := w.store.Read().Conversation(ctx, db.ConversationParams{WorkspaceID: workspaceID, ID: id}); !store.NotFound(err) {
		w.r.Fatalf("the hub still has what was erased: %v", err)
	}
	for n, s := range w.desks {
		w.until(fmt.Sprintf("desk %d has forgotten %s", n, id), func() bool {
			_, err := s.OpenThread(ctx, id, 10)
			d, draftErr := s.Draft(ctx, id)
			w.must(draftErr)
			return errors.Is(err, desk.ErrErased) && d.Empty()
		})
	}
}

// restart ends the desk and begins it again: what was typed is there at once, without the hub.
func (s *seat) restart() {
	ctx := s.w.t.Context()
	before := map[string]desk.Draft{}
	s.stop()
	kept, _, err := cache.Open(ctx, s.folder)
	s.w.must(err)
	for _, id := range s.w.ids {
		draft, err := kept.Read().Draft(ctx, id)
		s.w.must(err)
		before[id] = desk.Draft{Draft: draft}
	}
	s.w.must(kept.Close())
	down := s.w.hub == nil
	s.sit()
	for _, id := range s.w.ids {
		after, err := s.Draft(ctx, id)
		s.w.must(err)
		if down && after.Text != before[id].Text {
			s.w.r.Fatalf("a restart made %q of the draft %q", after.Text, before[id].Text)
		}
	}
}

// settle ends all trouble and waits until everybody has come to rest.
func (w *world) settle() {
	if w.hub == nil {
		w.open()
	}
	for _, s := range w.desks {
		s.mu.Lock()
		s.lose, s.twice, s.late = 0, 0, nil
		s.mu.Unlock()
	}
	for i, s := range w.desks {
		w.until(fmt.Sprint("outbox empty ", i), func() bool {
			c, err := s.Refresh(w.t.Context())
			w.must(err)
			return c.State == sync.Live && c.Waiting == 0
		})
	}
}

// judge compares everybody with the hub.
func (w *world) judge() {
	ctx := w.t.Context()
	workspaces, err := w.store.Read().Workspaces(ctx)
	w.must(err)
	workspaceID := workspaces[0].ID
	texts, order := map[string]int{}, map[string]int64{}
	for _, id := range w.ids {
		row, err := w.store.Read().Conversation(ctx, db.ConversationParams{WorkspaceID: workspaceID, ID: id})
		w.must(err)
		lines, err := w.store.Read().MessagesBefore(ctx, db.MessagesBeforeParams{WorkspaceID: workspaceID, ConversationID: id, BeforeNo: 1 << 60, N: 10_000})
		w.must(err)
		slices.Reverse(lines)
		for i, m := range lines {
			if m.No != int64(i+1) {
				w.r.Fatalf("line %d has number %d", i+1, m.No)
			}
			texts[m.Content]++
			order[m.ID] = m.No
		}
		for n, s := range w.desks {
			w.until(fmt.Sprintf("desk %d has conversation %s as the hub has it", n, id), func() bool {
				rows, err := s.Conversations(ctx, []string{id})
				w.must(err)
				page, err := s.OpenThread(ctx, id, 500)
				w.must(err)
				same := len(rows) == 1 && rows[0].Version == row.Version && rows[0].Status == row.Status && len(page.Messages) == len(lines)
				for _, m := range page.Messages {
					same = same && order[m.Id] == m.No && m.No > 0
				}
				return same
			})
		}
		w.until("both desks of the agent have one draft", func() bool {
			var here []string
			for _, s := range w.desks[:2] {
				d, err := s.Draft(ctx, id)
				w.must(err)
				here = append(here, d.Text)
			}
			return here[0] == here[1]
		})
	}
	for _, id := range w.erased {
		w.judgeErased(workspaceID, id)
	}
	for text, n := range texts {
		if n > 1 && strings.Contains(text, "word") {
			w.r.Fatalf("%s came %d times", text, n)
		}
	}
	for n, s := range w.desks {
		last := map[string]int64{}
		for _, one := range s.sent {
			no, arrived := order[one.id]
			if !arrived && !s.gaveBack(one) {
				w.r.Fatalf("desk %d: %q is neither at the hub nor was it given back", n, one.text)
			}
			if arrived && no < last[one.conversationID] {
				w.r.Fatalf("desk %d: %q overtook what was sent before it", n, one.text)
			}
			last[one.conversationID] = max(last[one.conversationID], no)
		}
	}
	for _, s := range w.desks {
		for _, one := range s.notes {
			found := 0
			for _, id := range w.ids {
				notes, err := w.store.Read().NotesOfConversation(ctx, db.NotesOfConversationParams{WorkspaceID: workspaceID, ConversationID: id})
				w.must(err)
				for _, note := range notes {
					if note.Text == one.text {
						found++
					}
				}
			}
			if found != 1 {
				w.r.Fatalf("note %q is there %d times", one.text, found)
			}
		}
	}
}

// gaveBack reports whether the agent was told that a send was not carried out, or has it as a draft.
func (s *seat) gaveBack(one sent) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refused[one.id] {
		return true
	}
	for _, other := range s.w.desks {
		d, err := other.Draft(s.w.t.Context(), one.conversationID)
		s.w.must(err)
		if strings.Contains(d.Text, one.text) || strings.Contains(d.Previous.Text, one.text) {
			return true
		}
	}
	return false
}

func (w *world) end() {
	for _, s := range w.desks {
		s.stop()
	}
	w.mu.Lock()
	h := w.hub
	w.hub = nil
	w.mu.Unlock()
	if h != nil {
		h.Drain()
		w.must(h.Close())
	}
}

// Whatever agents do while answers get lost, things come twice or late, and hub and desks are restarted: in the end all
// desks have what the hub has, every command was carried out once or given back, in the order of its conversation, and an
// agent's draft is the same on both computers.
func TestConverge(t *testing.T) {
	checks := "5"
	if told := os.Getenv(convergeEnv); told != "" {
		checks = told
	}
	if err := flag.Set("rapid.checks", checks); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t, r)
		defer w.end()
		for range rapid.IntRange(10, 40).Draw(r, "acts") {
			w.act()
		}
		w.settle()
		w.judge()
	})
}
