package desk_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"parley/backend/desk"
	"parley/backend/desk/alerts"
	"parley/backend/desk/cache"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// What the erased contact has left on the desk's disk, each in another place.
const (
	erasedName   = "Quetzalcoatl"
	erasedWord   = "xylophoneword"
	erasedNote   = "yesternote"
	erasedDraft  = "zephyrdraft"
	erasedUnsent = "wistfulunsent"
	erasedFile   = "photograph of somebody"
	erasedTyped  = "attached by the agent"
)

var erasedWords = []string{erasedName, erasedWord, erasedNote, erasedDraft, erasedUnsent, erasedFile, erasedTyped}

// onDisk are the files of a desk that hold a text, in whatever case.
func (b *bench) onDisk(text string) (found []string) {
	b.t.Helper()
	err := filepath.WalkDir(b.folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		lower := strings.ToLower(string(content))
		// Search indexes keep beginnings that words share once: the end of a word is enough.
		if err == nil && (strings.Contains(lower, strings.ToLower(text)) || strings.Contains(lower, strings.ToLower(text[3:]))) {
			found = append(found, filepath.Base(path))
		}
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return found
}

// traced makes a conversation of a contact who leaves traces everywhere, the agent's unsent work among them.
func (b *bench) traced() (conversationID string, messages []string) {
	t, ctx := b.t, b.t.Context()
	id := b.mine(erasedName)
	messages = append(messages, b.hub.Write(id, erasedWord+" and more"))
	media := b.hub.PutMedia([]byte(erasedFile))
	messages = append(messages, b.hub.Say(id, "in", &hubv1.Content{Kind: "document", Media: &hubv1.Media{Id: media, State: "ready", FileName: erasedWord + ".txt"}}))
	b.until("the messages are here", func() bool { return len(b.thread(id)) >= 3 })
	must(b.MediaFile(ctx, media))
	if _, err := b.SaveNote(ctx, id, "", erasedNote); err != nil {
		t.Fatal(err)
	}
	b.hub.SetDown(true)
	b.until("offline", func() bool { return b.connection().State != "live" })
	must(b.Send(ctx, cache.Draft{ConversationID: id, Text: erasedUnsent}, ""))
	offer := must(b.AddFile(ctx, id, "plan.txt", strings.NewReader(erasedTyped), int64(len(erasedTyped))))
	if err := b.SaveDraft(ctx, cache.Draft{ConversationID: id, Text: erasedDraft, Files: []cache.DraftFile{{ID: offer.ID, Kind: "document"}}}); err != nil {
		t.Fatal(err)
	}
	for _, word := range erasedWords {
		if len(b.onDisk(word)) == 0 {
			t.Fatalf("%q is nowhere on the disk before", word)
		}
	}
	return id, messages
}

// erase is what the feed tells when the hub has erased the contact of a conversation.
func (b *bench) erase(id string) {
	b.t.Helper()
	c := b.hub.Conversation(id)
	page := must(b.OpenThread(b.t.Context(), id, 100))
	notes := must(b.Notes(b.t.Context(), id))
	for _, m := range page.Messages {
		if m.Id != "" && b.hub.Executed(m.Id) == 0 {
			b.hub.Delete("message", m.Id)
		}
	}
	for _, n := range notes {
		b.hub.Delete("note", n.Id)
	}
	b.hub.Delete("draft", "some-draft")
	b.hub.Delete("conversation", id)
	b.hub.Delete("contact", c.ContactId)
}

// A desk whose hub erases a contact forgets them down to the bytes of its files, with what was typed to them and not sent, which is
// said; whoever had them open is told why there is nothing. Somebody else's things stay.
func TestErasedContact(t *testing.T) {
	b := begin(t)
	other := b.mine("Bo Bystander")
	if err := b.SaveDraft(t.Context(), cache.Draft{ConversationID: other, Text: "kept draft"}); err != nil {
		t.Fatal(err)
	}
	id, _ := b.traced()
	b.hub.Refuse(func(c *hubv1.Command) *hubv1.Refusal {
		if c.GetSendMessage().GetConversationId() == id {
			return &hubv1.Refusal{Code: "not_found", Message: "there is no such conversation"}
		}
		return nil
	})
	b.erase(id)
	b.hub.SetDown(false)
	_, _ = b.Refresh(t.Context())
	b.until("the agent is told", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return slices.ContainsFunc(b.events, func(e desk.Event) bool {
			return e.Kind == desk.EventErased && e.ConversationID == id && e.Unsent
		})
	})
	if _, err := b.OpenThread(t.Context(), id, 10); !errors.Is(err, desk.ErrErased) {
		t.Errorf("its thread says %v", err)
	}
	if _, err := b.Send(t.Context(), cache.Draft{ConversationID: id, Text: erasedUnsent}, ""); !errors.Is(err, desk.ErrErased) {
		t.Errorf("a send says %v", err)
	}
	if err := b.SaveDraft(t.Context(), cache.Draft{ConversationID: id, Text: erasedDraft}); err != nil {
		t.Errorf("an editor that saves once more breaks: %v", err)
	}
	if d := must(b.Draft(t.Context(), id)); !d.Empty() {
		t.Errorf("a draft is kept: %+v", d)
	}
	found := must(b.Find(t.Context(), desk.Search{Text: erasedWord}))
	if len(found.Messages)+len(found.People)+len(found.Notes)+len(found.Files) > 0 {
		t.Errorf("still found: %+v", found)
	}
	for _, word := range erasedWords {
		b.until(word+" is off the disk", func() bool { return len(b.onDisk(word)) == 0 })
	}
	if d := must(b.Draft(t.Context(), other)); d.Text != "kept draft" || len(b.thread(other)) == 0 {
		t.Errorf("somebody else's draft is %+v", d)
	}
}

