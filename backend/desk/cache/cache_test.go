package cache

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"parley/backend/conversation"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func openAt(t *testing.T, folder string) *Cache {
	t.Helper()
	c, _, err := Open(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.closeFiles() })
	return c
}

func write(t *testing.T, c *Cache, do func(ctx context.Context, tx *Tx) error) {
	t.Helper()
	if err := c.Update(t.Context(), func(tx *Tx) error { return do(t.Context(), tx) }); err != nil {
		t.Fatal(err)
	}
}

func message(conversationID string, no int64, text string) *hubv1.Message {
	return &hubv1.Message{
		Id: conversation.NewID(), Version: no, ConversationId: conversationID, No: no, SentMs: 1000 + no, Direction: "in",
		Content: &hubv1.Content{Kind: "text", Text: text},
	}
}

func TestSearch(t *testing.T) {
	c := openAt(t, t.TempDir())
	here, there := conversation.NewID(), conversation.NewID()
	write(t, c, func(ctx context.Context, tx *Tx) error {
		for i, text := range []string{"Reservação confirmada", "RESERVACAO again", "Grüße aus Köln", `say "hi" (now)`, "予約を変更したい", "a+b = 100%"} {
			if _, err := tx.PutMessage(ctx, message(here, int64(i+1), text)); err != nil {
				return err
			}
		}
		_, err := tx.PutMessage(ctx, message(there, 1, "reservação elsewhere"))
		return err
	})
	for query, want := range map[string][]int64{
		"reservacao": {2, 1}, "Reservação": {2, 1}, "conf": {1}, "again RESERV": {2}, "koln gruße": {3}, "KÖLN GRÜ": {3},
		`"hi"`: {4}, "(now": {4}, "変更": {5}, "%": {6}, "100%": {6}, "": nil, "OR": nil, "elsewhere": nil, "NEAR(": nil, "a*": nil,
	} {
		hits, err := c.Read().Search(t.Context(), here, query)
		if err != nil {
			t.Fatalf("%q: %v", query, err)
		}
		var got []int64
		for _, hit := range hits {
			got = append(got, hit.Place.No)
		}
		if query == "a*" {
			continue // "a" is also the beginning of a word
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q found %v, want %v", query, got, want)
		}
	}
}

func TestFloor(t *testing.T) {
	c := openAt(t, t.TempDir())
	id := conversation.NewID()
	for _, test := range []struct {
		add           int64
		floor, newest int64
	}{{9, 9, 9}, {10, 9, 10}, {3, 9, 10}, {8, 8, 10}, {4, 8, 10}, {7, 7, 10}, {5, 7, 10}, {6, 3, 10}, {2, 2, 10}, {1, 1, 10}} {
		write(t, c, func(ctx context.Context, tx *Tx) error {
			_, err := tx.PutMessage(ctx, message(id, test.add, ""))
			return err
		})
		floor, newest, err := c.Read().Floor(t.Context(), id)
		if err != nil || floor != test.floor || newest != test.newest {
			t.Fatalf("after %d: floor %d, newest %d, %v", test.add, floor, newest, err)
		}
	}
}

func TestReset(t *testing.T) {
	c := openAt(t, t.TempDir())
	id := conversation.NewID()
	old, kept := message(id, 1, "old words"), message(id, 2, "kept words")
	kept.Version = 50
	write(t, c, func(ctx context.Context, tx *Tx) error {
		for _, m := range []*hubv1.Message{old, kept} {
			if _, err := tx.PutMessage(ctx, m); err != nil {
				return err
			}
		}
		return tx.PutDraft(ctx, Draft{ConversationID: id, Text: "unsent"})
	})
	restored := message(id, 2, "restored words")
	restored.Id, restored.Version = kept.Id, 3
	write(t, c, func(ctx context.Context, tx *Tx) error {
		if err := tx.BeginReset(ctx); err != nil {
			return err
		}
		if _, err := tx.PutMessage(ctx, restored); err != nil {
			return err
		}
		return tx.EndReset(ctx, &hubv1.Cursor{Epoch: "e2", Seq: 3})
	})
	write(t, c, func(ctx context.Context, tx *Tx) error {
		after := int64(0)
		more, err := tx.PruneMessages(ctx, &after)
		if more {
			t.Error("there is more to remove")
		}
		return err
	})
	hits, err := c.Read().Search(t.Context(), id, "words")
	if err != nil || len(hits) != 1 || hits[0].MessageID != kept.Id {
		t.Fatalf("hits %v, %v", hits, err)
	}
	if hits, _ := c.Read().Search(t.Context(), id, "restored"); len(hits) != 1 {
		t.Fatal("the lower version of the new epoch did not win")
	}
	if draft, _ := c.Read().Draft(t.Context(), id); draft.Text != "unsent" {
		t.Fatalf("draft: %+v", draft)
	}
	if cursor, _ := c.Read().Cursor(t.Context()); cursor.GetEpoch() != "e2" || cursor.GetSeq() != 3 {
		t.Fatalf("cursor: %v", cursor)
	}
}

