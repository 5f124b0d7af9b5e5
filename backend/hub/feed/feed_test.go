package feed_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/feed"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/inbox"
	"parley/backend/hub/store"
	"parley/backend/hub/store/storetest"
	hubv1 "parley/backend/proto/parley/hub/v1"

	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

func TestMain(m *testing.M) { storetest.Main(m) }

type room struct {
	*hubtest.Workspace
	feed *feed.Feed
	box  *inbox.Inbox
}

func onEach(t *testing.T, rule func(t *testing.T, r *room)) {
	t.Helper()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		w := hubtest.New(t, s, 4, hubtest.Channels()...)
		rule(t, &room{w, feed.New(s, feed.NewEntities(s, w.Directory), w.Now), inbox.New(s, w.Directory, w.Now)})
	})
}

// desk keeps the newest version of everything, as a desk does.
type desk struct {
	entities map[string]*hubv1.Entity
	cursor   *hubv1.Cursor
}

func identity(t *testing.T, e *hubv1.Entity) (key string, version int64) {
	t.Helper()
	m := e.ProtoReflect()
	field := m.WhichOneof(m.Descriptor().Oneofs().ByName("kind"))
	if field == nil {
		t.Fatal("an entity of no kind")
	}
	inner := m.Get(field).Message()
	get := func(name protoreflect.Name) protoreflect.Value {
		return inner.Get(inner.Descriptor().Fields().ByName(name))
	}
	return string(field.Name()) + "/" + get("id").String(), get("version").Int()
}

func (d *desk) keep(t *testing.T, e *hubv1.Entity) {
	key, version := identity(t, e)
	if old := d.entities[key]; old != nil {
		if _, had := identity(t, old); had > version {
			return
		}
	}
	d.entities[key] = e
}

func (r *room) snapshot(t *testing.T) *desk {
	t.Helper()
	d := &desk{entities: map[string]*hubv1.Entity{}}
	for token := ""; ; {
		page, err := r.feed.Snapshot(t.Context(), r.Agents[0], token)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.GetEntities() {
			d.keep(t, e)
		}
		d.cursor = page.GetCursor()
		if token = page.GetNextPageToken(); token == "" {
			return d
		}
	}
}

// catchUp pulls until the head and checks that positions go up.
func (r *room) catchUp(t *testing.T, d *desk, limit int) {
	t.Helper()
	for {
		page, err := r.feed.Pull(t.Context(), r.Agents[0], d.cursor, limit)
		if err != nil {
			t.Fatal(err)
		}
		last := d.cursor.GetSeq()
		for _, c := range page.GetChanges() {
			if c.GetSeq() <= last {
				t.Fatalf("position %d after %d", c.GetSeq(), last)
			}
			last = c.GetSeq()
			if c.GetEntity() != nil {
				d.keep(t, c.GetEntity())
			}
		}
		if page.GetCursor().GetSeq() != last || len(page.GetChanges()) > limit {
			t.Fatalf("%d changes up to %d, the cursor is %v", len(page.GetChanges()), last, page.GetCursor())
		}
		d.cursor = page.GetCursor()
		if last >= page.GetHeadSeq() {
			return
		}
	}
}

func (r *room) execute(t *testing.T, actor access.Actor, c *hubv1.Command) {
	c.Id = conversation.NewID()
	if _, err := r.box.Execute(t.Context(), actor, c); err != nil {
		t.Error(err)
	}
}

