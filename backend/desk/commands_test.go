package desk_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/backend/desk"
	"parley/backend/desk/cache"
	"parley/backend/desk/desktest"
	"parley/backend/desk/outbox"
	deskfeed "parley/backend/desk/sync"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func (b *bench) send(id, text string) desk.Message {
	b.t.Helper()
	sent := must(b.Send(b.t.Context(), cache.Draft{ConversationID: id, Text: text}, ""))
	if len(sent) != 1 {
		b.t.Fatalf("sent %d messages", len(sent))
	}
	return sent[0]
}

func (b *bench) offline() {
	b.t.Helper()
	b.hub.SetDown(true)
	b.until("offline", func() bool { return b.connection().State == deskfeed.Offline })
}

func (b *bench) online() {
	b.t.Helper()
	b.hub.SetDown(false)
	must(b.Refresh(b.t.Context()))
	b.live()
}

func TestSend(t *testing.T) {
	t.Run("arrives once although every answer is lost at first", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		b.hub.LoseReplies(3)
		first, second := b.send(id, "one"), b.send(id, "two")
		b.until("sent", func() bool { return b.connection().Waiting == 0 })
		var texts []string
		for _, m := range b.hub.Sends() {
			texts = append(texts, m.Content.Text)
		}
		if !slices.Equal(texts, []string{"one", "two"}) || b.hub.Executed(first.Id) != 1 || b.hub.Executed(second.Id) != 1 {
			t.Fatalf("hub has %v", texts)
		}
		b.until("shown once", func() bool {
			messages := b.thread(id)
			return len(messages) == 3 && messages[1].No == 2 && messages[2].No == 3
		})
	})

	t.Run("is shown before the hub has it, and goes out when the hub is back", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		b.offline()
		sent := b.send(id, "written offline")
		if sent.State != "on_computer" || sent.No != 0 || sent.AgentName != "Inês" {
			t.Fatalf("shown as %+v", sent)
		}
		if row := b.lists().Mine[0]; row.Preview != "written offline" || row.LastState != "on_computer" {
			t.Fatalf("row: %+v", row)
		}
		if c := b.connection(); c.Waiting != 1 || c.Messages != 1 {
			t.Fatalf("waiting: %d, messages %d", c.Waiting, c.Messages)
		}
		b.online()
		b.until("arrived", func() bool { return len(b.hub.Sends()) == 1 && b.thread(id)[1].No == 2 })
	})

	t.Run("survives a kill", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		b.offline()
		sent := b.send(id, "do not lose me")
		copied := t.TempDir()
		copyFolder(t, b.folder, copied) // what a killed process leaves
		b.stop()
		b.hub.SetDown(false)
		again := sit(t, b.hub, copied)
		again.live()
		again.until("arrived", func() bool { return b.hub.Executed(sent.Id) == 1 })
	})

	t.Run("gives back draft when contact wrote, with what was sent after it", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		b.offline()
		b.send(id, "one")
		b.send(id, "two")
		if err := b.SaveDraft(t.Context(), cache.Draft{ConversationID: id, Text: "three"}); err != nil {
			t.Fatal(err)
		}
		b.hub.Refuse(refuseSends)
		b.online()
		b.until("given back", func() bool { return len(b.refusals()) == 2 })
		if draft := must(b.Draft(t.Context(), id)); draft.Text != "one\ntwo\nthree" {
			t.Fatalf("draft: %q", draft.Text)
		}
		if code := b.refusals()[0].Refusal.Code; code != "news" || len(b.hub.Sends()) != 0 || b.connection().Waiting != 0 {
			t.Fatalf("code %s, %d sends", code, len(b.hub.Sends()))
		}
	})

	t.Run("keeps what came back when an editor saves that has not shown it", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		b.hub.Refuse(refuseSends)
		b.send(id, "one")
		b.until("given back", func() bool { return len(b.refusals()) == 1 })
		save := func(text string, seenMs int64) desk.Draft {
			t.Helper()
			if err := b.SaveDraft(t.Context(), cache.Draft{ConversationID: id, Text: text, SeenMs: seenMs}); err != nil {
				t.Fatal(err)
			}
			return must(b.Draft(t.Context(), id))
		}
		save("t", 0)
		if draft := save("two", 0); draft.Text != "one\ntwo" {
			t.Fatalf("draft: %q", draft.Text)
		}
		shown := save("", 0)
		if shown.Text != "one" {
			t.Fatalf("emptied draft: %q", shown.Text)
		}
		save("", shown.SavedMs)
		if draft := save("three", shown.SavedMs); draft.Text != "three" {
			t.Fatalf("draft once it was shown: %q", draft.Text)
		}
	})

	t.Run("clears the draft in the same step", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		if err := b.SaveDraft(t.Context(), cache.Draft{ConversationID: id, Text: "bye"}); err != nil {
			t.Fatal(err)
		}
		b.send(id, "bye")
		if draft := must(b.Draft(t.Context(), id)); !draft.Empty() {
			t.Fatalf("draft: %+v", draft)
		}
	})

	t.Run("refuses nothing and too much", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		if _, err := b.Send(t.Context(), cache.Draft{ConversationID: id, Text: " \n"}, ""); err == nil {
			t.Fatal("sent nothing")
		}
		if _, err := b.Send(t.Context(), cache.Draft{ConversationID: id, Text: strings.Repeat("é", 4097)}, ""); err == nil {
			t.Fatal("sent too much")
		}
	})

	t.Run("sends a long text in parts only when the agent wants that, and gives all of it back", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		first, second := strings.Repeat("é", 4000), strings.Repeat("ü", 200)
		draft := cache.Draft{ConversationID: id, Text: first + "\n\n" + second}
		var long *desk.TextTooLongError
		if _, err := b.Send(t.Context(), draft, ""); !errors.As(err, &long) || long.Parts != 2 || long.Most != 4096 || long.Runes != 4202 {
			t.Fatalf("not asked: %v", err)
		}
		b.offline()
		if sent := must(b.SendInParts(t.Context(), draft, "")); len(sent) != 2 || sent[0].Content.Text != first || sent[1].Content.Text != second {
			t.Fatalf("%d messages", len(sent))
		}
		b.hub.Refuse(refuseSends)
		b.online()
		b.until("given back", func() bool { return must(b.Draft(t.Context(), id)).Text == first+"\n"+second })
		b.hub.Refuse(nil)
		must(b.SendInParts(t.Context(), draft, ""))
		b.until("arrived", func() bool {
			sends := b.hub.Sends()
			return len(sends) == 2 && sends[0].Content.Text == first && sends[1].Content.Text == second
		})
	})
}