// A computer that is switched off right after it heard of an erasure scrubs its disk at the next start.
func TestErasedAndSwitchedOff(t *testing.T) {
	b := begin(t)
	id, _ := b.traced()
	b.erase(id)
	b.hub.SetDown(false)
	_, _ = b.Refresh(t.Context())
	b.until("it has heard", func() bool {
		_, err := b.OpenThread(t.Context(), id, 10)
		return errors.Is(err, desk.ErrErased)
	})
	b.stop()
	again := sit(t, b.hub, b.folder)
	for _, word := range erasedWords {
		again.until(word+" is off the disk", func() bool { return len(again.onDisk(word)) == 0 })
	}
}

// What the system shows of a contact goes with them.
func TestErasedAlertIsWithdrawn(t *testing.T) {
	b := begin(t)
	b.alertsOn()
	id := b.mine(erasedName)
	b.hub.Write(id, "are you there?")
	b.toldOf("it rings", func(d alerts.Decision) bool { return d.Key == id && d.Kind == alerts.KindMessage && d.MessageID != "" })
	b.erase(id)
	b.toldOf("it is withdrawn", func(d alerts.Decision) bool {
		return d.Key == id && d.Verdict == alerts.Withdraw && d.Reason == alerts.ReasonGone
	})
}

// A desk that was away beyond the horizon begins anew: what the hub does not have any more leaves its disk, and what was typed
// stays, as after any reset.
func TestResetForgetsWhatLeft(t *testing.T) {
	b := begin(t)
	id, _ := b.traced()
	b.erase(id)
	b.hub.NewEpoch()
	b.hub.SetDown(false)
	_, _ = b.Refresh(t.Context())
	b.until("it began anew", func() bool {
		lists := b.lists()
		return b.connection().State == "live" && !slices.ContainsFunc(lists.Mine, func(c desk.Conversation) bool { return c.Id == id })
	})
	for _, word := range []string{erasedName, erasedWord, erasedNote, erasedFile} {
		b.until(word+" is off the disk", func() bool { return len(b.onDisk(word)) == 0 })
	}
	if len(b.onDisk(erasedDraft)) == 0 {
		t.Error("what was typed is gone")
	}
}