func TestOpen(t *testing.T) {
	unsent := func(t *testing.T, c *Cache) {
		write(t, c, func(ctx context.Context, tx *Tx) error {
			for i := range 3000 { // enough pages to damage
				if _, err := tx.PutMessage(ctx, message("c", int64(i+1), "filler text that takes some room on its page")); err != nil {
					return err
				}
			}
			if err := tx.PutDraft(ctx, Draft{ConversationID: "c", Text: "unsent"}); err != nil {
				return err
			}
			return tx.AddOutbox(ctx, OutboxRow{
				Lane: "c", ConversationID: "c", Kind: "end_chat", State: OutboxWaiting, Command: &hubv1.Command{Id: "command"},
			})
		})
	}

	t.Run("keeps what a killed process left", func(t *testing.T) {
		folder := t.TempDir()
		c := openAt(t, folder)
		unsent(t, c)
		c.closeFiles() // without Close: not marked as closed
		again := openAt(t, folder)
		if draft, _ := again.Read().Draft(t.Context(), "c"); draft.Text != "unsent" {
			t.Fatalf("draft: %+v", draft)
		}
	})

	t.Run("is private", func(t *testing.T) {
		folder := t.TempDir()
		openAt(t, folder)
		for _, name := range []string{FileName, FileName + "-wal"} {
			info, err := os.Stat(filepath.Join(folder, name))
			if err != nil || info.Mode().Perm() != 0o600 {
				t.Fatalf("%s: %v %v", name, info.Mode(), err)
			}
		}
	})

	t.Run("sets a damaged file aside and recovers unsent work", func(t *testing.T) {
		folder := t.TempDir()
		c := openAt(t, folder)
		unsent(t, c)
		if _, err := c.writer.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
			t.Fatal(err)
		}
		var root int64
		if err := c.writer.QueryRow("SELECT rootpage FROM sqlite_schema WHERE name = 'message_thread'").Scan(&root); err != nil {
			t.Fatal(err)
		}
		c.closeFiles()
		file, err := os.OpenFile(filepath.Join(folder, FileName), os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := file.WriteAt([]byte("damage, damage, damage, damage"), (root-1)*4096); err != nil {
			t.Fatal(err)
		}
		file.Close()
		c, opened, err := Open(t.Context(), folder)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if opened.SetAside == "" || opened.Drafts != 1 || opened.Commands != 1 {
			t.Fatalf("opened: %+v", opened)
		}
		if draft, _ := c.Read().Draft(t.Context(), "c"); draft.Text != "unsent" {
			t.Fatalf("draft: %+v", draft)
		}
		if rows, _ := c.Read().Outbox(t.Context()); len(rows) != 1 || rows[0].Command.Id != "command" {
			t.Fatalf("outbox: %+v", rows)
		}
		if n, _ := c.Read().CountMessages(t.Context()); n != 0 {
			t.Fatalf("%d entities of the damaged file are trusted", n)
		}
	})

	t.Run("replaces what is no database", func(t *testing.T) {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, FileName), []byte("this is not a database, it is a letter to nobody, and it is long enough to be read as a head of a file"), 0o600); err != nil {
			t.Fatal(err)
		}
		c, opened, err := Open(t.Context(), folder)
		if err != nil || opened.SetAside == "" {
			t.Fatalf("%+v %v", opened, err)
		}
		c.Close()
	})
}