func TestPull(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, r *room) {
		for range 5 {
			r.Conversation(t, nil)
		}
		start := r.snapshot(t).cursor
		t.Run("pages_give_everything_once_in_order", func(t *testing.T) {
			whole := &desk{map[string]*hubv1.Entity{}, &hubv1.Cursor{Epoch: start.GetEpoch()}}
			r.catchUp(t, whole, 1000)
			paged := &desk{map[string]*hubv1.Entity{}, &hubv1.Cursor{Epoch: start.GetEpoch()}}
			r.catchUp(t, paged, 3)
			if len(whole.entities) != len(paged.entities) || len(whole.entities) < 15 {
				t.Errorf("%d in one page, %d in small ones", len(whole.entities), len(paged.entities))
			}
		})
		t.Run("of_another_feed_is_reset", func(t *testing.T) {
			for name, cursor := range map[string]*hubv1.Cursor{
				"none": nil, "another epoch": {Epoch: "x", Seq: 1}, "the future": {Epoch: start.GetEpoch(), Seq: start.GetSeq() + 1},
			} {
				if _, err := r.feed.Pull(t.Context(), r.Agents[0], cursor, 10); !errors.Is(err, feed.ErrReset) {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
		t.Run("at_the_head_it_is_empty", func(t *testing.T) {
			page, err := r.feed.Pull(t.Context(), r.Agents[0], start, 0)
			if err != nil || len(page.GetChanges()) != 0 || !proto.Equal(page.GetCursor(), start) || page.GetHeadSeq() != start.GetSeq() {
				t.Errorf("%v, %v", page, err)
			}
		})
		t.Run("a_page_token_of_nobody_is_refused", func(t *testing.T) {
			for _, token := range []string{"!", "AAAA"} {
				if _, err := r.feed.Snapshot(t.Context(), r.Agents[0], token); !errors.Is(err, feed.ErrPageToken) {
					t.Errorf("%q: %v", token, err)
				}
			}
		})
	})
}

func TestMessages(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, r *room) {
		c := r.Conversation(t, nil)
		r.execute(t, r.Agents[0], &hubv1.Command{Action: &hubv1.Command_Assign{Assign: &hubv1.Assign{ConversationId: c.ID}}})
		for range 5 {
			r.execute(t, r.Agents[0], &hubv1.Command{Action: &hubv1.Command_SendMessage{SendMessage: &hubv1.SendMessage{ConversationId: c.ID, Text: "x"}}})
		}
		before, want := int64(0), int64(7)
		for {
			page, err := r.feed.Messages(t.Context(), r.Agents[0], c.ID, before, 3)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range page.GetMessages() {
				if m.GetNo() != want {
					t.Fatalf("line %d, want %d", m.GetNo(), want)
				}
				want, before = want-1, m.GetNo()
			}
			if page.GetComplete() {
				break
			}
		}
		if want != 0 {
			t.Errorf("the lines up to %d are missing", want)
		}
	})
}

// A desk that takes its snapshot while others write, and pulls afterwards, has what the hub has.
func TestSnapshotAndPullConverge(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, r *room) {
		var ids []string
		for range 230 { // more than a page
			ids = append(ids, r.Conversation(t, nil).ID)
		}
		var writers sync.WaitGroup
		for n, actor := range r.Agents {
			writers.Go(func() {
				random := rand.New(rand.NewPCG(uint64(n), 3))
				for range 60 {
					id := ids[random.IntN(len(ids))]
					switch random.IntN(5) {
					case 0:
						r.execute(t, actor, &hubv1.Command{Action: &hubv1.Command_SendToInbox{SendToInbox: &hubv1.SendToInbox{ConversationId: id, Note: "n"}}})
					case 1:
						r.execute(t, actor, &hubv1.Command{Action: &hubv1.Command_EndChat{EndChat: &hubv1.EndChat{ConversationId: id}}})
					case 2:
						r.execute(t, actor, &hubv1.Command{Action: &hubv1.Command_SendMessage{SendMessage: &hubv1.SendMessage{ConversationId: id, Text: "x"}}})
					default:
						r.execute(t, actor, &hubv1.Command{Action: &hubv1.Command_Assign{Assign: &hubv1.Assign{ConversationId: id}}})
					}
				}
			})
		}
		var desks []*desk
		for i := range 3 {
			d := r.snapshot(t)
			r.catchUp(t, d, 50+i)
			desks = append(desks, d)
		}
		writers.Wait()
		entities := feed.NewEntities(r.Store, r.Directory)
		fresh := r.snapshot(t)
		for n, d := range desks {
			r.catchUp(t, d, 40)
			for key, want := range fresh.entities {
				if !proto.Equal(d.entities[key], want) {
					t.Fatalf("desk %d has %v, the hub %v", n, d.entities[key], want)
				}
			}
			for _, id := range ids { // also those that have left the Inbox
				want, err := entities.Entity(t.Context(), r.ID, store.TypeConversation, id)
				if err != nil {
					t.Fatal(err)
				}
				if got := d.entities["conversation/"+id]; !proto.Equal(got, want) {
					t.Fatalf("desk %d has %v, the hub %v", n, got, want)
				}
			}
		}
	})
}