func TestCommands(t *testing.T) {
	t.Run("assign needs the hub", func(t *testing.T) {
		b := begin(t)
		id := b.hub.Begin("Ana")
		b.until("in the Inbox", func() bool { return len(b.lists().Inbox) == 1 })
		b.offline()
		outcome := must(b.Assign(t.Context(), id))
		if outcome.State != outbox.Denied || outcome.Refusal.Code != "offline" || b.connection().Waiting != 0 {
			t.Fatalf("outcome: %+v", outcome)
		}
	})

	t.Run("assign tells who was faster", func(t *testing.T) {
		b := begin(t)
		id := b.hub.Begin("Ana")
		b.until("in the Inbox", func() bool { return len(b.lists().Inbox) == 1 })
		c := b.hub.Conversation(id)
		c.Status, c.AssigneeId = "assigned", desktest.ColleagueID
		b.hub.Put(c)
		outcome := must(b.Assign(t.Context(), id))
		if outcome.State != outbox.Denied || outcome.Refusal.Code != "taken" || b.AgentName(t.Context(), outcome.Refusal.AgentId) != "Rui" {
			t.Fatalf("outcome: %+v", outcome)
		}
		if len(b.refusals()) != 0 {
			t.Fatal("told twice")
		}
	})

	t.Run("a chat that was ended offline is wrapped up offline", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		b.offline()
		if outcome := must(b.EndChat(t.Context(), id)); outcome.State != outbox.Waiting {
			t.Fatalf("outcome: %+v", outcome)
		}
		if row := b.lists().Mine[0]; row.Pending != "end_chat" || row.Status != "wrap_up" || row.RestMs == 0 {
			t.Fatalf("row: %+v", row)
		}
		if outcome := must(b.SubmitWrapUp(t.Context(), id, "answered")); outcome.State != outbox.Waiting {
			t.Fatalf("outcome: %+v", outcome)
		}
		if c := b.connection(); c.Waiting != 2 || c.Messages != 0 {
			t.Fatalf("waiting: %d, messages %d: an ended chat is no message", c.Waiting, c.Messages)
		}
		b.online()
		b.until("closed", func() bool { return b.hub.Conversation(id).DispositionId == "answered" && len(b.lists().Mine) == 0 })
	})

	t.Run("an end can be taken back for ten seconds, also after a restart", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		must(b.EndChat(t.Context(), id))
		must(b.EndChat(t.Context(), id)) // pressed twice
		b.stop()
		b = sit(t, b.hub, b.folder)
		b.live()
		if row := b.lists().Mine[0]; row.Status != "wrap_up" || row.RestMs <= b.HubNowMs() || b.hub.Conversation(id).Status != "assigned" {
			t.Fatalf("row: %+v", row)
		}
		if outcome := must(b.UndoEndChat(t.Context(), id)); outcome.State != outbox.Done {
			t.Fatalf("outcome: %+v", outcome)
		}
		if row := b.lists().Mine[0]; row.Status != "assigned" || row.Pending != "" || row.RestMs != 0 || row.Unread != 1 {
			t.Fatalf("row: %+v", row)
		}
		if b.hub.Advance(time.Minute); b.connection().Waiting != 0 {
			t.Fatal("it still waits")
		}
	})

	t.Run("after its rest it goes out, and cannot be taken back", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		must(b.EndChat(t.Context(), id))
		b.hub.Advance(11 * time.Second)
		must(b.Refresh(t.Context()))
		b.until("ended", func() bool { row := b.lists().Mine[0]; return row.Status == "wrap_up" && row.Pending == "" })
		if outcome := must(b.UndoEndChat(t.Context(), id)); outcome.State != outbox.Denied || outcome.Refusal.Code != "status" {
			t.Fatalf("outcome: %+v", outcome)
		}
	})

	t.Run("the wrap-up ends the rest at once", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		must(b.EndChat(t.Context(), id))
		if outcome := must(b.SubmitWrapUp(t.Context(), id, "answered")); outcome.State != outbox.Done {
			t.Fatalf("outcome: %+v", outcome)
		}
		if c := b.hub.Conversation(id); c.Status != "closed" || c.DispositionId != "answered" {
			t.Fatalf("the hub has %+v", c)
		}
	})

	t.Run("when the contact writes before it is over, the chat goes on", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		must(b.EndChat(t.Context(), id))
		b.hub.Write(id, "One more thing")
		must(b.DismissWrapUp(t.Context(), id))
		b.until("told", func() bool {
			return slices.ContainsFunc(b.refusals(), func(e desk.Event) bool { return e.Command == "end_chat" && e.Refusal.Code == "news" })
		})
		if row := b.lists().Mine[0]; row.Status != "assigned" || row.Pending != "" || row.Unread != 2 {
			t.Fatalf("row: %+v", row)
		}
	})

	t.Run("a note that is being written is kept until it is saved, and comes back when the hub does not take it", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		writing := func() cache.NoteDraft { return must(b.NoteDraft(t.Context(), id)) }
		save := func(noteID, text string) {
			t.Helper()
			if err := b.SaveNoteDraft(t.Context(), cache.NoteDraft{ConversationID: id, NoteID: noteID, Text: text}); err != nil {
				t.Fatal(err)
			}
		}
		save("", "she calls ag")
		if d := writing(); d.Text != "she calls ag" || d.NoteID != "" {
			t.Fatalf("kept: %+v", d)
		}
		must(b.SaveNote(t.Context(), id, "", "she calls again"))
		if d := writing(); d.Text != "" {
			t.Fatalf("still written on: %+v", d)
		}
		b.until("saved", func() bool { return len(must(b.Notes(t.Context(), id))) == 1 })
		first := must(b.Notes(t.Context(), id))[0].Id

		b.offline()
		must(b.SaveNote(t.Context(), id, "", "at four"))
		must(b.SaveNote(t.Context(), id, first, "she calls again today"))
		b.hub.Refuse(func(c *hubv1.Command) *hubv1.Refusal {
			if c.GetSaveNote() == nil {
				return nil
			}
			return &hubv1.Refusal{Code: "not_found"}
		})
		b.online()
		b.until("refused", func() bool { return len(b.refusals()) == 2 })
		if d := writing(); d.NoteID != "" || d.Text != "she calls again today\nat four" {
			t.Fatalf("given back: %+v", d)
		}
		save("", "")
		if d := writing(); d.Text != "" {
			t.Fatalf("given up: %+v", d)
		}
	})

	t.Run("the note of a Send to Inbox that came too late is kept as a note", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		b.offline()
		must(b.SendToInbox(t.Context(), id, "she calls again at four"))
		b.hub.Refuse(func(c *hubv1.Command) *hubv1.Refusal {
			if c.GetSendToInbox() == nil {
				return nil
			}
			return &hubv1.Refusal{Code: "not_yours"}
		})
		b.online()
		b.until("refused", func() bool { return len(b.refusals()) == 1 })
		b.until("kept, once", func() bool {
			notes := must(b.Notes(t.Context(), id))
			return len(notes) == 1 && notes[0].Text == "she calls again at four" && !notes[0].Pending
		})
	})

	t.Run("transfer needs the hub, tells why it was refused, and what colleagues have", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		b.offline()
		if outcome := must(b.Transfer(t.Context(), id, desktest.ColleagueID, "", "")); outcome.State != outbox.Denied || outcome.Refusal.Code != outbox.CodeOffline {
			t.Fatalf("outcome: %+v", outcome)
		}
		b.online()
		b.hub.Refuse(func(*hubv1.Command) *hubv1.Refusal { return &hubv1.Refusal{Code: "full"} })
		if outcome := must(b.Transfer(t.Context(), id, desktest.ColleagueID, "", "")); outcome.State != outbox.Denied || outcome.Refusal.Code != "full" {
			t.Fatalf("outcome: %+v", outcome)
		}
		b.hub.Refuse(nil)
		if outcome := must(b.Transfer(t.Context(), id, desktest.ColleagueID, "", "")); outcome.State != outbox.Done {
			t.Fatalf("outcome: %+v", outcome)
		}
		b.until("gone", func() bool { return len(b.lists().Mine) == 0 })
		loads := must(b.Loads(t.Context()))
		if len(loads) != 1 || loads[0].AgentId != desktest.ColleagueID || loads[0].Points != 20 {
			t.Fatalf("loads: %v", loads)
		}
	})

	t.Run("what was transferred is marked until it is opened", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		c := b.hub.Conversation(id)
		c.Unread, c.TransferredBy, c.TransferredMs = 0, desktest.ColleagueID, 1
		b.hub.Put(c)
		b.until("marked", func() bool { return b.lists().Mine[0].TransferredBy != "" })
		if err := b.MarkRead(t.Context(), id, b.thread(id)[0].Id); err != nil {
			t.Fatal(err)
		}
		b.until("opened", func() bool { return b.lists().Mine[0].TransferredBy == "" && b.connection().Waiting == 0 })
	})

	t.Run("a status is seen at once and waits for the hub", func(t *testing.T) {
		b := begin(t)
		b.offline()
		if outcome := must(b.SetStatus(t.Context(), "away", "Lunch")); outcome.State != outbox.Waiting {
			t.Fatalf("outcome: %+v", outcome)
		}
		if me := must(b.Workspace(t.Context())).Me; me.Status != "away" || me.StatusText != "Lunch" {
			t.Fatalf("me: %v", me)
		}
		b.online()
		b.until("known", func() bool {
			return b.connection().Waiting == 0 && must(b.Workspace(t.Context())).Me.StatusText == "Lunch"
		})
	})

	t.Run("notes and contact edits are seen at once", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		b.offline()
		must(b.SaveNote(t.Context(), id, "", "VIP"))
		notes := must(b.Notes(t.Context(), id))
		if len(notes) != 1 || !notes[0].Pending || notes[0].Text != "VIP" || notes[0].AgentName != "Inês" {
			t.Fatalf("notes: %+v", notes)
		}
		contactID := b.lists().Mine[0].Contact.Id
		must(b.UpdateContact(t.Context(), &hubv1.Contact{Id: contactID, Name: "Ana Lima", Email: "ana@example.com"}))
		if name := b.lists().Mine[0].Contact.Name; name != "Ana Lima" {
			t.Fatalf("name: %s", name)
		}
		b.online()
		b.until("known to the hub", func() bool {
			notes := must(b.Notes(t.Context(), id))
			return len(notes) == 1 && !notes[0].Pending && b.connection().Waiting == 0
		})
	})

	t.Run("mark read counts at once, and once", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		last := b.hub.Write(id, "and?")
		b.until("unread", func() bool { return b.lists().Mine[0].Unread == 2 })
		b.offline()
		for range 2 {
			if err := b.MarkRead(t.Context(), id, last); err != nil {
				t.Fatal(err)
			}
		}
		if row := b.lists().Mine[0]; row.Unread != 0 || b.connection().Waiting != 1 {
			t.Fatalf("unread %d, waiting %d", row.Unread, b.connection().Waiting)
		}
	})
}

