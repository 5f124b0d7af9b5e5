package desk_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"parley/backend/desk"
	"parley/backend/desk/cache"
	"parley/backend/desk/outbox"
)

// types saves a draft as an editor does that shows the present one.
func (b *bench) types(id, text string, files ...cache.DraftFile) {
	b.t.Helper()
	seen := must(b.Draft(b.t.Context(), id)).SavedMs
	if err := b.SaveDraft(b.t.Context(), cache.Draft{ConversationID: id, Text: text, Files: files, SeenMs: seen}); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) draft(id string) desk.Draft { return must(b.Draft(b.t.Context(), id)) }

// shows waits until the desk has a draft.
func (b *bench) shows(id, text string) {
	b.t.Helper()
	b.until("draft "+text, func() bool { return b.draft(id).Text == text })
}

// atHub waits until the hub has a draft.
func (b *bench) atHub(id, text string) {
	b.t.Helper()
	b.until("draft at the hub: "+text, func() bool {
		return b.hub.Draft(id) != nil && b.hub.Draft(id).GetContent().GetText() == text
	})
}

func TestDraftsFollow(t *testing.T) {
	// two computers of one agent, with a conversation of theirs.
	two := func(t *testing.T) (office, home *bench, id string) {
		office = begin(t)
		id = office.mine("Ana")
		home = sit(t, office.hub, t.TempDir())
		home.live()
		return office, home, id
	}

	t.Run("what was begun in the office is there at home, and sent it is gone there", func(t *testing.T) {
		office, home, id := two(t)
		office.types(id, "Good mor")
		home.shows(id, "Good mor")
		if d := home.draft(id); !d.Elsewhere || !d.Previous.Empty() {
			t.Fatalf("%+v", d)
		}
		home.types(id, "Good morning")
		office.shows(id, "Good morning")
		if d := office.draft(id); !d.Previous.Empty() {
			t.Fatalf("what the agent went on with is said to be replaced: %+v", d)
		}
		must(home.Send(t.Context(), cache.Draft{ConversationID: id, Text: "Good morning", SeenMs: home.draft(id).SavedMs}, ""))
		office.shows(id, "")
		if lists := office.lists(); lists.Mine[0].Draft != "" {
			t.Fatalf("the list still shows %q", lists.Mine[0].Draft)
		}
	})

	t.Run("the newer one stands, and the other one comes back at a click", func(t *testing.T) {
		office, home, id := two(t)
		home.hub.SetDown(true)
		home.until("offline", func() bool { return !home.reachable() && !office.reachable() })
		home.types(id, "typed at home")
		time.Sleep(2 * time.Millisecond)
		office.types(id, "typed in the office")
		home.hub.SetDown(false)
		office.live()
		home.live()
		home.shows(id, "typed in the office")
		office.shows(id, "typed in the office")
		home.until("the other one is kept", func() bool { return home.draft(id).Previous.Text == "typed at home" })
		if d := must(home.BringBack(t.Context(), id)); d.Text != "typed at home" || d.Elsewhere {
			t.Fatalf("%+v", d)
		}
		office.shows(id, "typed at home")
		if d := office.draft(id); d.Previous.Text != "typed in the office" {
			t.Fatalf("the office lost %+v", d)
		}
	})

	t.Run("what is being typed here is not overwritten", func(t *testing.T) {
		office, home, id := two(t)
		office.types(id, "one")
		home.shows(id, "one")
		seen := home.draft(id).SavedMs
		office.types(id, "two")
		home.shows(id, "two")
		// The editor at home has not shown "two" yet when its agent goes on typing.
		if err := home.SaveDraft(t.Context(), cache.Draft{ConversationID: id, Text: "one, and more", SeenMs: seen}); err != nil {
			t.Fatal(err)
		}
		office.shows(id, "one, and more")
		if d := office.draft(id); d.Previous.Text != "two" {
			t.Fatalf("the office lost what it had: %+v", d)
		}
	})

	t.Run("written offline it waits, survives a restart and follows then", func(t *testing.T) {
		office := begin(t)
		id := office.mine("Ana")
		office.hub.SetDown(true)
		office.until("offline", func() bool { return !office.reachable() })
		office.types(id, "on the train")
		office.stop()
		office.hub.SetDown(false)
		again := sit(t, office.hub, office.folder)
		again.atHub(id, "on the train")
		if d := again.draft(id); d.Text != "on the train" || d.Elsewhere {
			t.Fatalf("%+v", d)
		}
	})

	t.Run("keys are collected while the agent types, and given to the hub when they look elsewhere", func(t *testing.T) {
		office := begin(t)
		id := office.mine("Ana")
		office.SetFocus(id)
		saved := office.hub.DraftsSaved()
		for _, text := range []string{"G", "Go", "Goo", "Good"} {
			office.types(id, text)
			time.Sleep(30 * time.Millisecond)
		}
		if n := office.hub.DraftsSaved() - saved; n != 0 {
			t.Fatalf("%d keys went to the hub", n)
		}
		begun := time.Now()
		office.SetFocus("")
		office.atHub(id, "Good")
		if took := time.Since(begun); took > time.Second {
			t.Fatalf("it took %v", took)
		}
	})

	t.Run("files follow, and are sent from the other computer", func(t *testing.T) {
		office, home, id := two(t)
		png := append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte("x"), 500)...)
		offer := must(office.AddFile(t.Context(), id, "ticket.png", bytes.NewReader(png), int64(len(png))))
		office.types(id, "your ticket", cache.DraftFile{ID: offer.ID, Kind: offer.Kind})
		home.until("file", func() bool { return len(home.draft(id).Offers) == 1 })
		d := home.draft(id)
		if got := d.Offers[0]; got.FileName != "ticket.png" || got.Kind != "image" || got.SizeBytes != int64(len(png)) || got.Refusal != "" {
			t.Fatalf("%+v", got)
		}
		file := must(home.MediaFile(t.Context(), d.Offers[0].ID))
		if file.MIME != "image/png" {
			t.Fatalf("%+v", file)
		}
		d.SeenMs = d.SavedMs
		must(home.Send(t.Context(), d.Draft, ""))
		home.until("sent", func() bool { return len(home.hub.Sends()) == 1 })
		if sent := home.hub.Sends()[0]; sent.Content.Text != "your ticket" || sent.Content.Media.SizeBytes != int64(len(png)) {
			t.Fatalf("%+v", sent)
		}
		office.shows(id, "")
	})

	t.Run("stays here when the hub does not take it, and the next one is tried again", func(t *testing.T) {
		office := begin(t)
		id := office.mine("Ana")
		office.hub.DenyDrafts(true)
		office.types(id, "not for the hub")
		time.Sleep(100 * time.Millisecond)
		if d := office.draft(id); d.Text != "not for the hub" {
			t.Fatalf("%+v", d)
		}
		office.hub.DenyDrafts(false)
		office.types(id, "for the hub")
		office.atHub(id, "for the hub")
	})

	t.Run("is reached when the conversation is no longer the agent's", func(t *testing.T) {
		office, home, id := two(t)
		office.types(id, "I wanted to say")
		home.shows(id, "I wanted to say")
		for _, act := range []func() (outbox.Outcome, error){
			func() (outbox.Outcome, error) { return office.EndChat(t.Context(), id) },
			func() (outbox.Outcome, error) { return office.DismissWrapUp(t.Context(), id) },
		} {
			if outcome := must(act()); outcome.State == outbox.Denied {
				t.Fatalf("%+v", outcome)
			}
		}
		for _, b := range []*bench{office, home} {
			b.until("among the drafts", func() bool {
				lists := b.lists()
				return len(lists.Mine) == 0 && slices.ContainsFunc(lists.Drafted, func(c desk.Conversation) bool {
					return c.Id == id && c.Draft == "I wanted to say"
				})
			})
		}
	})

	t.Run("goes to a hub that was restored from a backup without it", func(t *testing.T) {
		office := begin(t)
		id := office.mine("Ana")
		office.types(id, "kept")
		office.atHub(id, "kept")
		office.hub.ForgetDrafts()
		office.hub.NewEpoch()
		office.atHub(id, "kept")
	})
}

func (b *bench) reachable() bool {
	state := b.connection().State
	return state != "offline" && state != "signed_out"
}
