package cache

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	"pgregory.net/rapid"

	"parley/backend/conversation"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// desk is a folder whose cache is opened and closed.
type desk struct {
	t      *testing.T
	folder string
	*Cache
	found Opened
}

func openDesk(t *testing.T) *desk {
	d := &desk{t: t, folder: t.TempDir()}
	d.open()
	t.Cleanup(func() { d.closeFiles() })
	return d
}

func (d *desk) open() {
	d.t.Helper()
	var err error
	if d.Cache, d.found, err = Open(d.t.Context(), d.folder); err != nil {
		d.t.Fatal(err)
	}
}

// crash ends all use of the files without the words of a proper end, and leaves the log where it is.
func (d *desk) crash() map[string][]byte {
	d.t.Helper()
	files := map[string][]byte{}
	for _, name := range []string{FileName, FileName + "-wal", CopyName, CopyName + "-wal"} {
		data, err := os.ReadFile(filepath.Join(d.folder, name))
		if err == nil {
			files[name] = data
		} else if !os.IsNotExist(err) {
			d.t.Fatal(err)
		}
	}
	if err := d.closeFiles(); err != nil {
		d.t.Fatal(err)
	}
	for _, name := range []string{FileName, CopyName} {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			_ = os.Remove(filepath.Join(d.folder, name+suffix))
		}
	}
	return files
}

// lay puts files back as a crash has left them.
func (d *desk) lay(files map[string][]byte) {
	d.t.Helper()
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(d.folder, name), data, 0o600); err != nil {
			d.t.Fatal(err)
		}
	}
}

func (d *desk) update(write func(*Tx) error) {
	d.t.Helper()
	if err := d.Update(d.t.Context(), write); err != nil {
		d.t.Fatal(err)
	}
}

// work is everything that exists nowhere else.
type work struct {
	Drafts      []Draft
	Notes       []NoteDraft
	Commands    []OutboxRow
	Attachments []Attachment
}

func (d *desk) work() work {
	d.t.Helper()
	ctx := d.t.Context()
	var all work
	for _, id := range keysOf(ctx, d.Read(), "SELECT conversation_id FROM draft ORDER BY 1") {
		draft, err := d.Read().Draft(ctx, id)
		if err != nil {
			d.t.Fatal(err)
		}
		all.Drafts = append(all.Drafts, draft)
	}
	for _, id := range keysOf(ctx, d.Read(), "SELECT conversation_id FROM note_draft ORDER BY 1") {
		note, err := d.Read().NoteDraft(ctx, id)
		if err != nil {
			d.t.Fatal(err)
		}
		all.Notes = append(all.Notes, note)
	}
	for _, id := range keysOf(ctx, d.Read(), "SELECT id FROM attachment ORDER BY 1") {
		a, _, err := d.Read().Attachment(ctx, id)
		if err != nil {
			d.t.Fatal(err)
		}
		all.Attachments = append(all.Attachments, a)
	}
	var err error
	if all.Commands, err = d.Read().Outbox(ctx); err != nil {
		d.t.Fatal(err)
	}
	return all
}

func command(conversationID, text string) OutboxRow {
	return OutboxRow{
		Lane: conversationID, ConversationID: conversationID, Kind: "send_message", State: OutboxWaiting, CreatedMs: 7,
		Command: &hubv1.Command{Id: conversation.NewID(), Action: &hubv1.Command_SendMessage{SendMessage: &hubv1.SendMessage{
			ConversationId: conversationID, Text: text,
		}}},
	}
}