func TestAttachments(t *testing.T) {
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 20, 10))); err != nil {
		t.Fatal(err)
	}

	t.Run("goes out with its caption and stays readable", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		offer := must(b.AddFile(t.Context(), id, `C:\holiday\beach.txt`, bytes.NewReader(picture.Bytes()), -1))
		if offer.Kind != "image" || offer.MIME != "image/png" || offer.FileName != "beach.txt" || offer.Width != 20 || offer.Refusal != "" {
			t.Fatalf("offer: %+v", offer)
		}
		sent := must(b.Send(t.Context(), cache.Draft{
			ConversationID: id, Text: "look", Files: []cache.DraftFile{{ID: offer.ID, Kind: "image"}},
		}, ""))
		if len(sent) != 1 || sent[0].Content.Kind != "image" || sent[0].Content.Text != "look" || sent[0].Content.Media.Mime != "image/png" {
			t.Fatalf("sent: %+v", sent)
		}
		b.until("arrived", func() bool { messages := b.thread(id); return len(messages) == 2 && messages[1].No == 2 })
		mediaID := b.thread(id)[1].Content.Media.Id
		b.offline()
		file := must(b.MediaFile(t.Context(), mediaID))
		if data := must(os.ReadFile(file.Path)); !bytes.Equal(data, picture.Bytes()) || file.MIME != "image/png" {
			t.Fatalf("%d bytes of %s", len(data), file.MIME)
		}
	})

	t.Run("is judged by content", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		mp4 := append([]byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"), make([]byte, 2000)...)
		for _, test := range []struct {
			rule       string
			data       []byte
			refusal    desk.AttachmentRefusal
			asDocument bool
			kind       string
		}{
			{"empty", nil, desk.RefusalEmpty, false, ""},
			{"film that is too large can go as a document", mp4, desk.RefusalTooLarge, true, ""},
			{"GIF can go as a document", []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), desk.RefusalType, true, ""},
			{"PDF", []byte("%PDF-1.4\n"), "", false, "document"},
		} {
			offer := must(b.AddFile(t.Context(), id, "x.png", bytes.NewReader(test.data), int64(len(test.data))))
			if offer.Refusal != test.refusal || offer.AsDocument != test.asDocument || offer.Kind != test.kind {
				t.Errorf("%s: %+v", test.rule, offer)
			}
		}
		offer := must(b.AddFile(t.Context(), id, "huge", strings.NewReader(""), 11<<20))
		if offer.Refusal != desk.RefusalTooLarge || offer.LimitBytes != 10<<20 {
			t.Fatalf("huge: %+v", offer)
		}
	})

	t.Run("a folder, or what cannot be read, is refused by name", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		folder := t.TempDir()
		for _, path := range []string{folder, filepath.Join(folder, "not there.pdf")} {
			offer := must(b.AddPath(t.Context(), id, path))
			if offer.Refusal != desk.RefusalUnreadable || offer.FileName != filepath.Base(path) {
				t.Errorf("%s: %+v", path, offer)
			}
		}
	})

	t.Run("comes back with a refused send", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		b.hub.Refuse(refuseSends)
		offer := must(b.AddFile(t.Context(), id, "a.png", bytes.NewReader(picture.Bytes()), -1))
		must(b.Send(t.Context(), cache.Draft{ConversationID: id, Files: []cache.DraftFile{{ID: offer.ID}}}, ""))
		b.until("given back", func() bool { return len(must(b.Draft(t.Context(), id)).Offers) == 1 })
	})

	t.Run("an upload that is stopped is a draft again with what waited behind it, and goes on from there", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		pdf := append([]byte("%PDF-1.4\n"), bytes.Repeat([]byte("long "), 600_000)...)
		release := b.hub.HoldParts()
		offer := must(b.AddFile(t.Context(), id, "tour.pdf", bytes.NewReader(pdf), -1))
		must(b.Send(t.Context(), cache.Draft{ConversationID: id, Text: "the programme", Files: []cache.DraftFile{{ID: offer.ID, Kind: "document"}}}, ""))
		must(b.Send(t.Context(), cache.Draft{ConversationID: id, Text: "Did it come?"}, ""))
		b.until("under way", func() bool { return b.Progress(offer.ID).Done > 0 && b.Progress(offer.ID).Total == int64(len(pdf)) })
		came := b.hub.Taken()

		b.CallOff(offer.ID)
		b.until("given back", func() bool {
			draft := must(b.Draft(t.Context(), id))
			return len(draft.Offers) == 1 && draft.Text == "the programme\nDid it come?"
		})
		release()
		if messages := b.thread(id); len(messages) != 1 || b.Progress(offer.ID).Running {
			t.Fatalf("still on its way: %d messages", len(messages))
		}

		draft := must(b.Draft(t.Context(), id))
		must(b.Send(t.Context(), cache.Draft{ConversationID: id, Text: draft.Text, Files: []cache.DraftFile{{ID: offer.ID, Kind: "document"}}}, ""))
		b.until("arrived", func() bool { messages := b.thread(id); return len(messages) == 2 && messages[1].No == 2 })
		if again := b.hub.Taken() - came; again >= int64(len(pdf)) {
			t.Errorf("%d bytes went up again of a file of %d", again, len(pdf))
		}
	})

	t.Run("is fetched once and opens offline", func(t *testing.T) {
		b := begin(t)
		mediaID := b.hub.PutMedia(picture.Bytes())
		must(b.MediaFile(t.Context(), mediaID))
		b.offline()
		if file := must(b.MediaFile(t.Context(), mediaID)); file.MIME != "image/png" {
			t.Fatalf("file: %+v", file)
		}
	})
}

func copyFolder(t testing.TB, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return os.MkdirAll(filepath.Join(to, relative), 0o700)
		}
		source, err := os.Open(path)
		if err != nil {
			return err
		}
		defer source.Close()
		target, err := os.Create(filepath.Join(to, relative))
		if err != nil {
			return err
		}
		defer target.Close()
		_, err = io.Copy(target, source)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
