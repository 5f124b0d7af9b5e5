package sync

import (
	"context"
	"fmt"
	"os"
	"testing"

	"pgregory.net/rapid"

	"parley/backend/desk/cache"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Pages may be repeated and come in any order: the cache ends up the same.
func TestApplyConverges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pages := drawPages(t)
		inOrder := state(t, pages)
		order := rapid.Permutation(pages).Draw(t, "order")
		repeats := rapid.SliceOfN(rapid.SampledFrom(pages), 0, 3).Draw(t, "repeats")
		if shuffled := state(t, append(order, repeats...)); shuffled != inOrder {
			t.Fatalf("in order:\n%s\nshuffled:\n%s", inOrder, shuffled)
		}
	})
}

// drawPages makes a feed: entities with rising versions, some deleted for good.
func drawPages(t *rapid.T) []*hubv1.ChangePage {
	var pages []*hubv1.ChangePage
	deleted := map[string]bool{}
	var seq int64
	for range rapid.IntRange(1, 6).Draw(t, "pages") {
		page := &hubv1.ChangePage{}
		for range rapid.IntRange(1, 6).Draw(t, "changes") {
			seq++
			kind := rapid.SampledFrom([]string{"conversation", "message", "note", "contact"}).Draw(t, "kind")
			id := kind + rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "id")
			if deleted[id] {
				continue
			}
			change := &hubv1.Change{Seq: seq, Type: kind, Id: id}
			switch {
			case rapid.IntRange(0, 5).Draw(t, "delete") == 0:
				change.Deleted, deleted[id] = true, true
			case kind == "conversation":
				change.Entity = &hubv1.Entity{Kind: &hubv1.Entity_Conversation{Conversation: &hubv1.Conversation{
					Id: id, Version: seq, ContactId: "contact1", Status: "queued", Preview: fmt.Sprint(seq),
				}}}
			case kind == "message":
				change.Entity = &hubv1.Entity{Kind: &hubv1.Entity_Message{Message: &hubv1.Message{
					Id: id, Version: seq, ConversationId: "conversation1", No: int64(id[len(id)-1] - '0'), Direction: "in",
					Content: &hubv1.Content{Kind: "text", Text: fmt.Sprintf("word%d", seq)},
				}}}
			case kind == "note":
				change.Entity = &hubv1.Entity{Kind: &hubv1.Entity_Note{Note: &hubv1.Note{
					Id: id, Version: seq, ConversationId: "conversation1", Text: fmt.Sprint(seq),
				}}}
			default:
				change.Entity = &hubv1.Entity{Kind: &hubv1.Entity_Contact{Contact: &hubv1.Contact{Id: id, Version: seq, Name: fmt.Sprint(seq)}}}
			}
			page.Changes = append(page.Changes, change)
		}
		page.Cursor = &hubv1.Cursor{Epoch: "e", Seq: seq}
		pages = append(pages, page)
	}
	return pages
}

// state applies pages to an empty cache and describes what is in it, search index and cursor included.
func state(t *rapid.T, pages []*hubv1.ChangePage) string {
	folder, err := os.MkdirTemp("", "apply")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(folder)
	ctx := context.Background()
	c, _, err := cache.Open(ctx, folder)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	err = c.Update(ctx, func(tx *cache.Tx) error { return tx.EndReset(ctx, &hubv1.Cursor{Epoch: "e"}) })
	for _, page := range pages {
		if err == nil {
			err = c.Update(ctx, func(tx *cache.Tx) error {
				_, err := Apply(ctx, tx, page)
				return err
			})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	r := c.Read()
	rows, _ := r.Inbox(ctx)
	text := ""
	for _, row := range rows {
		text += fmt.Sprintln(row.Conversation.Id, row.Conversation.Version, row.Contact.Name)
	}
	messages, _ := r.MessagesBefore(ctx, "conversation1", nil, 0, 100)
	for _, m := range messages {
		text += fmt.Sprintln(m.Id, m.Version)
	}
	for seq := range lastSeq(pages) + 1 {
		hits, _ := r.Search(ctx, "conversation1", fmt.Sprintf("word%d ", seq))
		for _, hit := range hits {
			text += fmt.Sprintln("found", seq, hit.MessageID)
		}
	}
	notes, _ := r.Notes(ctx, "conversation1")
	for _, note := range notes {
		text += fmt.Sprintln(note.Id, note.Version)
	}
	cursor, _ := r.Cursor(ctx)
	return text + cursor.String()
}

func lastSeq(pages []*hubv1.ChangePage) int64 {
	var last int64
	for _, page := range pages {
		last = max(last, page.Cursor.Seq)
	}
	return last
}
