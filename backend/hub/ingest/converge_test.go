package ingest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/backend/channel/graph"
	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/inbox"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
	hubv1 "parley/backend/proto/parley/hub/v1"

	"pgregory.net/rapid"
)

// step is one thing that happened at Meta, in words that fit any person.
type step struct {
	kind string // text, reaction, echo, or a status word
	of   string // statuses: "ours" or the name of an echo
	name string
	atMs int64
	code int
}

// story is what happened after a contact's first message and our answer to it, and how Meta tells it.
type story struct {
	steps    []step
	arrivals []int // indexes of steps, with repeats
	cuts     []int // how many of them each webhook holds
}

// stories draws what happens within two hours around our answer. Each thing has a second of its own.
var stories = rapid.Custom(func(t *rapid.T) story {
	var s story
	seconds := rapid.Permutation(seconds(120)).Draw(t, "seconds")
	next := func() int64 {
		at := hubtest.Start + int64(seconds[len(s.steps)]-60)*60_000
		return at
	}
	for i := range rapid.IntRange(1, 5).Draw(t, "messages") {
		kind := rapid.SampledFrom([]string{"text", "text", "text", "reaction"}).Draw(t, "kind")
		s.steps = append(s.steps, step{kind: kind, name: fmt.Sprintf("in%d", i), atMs: next()})
	}
	echoes := rapid.IntRange(0, 2).Draw(t, "echoes")
	written, writtenMs := []string{"ours"}, []int64{hubtest.Start}
	for i := range echoes {
		name := fmt.Sprintf("echo%d", i)
		s.steps = append(s.steps, step{kind: "echo", name: name, atMs: next()})
		written, writtenMs = append(written, name), append(writtenMs, s.steps[len(s.steps)-1].atMs)
	}
	for i, of := range written { // Meta reports each state of a message once, however often it says so
		for _, state := range []string{"sent", "delivered", "read", "failed"} {
			if rapid.IntRange(0, 2).Draw(t, of+" "+state) == 0 {
				code := rapid.SampledFrom([]int{131047, 131026}).Draw(t, "code")
				atMs := writtenMs[i] + rapid.Int64Range(0, 3600).Draw(t, "after")*1000
				s.steps = append(s.steps, step{kind: state, of: of, atMs: atMs, code: code})
			}
		}
	}
	all := make([]int, len(s.steps))
	for i := range all {
		all[i] = i
	}
	repeats := rapid.SliceOfN(rapid.SampledFrom(all), 0, 4).Draw(t, "repeats")
	s.arrivals = rapid.Permutation(slices.Concat(all, repeats)).Draw(t, "arrivals")
	s.cuts = rapid.SliceOfN(rapid.IntRange(1, 4), len(s.arrivals), len(s.arrivals)).Draw(t, "cuts")
	return s
})

func seconds(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i + 1
	}
	return all
}

// part is a step as Meta tells it of one person.
func (s step) part(who person, ours string) part {
	id := func(name string) string { return "wamid." + who.phone + "." + name }
	switch s.kind {
	case "text":
		return text(who, id(s.name), s.atMs, s.name)
	case "reaction":
		return message(who, id(s.name), s.atMs, "reaction", object{"message_id": id("first"), "emoji": "👍"})
	case "echo":
		return echo(who, id(s.name), s.atMs, s.name)
	}
	if s.of == "ours" {
		return status(who, id("ours"), ours, s.kind, s.atMs, s.code)
	}
	return status(who, id(s.of), "", s.kind, s.atMs, s.code)
}

// begin is a conversation with a first message, assigned, and an answer on its way to Meta.
func (d *door) begin(t fatal, box *inbox.Inbox, actor access.Actor) (who person, ours string) {
	who = somebody()
	d.accept(t, conversation.ChannelWhatsApp, webhook(text(who, "wamid."+who.phone+".first", hubtest.Start-3*time.Hour.Milliseconds(), "first")))
	id := d.only(t, who).ID
	ours = conversation.NewID()
	for _, c := range []*hubv1.Command{
		{Id: conversation.NewID(), Action: &hubv1.Command_Assign{Assign: &hubv1.Assign{ConversationId: id}}},
		{Id: ours, Action: &hubv1.Command_SendMessage{SendMessage: &hubv1.SendMessage{ConversationId: id, Text: "ours"}}},
	} {
		if ack, err := box.Execute(context.Background(), actor, c); err != nil || ack.GetRefusal() != nil {
			t.Fatalf("%v, %v", ack, err)
		}
	}
	return who, ours
}

