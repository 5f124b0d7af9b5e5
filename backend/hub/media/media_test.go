package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	"image/png"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/lane"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func newBlobs(t *testing.T) *Blobs {
	t.Helper()
	b, err := NewBlobs(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sumOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// files are all files below the folder, unfinished ones included.
func (b *Blobs) files(t *testing.T) (found []string) {
	t.Helper()
	err := filepath.WalkDir(b.folder, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func picture(t *testing.T) []byte {
	t.Helper()
	var text bytes.Buffer
	if err := png.Encode(&text, image.NewGray(image.Rect(0, 0, 7, 5))); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

func TestBlobs(t *testing.T) {
	t.Parallel()
	t.Run("a_file_is_there_whole_or_not_at_all", func(t *testing.T) {
		b, content := newBlobs(t), []byte(strings.Repeat("content", 100))
		i, err := b.Create(1000)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := i.Write(content[:300]); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Open(sumOf(content)); err == nil {
			t.Fatal("an unfinished file can be opened")
		}
		if _, err := i.Write(content[300:]); err != nil {
			t.Fatal(err)
		}
		if err := i.Keep(); err != nil {
			t.Fatal(err)
		}
		f, err := b.Open(sumOf(content))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if got, err := io.ReadAll(f); err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d bytes, %v", len(got), err)
		}
	})
	t.Run("above_the_limit_nothing_is_left", func(t *testing.T) {
		b := newBlobs(t)
		i, err := b.Create(10)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(i, strings.NewReader("elevenbytes")); !errors.Is(err, ErrTooLarge) {
			t.Errorf("got %v", err)
		}
		i.Drop()
		if left := b.files(t); len(left) != 0 {
			t.Errorf("it left %v", left)
		}
	})
	t.Run("the_same_content_from_many_sides_is_one_file", func(t *testing.T) {
		b := newBlobs(t)
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				i, err := b.Create(10)
				if err == nil {
					_, err = i.Write([]byte("same"))
				}
				if err == nil {
					err = i.Keep()
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if left := b.files(t); len(left) != 1 {
			t.Errorf("it left %v", left)
		}
	})
	t.Run("only_hashes_name_files", func(t *testing.T) {
		b := newBlobs(t)
		for _, name := range []string{"", "..", "../../etc/passwd", strings.Repeat("A", 64), strings.Repeat("a", 63), strings.Repeat("a", 64) + "\n"} {
			if _, err := b.Open(name); err == nil || !strings.Contains(err.Error(), "no hash") {
				t.Errorf("%q: %v", name, err)
			}
		}
	})
}

// fakeMeta has one file to fetch.
type fakeMeta struct {
	channel.Adapter
	body func() (io.Reader, error)
}

func (f fakeMeta) FetchMedia(context.Context, channel.Account, channel.Media) (channel.MediaBody, error) {
	r, err := f.body()
	if err != nil {
		return channel.MediaBody{}, err
	}
	return channel.MediaBody{ReadCloser: io.NopCloser(r), Size: -1}, nil
}

func TestFetch(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		meta := &fakeMeta{Adapter: hubtest.Channels()[0]}
		w := hubtest.New(t, s, 0, meta)
		b := newBlobs(t)
		fetcher := &Fetcher{Store: s, Directory: w.Directory, Blobs: b, Now: w.Now, Log: slog.New(slog.DiscardHandler)}
		content := picture(t)
		whole := func() (io.Reader, error) { return bytes.NewReader(content), nil }
		for name, test := range map[string]struct {
			body   func() (io.Reader, error)
			sum    string
			late   bool
			state  string
			result lane.Result // only Again is looked at
		}{
			"whole":                    {whole, sumOf(content), false, "ready", lane.Done},
			"whole, Meta told no hash": {whole, "", false, "ready", lane.Done},
			"another hash is retried":  {whole, sumOf([]byte("x")), false, "pending", lane.Result{Again: true}},
			"half is retried": {func() (io.Reader, error) {
				return io.MultiReader(bytes.NewReader(content[:20]), iotest.ErrReader(io.ErrUnexpectedEOF)), nil
			}, "", false, "pending", lane.Result{Again: true}},
			"not now is retried":        {func() (io.Reader, error) { return nil, errors.New("busy") }, "", false, "pending", lane.Result{Again: true}},
			"not for a week is gone":    {func() (io.Reader, error) { return nil, errors.New("busy") }, "", true, "gone", lane.Done},
			"gone at Meta is gone":      {func() (io.Reader, error) { return nil, channel.ErrMediaGone }, "", false, "gone", lane.Done},
			"larger than Meta's limits": {func() (io.Reader, error) { return io.LimitReader(zeros{}, maxBytes+1), nil }, "", false, "gone", lane.Done},
		} {
			t.Run(name, func(t *testing.T) {
				c := w.Conversation(t, nil)
				row := db.Media{
					WorkspaceID: w.ID, ID: conversation.NewID(), TouchpointID: w.WhatsApp.ID, MessageID: c.LastMessageID, State: "pending",
					MIME: "image/jpeg", SHA256: test.sum, ProviderID: "m", CreatedMs: w.NowMs(),
				}
				if test.late {
					row.CreatedMs -= deadline.Milliseconds() + 1
				}
				if _, err := s.InTx(t.Context(), w.ID, func(tx *store.Tx) error { return tx.InsertMedia(t.Context(), db.InsertMediaParams(row)) }); err != nil {
					t.Fatal(err)
				}
				before := len(b.files(t))
				meta.body = test.body
				result, err := fetcher.Handle(t.Context(), db.Lane{WorkspaceID: w.ID, Key: row.ID, TouchpointID: w.WhatsApp.ID})
				if err != nil || result.Again != test.result.Again {
					t.Fatalf("%+v, %v", result, err)
				}
				got, err := s.Read().Media(t.Context(), db.MediaParams{WorkspaceID: w.ID, ID: row.ID})
				if err != nil || got.State != test.state {
					t.Fatalf("%+v, %v", got, err)
				}
				switch m := w.Message(t, c.LastMessageID); {
				case got.State == "pending":
					if got.SHA256 != test.sum || m.Version != 1 {
						t.Errorf("%+v", got)
					}
				case m.Version != 2:
					t.Errorf("the message does not show it: %+v", m)
				}
				if got.State == "ready" {
					if got.SHA256 != sumOf(content) || got.MIME != "image/png" || got.Width != 7 || got.Height != 5 || got.SizeBytes != int64(len(content)) {
						t.Errorf("%+v", got)
					}
				} else if after := len(b.files(t)); after != before {
					t.Errorf("it left %d files", after-before)
				}
			})
		}
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestLibrary(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		w := hubtest.New(t, s, 0)
		l := &Library{Store: s, Blobs: newBlobs(t), Now: w.Now}
		content := picture(t)
		id := conversation.NewID()
		var group sync.WaitGroup
		for range 6 { // the desk tries again while its first try is still on the way
			group.Go(func() {
				row, err := l.Put(t.Context(), w.ID, id, `C:\photos\..\view?.png`, "text/html", bytes.NewReader(content))
				if err != nil || row.SHA256 != sumOf(content) || row.MIME != "image/png" || row.FileName != "view_.png" || row.State != "ready" {
					t.Errorf("%+v, %v", row, err)
				}
			})
		}
		group.Wait()
		if _, err := l.Put(t.Context(), w.ID, conversation.NewID(), "x", "", strings.NewReader("")); !errors.Is(err, ErrEmpty) {
			t.Errorf("empty: %v", err)
		}
		if _, err := l.Put(t.Context(), w.ID, conversation.NewID(), "x", "", iotest.ErrReader(errors.New("cut"))); err == nil {
			t.Error("a cut upload was kept")
		}
		if left := l.Blobs.files(t); len(left) != 1 {
			t.Errorf("it left %v", left)
		}
	})
}

func TestAgree(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ found, declared, want string }{
		{"image/png", "image/jpeg", "image/png"},
		{"application/zip", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
		{"application/zip", "image/png", "application/zip"},
		{"text/plain", "text/csv; charset=utf-8", "text/csv"},
		{"text/plain", "text/html", "text/plain"},
		{"text/html", "image/png", "text/html"},
		{"text/html", "text/plain", "text/html"},
		{"audio/ogg", "audio/ogg; codecs=opus", "audio/ogg"},
		{"video/mp4", "audio/mp4", "audio/mp4"},
		{"video/3gpp", "audio/amr", "audio/amr"},
		{"application/pdf", "", "application/pdf"},
		{"application/pdf", "application/octet-stream", "application/pdf"},
		{"application/x-executable", "image/png", "application/x-executable"},
		{"image/png", "not a type", "image/png"},
	} {
		if got := Agree(test.found, test.declared); got != test.want {
			t.Errorf("found %s, declared %s: %s, want %s", test.found, test.declared, got, test.want)
		}
	}
}

func TestInspect(t *testing.T) {
	t.Parallel()
	if got, err := Inspect(bytes.NewReader(picture(t))); err != nil || got != (Inspected{"image/png", 7, 5}) {
		t.Errorf("%+v, %v", got, err)
	}
	bomb := picture(t) // says 60,000 × 60,000
	copy(bomb[16:24], []byte{0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60})
	if got, err := Inspect(bytes.NewReader(bomb)); err != nil || got.Width != 0 || got.Height != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := Inspect(strings.NewReader("")); err != nil || got.Width != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestCleanName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"invoice.pdf": "invoice.pdf", "../../etc/passwd": "passwd", `C:\x\y.txt`: "y.txt", "": "file", ".": "file", "..": "file", "...": "file", "a/": "a",
		"/": "_", "a:b*c?.txt": "a_b_c_.txt", "a\x00b\n": "a\ufffdb_", " ": "file", "relatório 1.pdf": "relatório 1.pdf",
	} {
		if got := cleanName(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
	if got := cleanName(strings.Repeat("é", 1000)); len(got) > maxNameBytes || !utf8.ValidString(got) {
		t.Errorf("%d bytes", len(got))
	}
}