func TestWatch(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, r *room) {
		start := r.snapshot(t).cursor
		watch := func(ctx context.Context, send func(*hubv1.Frame) error, still func() error) <-chan error {
			ended := make(chan error, 1)
			go func() { ended <- r.feed.Watch(ctx, r.Agents[0], start, send, still) }()
			return ended
		}
		fine := func() error { return nil }
		receive := func(frames <-chan *hubv1.Frame) *hubv1.Frame {
			t.Helper()
			select {
			case f := <-frames:
				return f
			case <-time.After(20 * time.Second):
				t.Fatal("no frame came")
				return nil
			}
		}
		t.Run("sends_what_is_committed_and_ends_with_its_context", func(t *testing.T) {
			frames := make(chan *hubv1.Frame, 100)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			ended := watch(ctx, func(f *hubv1.Frame) error { frames <- f; return nil }, fine)
			if f := receive(frames); f.GetHeartbeat().GetHeadSeq() != start.GetSeq() {
				t.Errorf("first %v", f)
			}
			if r.feed.Watchers() != 1 {
				t.Errorf("%d watch", r.feed.Watchers())
			}
			last := start.GetSeq()
			for range 3 {
				c := r.Conversation(t, nil)
				for found := false; !found; {
					f := receive(frames)
					for _, change := range f.GetChanges().GetChanges() {
						if change.GetSeq() != last+1 {
							t.Fatalf("position %d after %d", change.GetSeq(), last)
						}
						last = change.GetSeq()
						found = found || change.GetId() == c.LastMessageID
					}
				}
			}
			stop()
			if err := <-ended; !errors.Is(err, context.Canceled) {
				t.Errorf("it ended with %v", err)
			}
			if r.feed.Watchers() != 0 {
				t.Errorf("%d still watch", r.feed.Watchers())
			}
		})
		t.Run("ends_when_the_reader_is_gone_or_may_not_go_on", func(t *testing.T) {
			gone := errors.New("gone")
			if err := <-watch(t.Context(), func(*hubv1.Frame) error { return gone }, fine); !errors.Is(err, gone) {
				t.Errorf("got %v", err)
			}
			// The cursor stands at the head, so that a heartbeat is due first.
			start = r.snapshot(t).cursor
			if err := <-watch(t.Context(), func(*hubv1.Frame) error { return nil }, func() error { return access.ErrNoSession }); !errors.Is(err, access.ErrNoSession) {
				t.Errorf("got %v", err)
			}
		})
		t.Run("resets_a_cursor_of_another_feed", func(t *testing.T) {
			err := r.feed.Watch(t.Context(), r.Agents[0], &hubv1.Cursor{Epoch: "x"}, func(*hubv1.Frame) error { return nil }, fine)
			if !errors.Is(err, feed.ErrReset) {
				t.Errorf("got %v", err)
			}
		})
	})
}

func TestNothingIsLeftRunning(t *testing.T) {
	s := storetest.Open(t, "sqlite")
	w := hubtest.New(t, s, 1, hubtest.Channels()...)
	f := feed.New(s, feed.NewEntities(s, w.Directory), w.Now)
	head, err := s.Read().Head(t.Context(), w.ID)
	if err != nil {
		t.Fatal(err)
	}
	before := goleak.IgnoreCurrent()
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	began := make(chan struct{}, 20)
	for range 20 {
		group.Go(func() {
			_ = f.Watch(ctx, w.Agents[0], &hubv1.Cursor{Epoch: head.Epoch, Seq: head.Seq}, func(*hubv1.Frame) error { began <- struct{}{}; return nil }, func() error { return nil })
		})
	}
	for range 20 {
		<-began
	}
	stop()
	group.Wait()
	goleak.VerifyNone(t, before)
}
