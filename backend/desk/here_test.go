package desk_test

import (
	"slices"
	"testing"
	"time"

	"parley/backend/desk"
	"parley/backend/desk/clock"
	"parley/backend/desk/desktest"
)

// The hub hears at once what the agent opens, writes and leaves, again while it holds, and no more than that.
func TestHubHearsWhatTheAgentDoes(t *testing.T) {
	fake := clock.NewFake(time.Now())
	b := sit(t, desktest.New(), t.TempDir(), func(o *desk.Options) { o.Clock = fake })
	b.live()
	id, other := b.mine("Ana"), b.mine("Bea")
	var heard []string
	hears := func(words ...string) {
		t.Helper()
		heard = append(heard, words...)
		b.until("hub hears", func() bool { return len(b.hub.Words()) >= len(heard) })
		if got := b.hub.Words(); !slices.Equal(got, heard) {
			t.Fatalf("the hub heard %q instead of %q", got, heard)
		}
	}
	// passes moves the clock, and has the desk look at it: it may not be waiting yet.
	// The hub's heart beats meanwhile, else the desk would think that it has gone.
	passes := func(d time.Duration, open string, focused bool) {
		t.Helper()
		before := b.connection().CompleteMs
		fake.Advance(d)
		b.until("the hub's heart beats", func() bool {
			b.hub.Advance(0)
			return b.connection().CompleteMs != before
		})
		b.SetOpen(open, focused)
	}
	b.SetOpen(id, true)
	hears(id + " viewing")
	for range 20 { // keys
		b.Writes(id, desk.Typing)
	}
	hears(id + " typing")
	b.Writes(other, desk.Typing) // which is not open
	passes(6*time.Second, id, true)
	hears(id + " viewing")
	b.Writes(id, desk.WritingNote)
	hears(id + " note")
	b.Stops(id)
	hears(id + " viewing")
	passes(9*time.Second, id, true) // nothing
	passes(time.Second, id, true)
	hears(id + " viewing") // it holds on
	b.SetOpen(other, true)
	hears(other + " viewing")
	b.SetOpen(other, false) // to look something up in another program
	for range 5 {
		passes(10*time.Second, other, false)
		hears(other + " viewing")
	}
	passes(10*time.Second, other, false)
	hears("") // for longer than that: they have gone
	b.SetOpen(other, true)
	hears(other + " viewing")
	b.SetOpen("", true)
	hears("")
}

// What colleagues do stands on the rows, and is forgotten with the connection: nobody is said to be there who may have left.
func TestRowsShowColleagues(t *testing.T) {
	b := begin(t)
	id := b.mine("Ana")
	doing := func() string {
		for _, c := range b.lists().Mine {
			if c.Id == id && len(c.Here) == 1 && c.Here[0].AgentID == desktest.ColleagueID {
				return c.Here[0].Doing
			}
		}
		return ""
	}
	for _, now := range []string{desk.Viewing, desk.Typing, desk.WritingNote, "", desk.Viewing} {
		b.hub.ColleagueIs(id, now)
		b.until("shows "+now, func() bool { return doing() == now })
	}
	if rows := must(b.Conversations(t.Context(), []string{id})); len(rows[0].Here) != 1 {
		t.Errorf("a row by itself shows %v", rows[0].Here)
	}
	b.hub.SetDown(true)
	b.until("forgotten", func() bool { return doing() == "" })
}
