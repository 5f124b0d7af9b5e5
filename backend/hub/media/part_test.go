package media_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"path/filepath"
	"testing"
	"testing/iotest"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/media"
	"parley/backend/hub/store"
	"parley/backend/hub/store/storetest"
)

func TestUploadInParts(t *testing.T) {
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		w := hubtest.New(t, s, 1)
		folder := t.TempDir()
		open := func() *media.Library {
			blobs, err := media.OpenFolder(filepath.Join(folder, "blobs"))
			if err != nil {
				t.Fatal(err)
			}
			parts, err := media.OpenParts(filepath.Join(folder, "uploads"))
			if err != nil {
				t.Fatal(err)
			}
			return &media.Library{Store: s, Blobs: blobs, Parts: parts, Now: time.Now}
		}
		data := append([]byte("%PDF-1.4\n"), bytes.Repeat([]byte("x"), 5000)...)
		sum := sha256.Sum256(data)
		upload := func() media.Upload {
			return media.Upload{WorkspaceID: w.ID, AgentID: w.Agents[0].AgentID, ID: conversation.NewID(), Name: "plan.pdf", Size: int64(len(data)), Sum: hex.EncodeToString(sum[:])}
		}
		t.Run("what_came_before_a_connection_broke_and_a_hub_started_again_is_kept", func(t *testing.T) {
			u, l := upload(), open()
			broken := io.MultiReader(bytes.NewReader(data[:1000]), iotest.ErrReader(errors.New("cut")))
			if at, _, err := l.PutPart(t.Context(), u, 0, broken); err == nil || at != 1000 {
				t.Fatalf("at %d, %v", at, err)
			}
			l = open()
			if at, _, err := l.PutPart(t.Context(), u, 0, bytes.NewReader(data)); !errors.Is(err, media.ErrElsewhere) || at != 1000 {
				t.Fatalf("a part that begins elsewhere: at %d, %v", at, err)
			}
			at, row, err := l.PutPart(t.Context(), u, 1000, bytes.NewReader(data[1000:]))
			if err != nil || at != u.Size || row.SHA256 != u.Sum || row.MIME != "application/pdf" || row.AgentID != u.AgentID {
				t.Fatalf("at %d, %+v, %v", at, row, err)
			}
			if again, twice, err := l.PutPart(t.Context(), u, 1000, bytes.NewReader(data[1000:])); err != nil || again != u.Size || twice.ID != row.ID {
				t.Errorf("the last part again: at %d, %v", again, err)
			}
			if left := l.Parts.Offset(u.WorkspaceID, u.AgentID, u.ID); left != 0 {
				t.Errorf("%d bytes are left", left)
			}
		})
		t.Run("bytes_that_are_not_those_announced_are_forgotten", func(t *testing.T) {
			u, l := upload(), open()
			wrong := bytes.Repeat([]byte("y"), len(data))
			if _, row, err := l.PutPart(t.Context(), u, 0, bytes.NewReader(wrong)); !errors.Is(err, media.ErrDamaged) || row.ID != "" {
				t.Fatalf("%+v, %v", row, err)
			}
			if _, row, err := l.PutPart(t.Context(), u, 0, bytes.NewReader(data)); err != nil || row.ID != u.ID {
				t.Errorf("from the beginning: %+v, %v", row, err)
			}
		})
		t.Run("nobody_else_goes_on_with_it", func(t *testing.T) {
			u, l := upload(), open()
			if _, _, err := l.PutPart(t.Context(), u, 0, bytes.NewReader(data)); err != nil {
				t.Fatal(err)
			}
			u.AgentID = conversation.NewID()
			if _, row, err := l.PutPart(t.Context(), u, 0, bytes.NewReader(data)); !errors.Is(err, media.ErrElsewhere) || row.ID != "" {
				t.Errorf("%+v, %v", row, err)
			}
		})
		t.Run("a_part_takes_no_more_than_was_announced", func(t *testing.T) {
			u, l := upload(), open()
			u.Size = 200 << 20
			if _, _, err := l.PutPart(t.Context(), u, 0, bytes.NewReader(data)); !errors.Is(err, media.ErrTooLarge) {
				t.Error(err)
			}
		})
	})
}