// ending is what must be the same in the end, without ids.
func (d *door) ending(t fatal, who person, ours string) string {
	t.Helper()
	c := d.only(t, who)
	rows, err := d.Store.Read().MessagesBefore(context.Background(), db.MessagesBeforeParams{WorkspaceID: d.ID, ConversationID: c.ID, BeforeNo: 1 << 62, N: 1000})
	if err != nil {
		t.Fatalf("%v", err)
	}
	var lines []string
	troubled := int64(0)
	for _, m := range rows {
		if m.State == "failed" || m.State == "unconfirmed" {
			troubled++
		}
		if m.Direction == "event" {
			continue
		}
		text, _ := json.Marshal([]any{m.Direction, m.Kind, m.Content, m.SentMs, m.State, m.AcceptedMs, m.DeliveredMs, m.ReadMs, m.FailedMs, m.Failure, m.Elsewhere, m.ProviderID})
		lines = append(lines, string(text))
	}
	slices.Sort(lines)
	last := "?"
	for _, m := range rows {
		if m.ID == c.LastMessageID {
			last = fmt.Sprint(m.Content, m.State == c.LastState)
		}
	}
	if troubled != c.Troubled {
		t.Fatalf("%d messages are troubled, the conversation says %d", troubled, c.Troubled)
	}
	text := fmt.Sprintln(c.Status, c.Unread, c.WaitingSinceMs, c.LastMessageMs, last, c.Preview, c.LastKind, c.LastDirection, c.LastState,
		c.LastInboundMs, c.WindowUntilMs, c.WindowReason, c.OpenedMs) + strings.Join(lines, "\n")
	return strings.NewReplacer(who.phone, "PHONE", who.userID, "USER", ours, "OURS").Replace(text)
}

// tell lets two people live through the same story, one told in order and one as it arrives, and compares.
func (d *door) tell(t fatal, box *inbox.Inbox, s story) {
	t.Helper()
	calm, ours := d.begin(t, box, d.Agents[0])
	inOrder := slices.Clone(s.steps)
	slices.SortFunc(inOrder, func(a, b step) int { return int(a.atMs - b.atMs) })
	for _, st := range inOrder {
		d.accept(t, conversation.ChannelWhatsApp, webhook(st.part(calm, ours)))
	}
	want := d.ending(t, calm, ours)

	hectic, ours := d.begin(t, box, d.Agents[0])
	var sending sync.WaitGroup
	errs := make(chan error, len(s.arrivals))
	rest := s.arrivals
	for _, n := range s.cuts {
		n = min(n, len(rest))
		if n == 0 {
			break
		}
		var parts []part
		for _, i := range rest[:n] {
			parts = append(parts, s.steps[i].part(hectic, ours))
		}
		rest = rest[n:]
		raw := encode(webhook(parts...))
		send := func() {
			errs <- d.in.Accept(context.Background(), conversation.ChannelWhatsApp, raw, graph.Sign(raw, hubtest.AppSecret))
		}
		if n%2 == 0 { // some at the same time, so that they share a transaction
			sending.Go(send)
		} else {
			send()
		}
	}
	sending.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Fatalf("webhook not taken: %v", err)
		}
	}
	d.settle(t)
	if got := d.ending(t, hectic, ours); got != want {
		t.Fatalf("in order it ends as\n%s\nas it arrived\n%s", want, got)
	}
}

func TestAnyOrder(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		d := open(t, storetest.Open(t, "sqlite"))
		box := inbox.New(d.Store, d.Directory, d.Now)
		rapid.Check(t, func(t *rapid.T) { d.tell(t, box, stories.Draw(t, "story")) })
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		d := open(t, storetest.Open(t, "postgres"))
		box := inbox.New(d.Store, d.Directory, d.Now)
		for seed := range 12 {
			d.tell(t, box, stories.Example(seed))
		}
	})
}

// crowd delivers the same webhooks from many goroutines to some ingesters and counts what is stored.
func crowd(t *testing.T, doors ...*door) {
	const people, each, deliverers = 6, 5, 12
	var bodies [][]byte
	var crowd []person
	for range people {
		who := somebody()
		crowd = append(crowd, who)
		for i := range each {
			bodies = append(bodies, encode(webhook(text(who, fmt.Sprintf("wamid.%s.%d", who.phone, i), hubtest.Start+int64(i)*1000, "x"))))
		}
	}
	var group sync.WaitGroup
	for n := range deliverers {
		group.Go(func() {
			for i := range bodies {
				raw := bodies[(i*7+n*11)%len(bodies)]
				d := doors[(i+n)%len(doors)]
				if err := d.in.Accept(t.Context(), conversation.ChannelWhatsApp, raw, graph.Sign(raw, hubtest.AppSecret)); err != nil {
					t.Errorf("webhook not taken: %v", err)
				}
			}
		})
	}
	group.Wait()
	d := doors[0]
	d.settle(t)
	for _, who := range crowd {
		c := d.only(t, who)
		thread := d.Thread(t, c.ID)
		if len(thread) != each || c.Unread != each || c.LastNo != each || c.WaitingSinceMs != hubtest.Start || c.LastMessageMs != hubtest.Start+4000 {
			t.Errorf("%d messages of %d; conversation %+v", len(thread), each, c)
		}
		for i, m := range thread {
			if m.No != int64(i+1) {
				t.Errorf("line %d has the number %d", i+1, m.No)
			}
		}
	}
}

func TestAccept(t *testing.T) {
	t.Run("the_same_webhooks_from_many_sides_are_stored_once", func(t *testing.T) {
		storetest.OnEach(t, func(t *testing.T, s *store.Store) { crowd(t, open(t, s)) })
	})
	t.Run("two_hubs_on_one_database_store_each_once", func(t *testing.T) {
		config := storetest.Config(t, "postgres")
		var doors []*door
		first, err := store.Open(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = first.Close() })
		w := hubtest.New(t, first, 1, hubtest.Channels()...)
		doors = append(doors, another(t, w))
		second, err := store.Open(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = second.Close() })
		doors = append(doors, another(t, w.Elsewhere(t, second)))
		crowd(t, doors...)
	})
}
