package hook_test

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"parley/backend/hub/hook"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// move puts a conversation into another queue.
func (o *office) move(c db.Conversation, queueID string) {
	o.t.Helper()
	_, err := o.Store.InTx(o.t.Context(), o.ID, func(tx *store.Tx) error {
		rows, err := tx.LockConversations(o.t.Context(), []string{c.ID})
		for i := range rows {
			rows[i].QueueID, rows[i].Version = queueID, rows[i].Version+1
			tx.Changed(store.TypeConversation, rows[i].ID)
		}
		return errors.Join(err, tx.Write(o.t.Context(), store.Rows{PutConversations: rows}))
	})
	o.must(err)
}

// words are what was told of a conversation and what belongs to it, repeats left out.
func (r *receiver) words(c db.Conversation) (words []string) {
	seen := map[string]bool{}
	for _, e := range r.all() {
		if (e.Data.ID == c.ID || e.Data.ConversationID == c.ID) && !seen[e.ID] {
			words = append(words, e.Type)
		}
		seen[e.ID] = true
	}
	return words
}

// A receiver that is kept to some queues hears that a conversation left them, once, whatever else it is told, and nothing of
// what happens there; when it comes back it hears of it again.
func TestLeaves(t *testing.T) {
	for name, tells := range map[string][]string{"everything": hook.Everything, "messages alone": {hook.Messages}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onEach(t, func(t *testing.T, o *office) {
				legal := o.Queue(t, "Legal")
				r := receive(t)
				lost := false
				r.set(func(_ http.ResponseWriter, e told) bool {
					if e.Type == "conversation.left" && !lost {
						lost = true
						panic(http.ErrAbortHandler) // the answer is lost: it comes again
					}
					return true
				})
				o.add(r, func(s *hook.Settings) { s.Tells, s.Queues = tells, []string{o.WhatsApp.QueueID} })
				never := o.InQueue(t, legal)
				c := o.Conversation(t, nil)
				told := func(word string, n int) func() bool {
					return func() bool {
						words := slices.DeleteFunc(r.words(c), func(one string) bool { return one != word })
						return len(words) >= n
					}
				}
				o.until("its message is told", time.Second, told("message.changed", 1))
				o.move(c, legal)
				o.until("its leaving is told", time.Second, told("conversation.left", 1))
				o.write(c, 2)
				o.move(never, o.Queue(t, "Sales"))
				o.move(c, legal)
				o.move(c, o.WhatsApp.QueueID)
				last := o.write(c, 3)
				o.until("it is back", time.Second, func() bool { return slices.Contains(r.ids(), last) })
				left := slices.Index(r.words(c), "conversation.left")
				words := r.words(c)
				if left < 0 || slices.Contains(words[left+1:], "conversation.left") {
					t.Errorf("told %v", words)
				}
				if len(r.words(never)) > 0 {
					t.Errorf("of one that it never knew it was told %v", r.words(never))
				}
			})
		})
	}
}

// What happens in a queue that a receiver is not told of stays unsaid after a conversation left for it.
func TestNothingAfterLeaving(t *testing.T) {
	onEach(t, func(t *testing.T, o *office) {
		legal := o.Queue(t, "Legal")
		r := receive(t)
		o.add(r, func(s *hook.Settings) { s.Tells, s.Queues = hook.Everything, []string{o.WhatsApp.QueueID} })
		c := o.Conversation(t, nil)
		o.until("it is told", time.Second, func() bool { return len(r.words(c)) >= 2 })
		o.move(c, legal)
		secret := o.write(c, 2)
		o.move(c, legal)
		mark := o.Conversation(t, nil)
		o.until("a later one is told", time.Second, func() bool { return len(r.words(mark)) >= 2 && slices.Contains(r.words(c), "conversation.left") })
		time.Sleep(300 * time.Millisecond) // so that what must not come had time to
		words := r.words(c)
		if words[len(words)-1] != "conversation.left" || slices.Contains(r.ids(), secret) {
			t.Errorf("told %v", words)
		}
		known, err := o.Store.Read().HookKnows(t.Context(), db.HookKnowsParams{WorkspaceID: o.ID, ConversationID: c.ID, HookID: o.hook().ID})
		if err != nil || known != 0 {
			t.Errorf("it is remembered: %d, %v", known, err)
		}
	})
}

// A receiver that is kept to fewer queues than before hears of what it was told that it left, when it changes.
func TestKeptToFewerQueues(t *testing.T) {
	onEach(t, func(t *testing.T, o *office) {
		legal := o.Queue(t, "Legal")
		r := receive(t)
		h := o.add(r, nil)
		c := o.Conversation(t, nil)
		o.until("it is told", time.Second, func() bool { return len(r.words(c)) == 1 })
		s := hook.SettingsOf(h)
		s.Queues = []string{legal}
		o.must(o.teller.Book.Change(t.Context(), o.Agents[0], h.ID, hook.SettingsOf(h), s))
		if err := o.teller.Book.Change(t.Context(), o.Agents[0], h.ID, hook.SettingsOf(h), s); !errors.Is(err, hook.ErrChanged) {
			t.Errorf("who saw other settings changed them: %v", err)
		}
		o.write(c, 2)
		o.until("its leaving is told", time.Second, func() bool { return slices.Contains(r.words(c), "conversation.left") })
		if words := r.words(c); !slices.Equal(words, []string{"message.changed", "conversation.left"}) {
			t.Errorf("told %v", words)
		}
	})
}

// An admin who has mended a receiver need not wait for its rest to end.
func TestTryNow(t *testing.T) {
	onEach(t, func(t *testing.T, o *office) {
		r := receive(t)
		r.set(func(w http.ResponseWriter, _ told) bool {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusServiceUnavailable)
			return false
		})
		o.add(r, nil)
		c := o.Conversation(t, nil)
		o.until("it fails", 0, func() bool { return o.hook().Failures > 0 })
		r.set(nil)
		time.Sleep(600 * time.Millisecond) // the clock stands still: its rest does not end
		if len(r.all()) > 0 {
			t.Fatal("it was told while it should rest")
		}
		o.must(o.teller.Book.TryNow(t.Context(), o.hook()))
		o.until("it is told", 0, func() bool { return slices.Contains(r.ids(), c.LastMessageID) })
		o.until("it is not thought to fail any more", 0, func() bool { h := o.hook(); return h.Failures == 0 && h.HoldUntilMs == 0 })
	})
}
