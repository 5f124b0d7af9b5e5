package desk_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"parley/backend/conversation"
	"parley/backend/desk"
	"parley/backend/desk/cache"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func TestFiles(t *testing.T) {
	t.Run("a_download_that_breaks_off_goes_on_where_it_was", func(t *testing.T) {
		b := begin(t)
		data := bytes.Repeat([]byte("0123456789abcdef"), 64<<10) // 1 MB
		id := b.hub.PutMedia(data)
		b.hub.BreakDownloads(1, 300_000)
		if _, err := b.MediaFile(t.Context(), id); !errors.Is(err, desk.ErrNotHere) {
			t.Fatalf("the broken download says %v", err)
		}
		file := must(b.MediaFile(t.Context(), id))
		got, err := os.ReadFile(file.Path)
		if err != nil || !bytes.Equal(got, data) {
			t.Fatalf("%d bytes, %v", len(got), err)
		}
		if given := b.hub.Given(id); given > int64(len(data)) {
			t.Errorf("the hub gave %d bytes for a file of %d", given, len(data))
		}
	})

	t.Run("bytes_that_are_not_the_hubs_are_not_kept", func(t *testing.T) {
		b := begin(t)
		id := b.hub.PutMedia([]byte("what the hub has"))
		partial := filepath.Join(b.folder, "media", id+".part")
		if err := os.WriteFile(partial, []byte("WRONG"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := b.MediaFile(t.Context(), id); !errors.Is(err, desk.ErrNotHere) {
			t.Fatalf("a file of two halves says %v", err)
		}
		file := must(b.MediaFile(t.Context(), id))
		if got, _ := os.ReadFile(file.Path); string(got) != "what the hub has" {
			t.Errorf("got %q", got)
		}
	})

	t.Run("a_download_can_be_called_off", func(t *testing.T) {
		b := begin(t)
		id := b.hub.PutMedia(bytes.Repeat([]byte("x"), 1<<20))
		release := b.hub.HoldDownloads(100_000)
		ended := make(chan error, 1)
		go func() {
			_, err := b.MediaFile(context.WithoutCancel(t.Context()), id)
			ended <- err
		}()
		b.until("under way", func() bool { return b.Progress(id).Done > 0 && b.Progress(id).Total == 1<<20 })
		b.CallOff(id)
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("called off: %v", err)
		}
		release()
		if b.Progress(id).Running {
			t.Error("it goes on")
		}
		must(b.MediaFile(t.Context(), id))
	})

	t.Run("thumbnails_and_pictures_are_here_before_anybody_looks", func(t *testing.T) {
		b := begin(t)
		media, sum := b.hub.PutMedia([]byte("large")), "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"
		id := b.mine("Ana")
		b.hub.PutSmall("/media/"+media+"/thumb", []byte("small"))
		contact := b.hub.Conversation(id).ContactId
		b.hub.PutSmall("/contacts/"+contact+"/picture", []byte("face"))
		b.hub.Put(&hubv1.Contact{Id: contact, Name: "Ana", PictureSha256: sum})
		b.hub.Say(id, "in", &hubv1.Content{Kind: "image", Media: &hubv1.Media{Id: media, State: "ready", ThumbSha256: sum}})
		b.until("both are here", func() bool {
			_, thumb := os.Stat(filepath.Join(b.folder, "media", media+".thumb"))
			_, picture := os.Stat(filepath.Join(b.folder, "media", "picture-"+sum))
			return thumb == nil && picture == nil
		})
		b.hub.SetDown(true)
		for _, find := range []func() (desk.File, error){
			func() (desk.File, error) { return b.Thumbnail(t.Context(), media) },
			func() (desk.File, error) { return b.Picture(t.Context(), contact, sum) },
		} {
			if _, err := find(); err != nil {
				t.Error(err)
			}
		}
	})

	t.Run("opened_files_keep_to_their_room_and_drafts_are_no_such_files", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		offer := must(b.AddFile(t.Context(), id, "plan.pdf", bytes.NewReader(append([]byte("%PDF-1.4\n"), make([]byte, 50_000)...)), -1))
		var all []string
		for range 5 {
			media := b.hub.PutMedia(bytes.Repeat([]byte("y"), 100_000))
			must(b.MediaFile(t.Context(), media))
			all = append(all, media)
			b.hub.Advance(1)
		}
		b.SetMediaBudget(t.Context(), 250_000)
		kept := 0
		for _, media := range all {
			if _, err := os.Stat(filepath.Join(b.folder, "media", media)); err == nil {
				kept++
			}
		}
		if kept != 2 {
			t.Errorf("%d of 5 files are kept in room for 2", kept)
		}
		if file, err := b.MediaFile(t.Context(), offer.ID); err != nil || file.MIME != "application/pdf" {
			t.Errorf("the draft's file: %+v, %v", file, err)
		}
		must(b.MediaFile(t.Context(), all[0])) // and it comes again
	})

	t.Run("an_upload_that_breaks_off_goes_on_where_it_was", func(t *testing.T) {
		b := begin(t)
		id := b.mine("Ana")
		data := append([]byte("%PDF-1.4\n"), bytes.Repeat([]byte("0123456789abcdef"), 200<<10)...) // 3.2 MB
		offer := must(b.AddFile(t.Context(), id, "plan.pdf", bytes.NewReader(data), -1))
		b.hub.LoseParts(2)
		must(b.Send(t.Context(), cache.Draft{ConversationID: id, Files: []cache.DraftFile{{ID: offer.ID}}}, ""))
		b.until("the hub has it", func() bool {
			b.Nudge()
			sends := b.hub.Sends()
			return len(sends) == 1 && sends[0].Content.Media.GetId() == offer.ID
		})
		if taken := b.hub.Taken(); taken != int64(len(data)) {
			t.Errorf("%d bytes went up for a file of %d", taken, len(data))
		}
	})

	t.Run("what_is_no_id_names_no_file", func(t *testing.T) {
		b := begin(t)
		for _, find := range []func() (desk.File, error){
			func() (desk.File, error) { return b.MediaFile(t.Context(), "../cache.db") },
			func() (desk.File, error) { return b.Thumbnail(t.Context(), "../cache") },
			func() (desk.File, error) { return b.Picture(t.Context(), conversation.NewID(), "../../cache.db") },
		} {
			if _, err := find(); !errors.Is(err, desk.ErrNotFound) {
				t.Errorf("it says %v", err)
			}
		}
	})
}