// Whatever becomes of the cache's file, what an agent has typed and not sent is there afterwards, exactly.
func TestUnsentWorkSurvivesTheCache(t *testing.T) {
	full := func(d *desk) work {
		d.t.Helper()
		d.update(func(tx *Tx) error {
			for n := range 40 {
				id := fmt.Sprint("conversation ", n)
				if err := tx.PutDraft(d.t.Context(), Draft{
					ConversationID: id, Text: "half a \"sentence\" · ñ 🙂 " + id, ReplyTo: "m", SavedMs: int64(n + 1), Files: []DraftFile{{ID: "a", Kind: "image"}},
				}); err != nil {
					return err
				}
				if err := tx.PutNoteDraft(d.t.Context(), NoteDraft{ConversationID: id, NoteID: "n", Text: "half a note " + id, SavedMs: int64(n + 1)}); err != nil {
					return err
				}
				if err := tx.AddOutbox(d.t.Context(), command(id, "not sent yet")); err != nil {
					return err
				}
			}
			return tx.PutAttachment(d.t.Context(), Attachment{ID: "a", ConversationID: "c", FileName: "photo.jpg", MIME: "image/jpeg", SizeBytes: 5, Kind: "image"})
		})
		d.update(func(tx *Tx) error {
			if err := tx.PutDraft(d.t.Context(), Draft{ConversationID: "conversation 3"}); err != nil { // sent
				return err
			}
			if err := tx.PutNoteDraft(d.t.Context(), NoteDraft{ConversationID: "conversation 3"}); err != nil { // saved
				return err
			}
			return tx.PutDraft(d.t.Context(), Draft{ConversationID: "conversation 4", Text: "another text", SavedMs: 99})
		})
		return d.work()
	}
	for _, c := range []struct {
		name  string
		spoil func(d *desk, files map[string][]byte)
	}{
		{"killed", func(*desk, map[string][]byte) {}},
		{"file_is_gone", func(_ *desk, files map[string][]byte) { delete(files, FileName); delete(files, FileName+"-wal") }},
		{"file_is_rubbish", func(_ *desk, files map[string][]byte) {
			files[FileName] = []byte("this is no database, and has not been one for a long time")
			delete(files, FileName+"-wal")
		}},
		{"log_is_cut_in_half", func(_ *desk, files map[string][]byte) {
			files[FileName+"-wal"] = files[FileName+"-wal"][:len(files[FileName+"-wal"])/2]
		}},
		{"log_is_gone", func(_ *desk, files map[string][]byte) { delete(files, FileName+"-wal") }},
		{"every_other_page_is_overwritten", func(d *desk, files map[string][]byte) {
			const page = 4096
			data := files[FileName]
			for at := page; at+page <= len(data); at += 2 * page {
				for i := range page {
					data[at+i] = byte(i * 7)
				}
			}
			log := files[FileName+"-wal"]
			files[FileName+"-wal"] = log[:min(len(log), 32)]
		}},
		{"copy_is_gone", func(_ *desk, files map[string][]byte) { delete(files, CopyName); delete(files, CopyName+"-wal") }},
		{"copy_is_rubbish", func(_ *desk, files map[string][]byte) {
			files[CopyName] = []byte("this is no database, and has not been one for a long time")
			delete(files, CopyName+"-wal")
		}},
		{"copy_lost_its_log", func(_ *desk, files map[string][]byte) { delete(files, CopyName+"-wal") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := openDesk(t)
			want := full(d)
			if len(want.Drafts) != 40 || len(want.Commands) != 40 {
				t.Fatalf("%d drafts, %d commands", len(want.Drafts), len(want.Commands))
			}
			files := d.crash()
			c.spoil(d, files)
			d.lay(files)
			d.open()
			if diff := cmp.Diff(want, d.work(), protocmp.Transform()); diff != "" {
				t.Errorf("after it (- wanted, + found):\n%s", diff)
			}
			// And once more without the cache: what was brought back is kept twice, too.
			files = d.crash()
			delete(files, FileName)
			delete(files, FileName+"-wal")
			d.lay(files)
			d.open()
			if diff := cmp.Diff(want, d.work(), protocmp.Transform()); diff != "" {
				t.Errorf("after a second loss (- wanted, + found):\n%s", diff)
			}
		})
	}
}

// rapidFolder is a folder that lasts as long as one draw.
func rapidFolder(rt *rapid.T, t *testing.T) string {
	folder, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		rt.Fatal(err)
	}
	return folder
}

// The copy follows whatever is done to unsent work.
func TestCopyFollows(t *testing.T) {
	few := flag.Lookup("rapid.checks") // each opens a dozen files on a disk
	defer func(many string) { _ = few.Value.Set(many) }(few.Value.String())
	_ = few.Value.Set("20")
	rapid.Check(t, func(rt *rapid.T) {
		d := &desk{t: t, folder: rapidFolder(rt, t)}
		d.open()
		defer func() { d.closeFiles() }()
		var ids []string
		rt.Repeat(map[string]func(*rapid.T){
			"type": func(rt *rapid.T) {
				draft := Draft{
					ConversationID: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "conversation"),
					Text:           rapid.String().Draw(rt, "text"), SavedMs: rapid.Int64Range(1, 1<<53).Draw(rt, "saved"),
				}
				d.update(func(tx *Tx) error { return tx.PutDraft(t.Context(), draft) })
			},
			"command": func(rt *rapid.T) {
				row := command("a", rapid.String().Draw(rt, "text"))
				ids = append(ids, row.Command.Id)
				d.update(func(tx *Tx) error { return tx.AddOutbox(t.Context(), row) })
			},
			"answer": func(rt *rapid.T) {
				if len(ids) > 0 {
					id := rapid.SampledFrom(ids).Draw(rt, "id")
					d.update(func(tx *Tx) error { return tx.AnswerOutbox(t.Context(), id, 5) })
				}
			},
			"refuse": func(rt *rapid.T) {
				if len(ids) > 0 {
					id := rapid.SampledFrom(ids).Draw(rt, "id")
					d.update(func(tx *Tx) error { return tx.DeleteOutbox(t.Context(), id) })
				}
			},
			"lose the cache": func(rt *rapid.T) {
				want := d.work()
				files := d.crash()
				delete(files, FileName)
				delete(files, FileName+"-wal")
				d.lay(files)
				d.open()
				if diff := cmp.Diff(want, d.work(), protocmp.Transform()); diff != "" {
					rt.Fatalf("(- wanted, + found):\n%s", diff)
				}
			},
		})
	})
}

// What the hub gave back stays in the draft whatever an editor saves that has not shown it, also over another computer's.
func TestReturnedStaysUntilItIsSeen(t *testing.T) {
	for _, elsewhere := range []bool{false, true} {
		d := openDesk(t)
		d.update(func(tx *Tx) error {
			return tx.writeDraft(t.Context(), Draft{ConversationID: "c", Text: "from home", SavedMs: 5, Elsewhere: elsewhere})
		})
		d.update(func(tx *Tx) error { return tx.ReturnToDraft(t.Context(), "c", DraftContent{Text: "sent"}, 6) })
		d.update(func(tx *Tx) error {
			return tx.PutDraft(t.Context(), Draft{ConversationID: "c", Text: "typed", SavedMs: 7, SeenMs: 1})
		})
		got, err := d.Read().Draft(t.Context(), "c")
		if err != nil || got.Text != "sent\ntyped" {
			t.Fatalf("elsewhere %v: %q %v", elsewhere, got.Text, err)
		}
		if elsewhere != strings.Contains(got.Previous.Text, "from home") {
			t.Errorf("elsewhere %v: one step back is %q", elsewhere, got.Previous.Text)
		}
	}
}
