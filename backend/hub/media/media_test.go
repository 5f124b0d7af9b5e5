package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf8"

	"parley/backend/channel"
	"parley/backend/channel/graph"
	"parley/backend/conversation"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/lane"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func sumOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

func picture(t *testing.T) []byte {
	t.Helper()
	var text bytes.Buffer
	if err := png.Encode(&text, image.NewGray(image.Rect(0, 0, 7, 5))); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

// fakeMeta has one file to fetch.
type fakeMeta struct {
	channel.Adapter
	body func() (io.Reader, error)
	wait func(context.Context) error // before the body; nil does not wait
}

func (f *fakeMeta) FetchMedia(ctx context.Context, _ channel.Account, _ channel.Media) (channel.MediaBody, error) {
	if f.wait != nil {
		if err := f.wait(ctx); err != nil {
			return channel.MediaBody{}, err
		}
	}
	r, err := f.body()
	if err != nil {
		return channel.MediaBody{}, err
	}
	return channel.MediaBody{ReadCloser: io.NopCloser(r), Size: -1}, nil
}

// desk is a hub's media part with one file that Meta may give.
type desk struct {
	*hubtest.Workspace
	meta    *fakeMeta
	blobs   *Folder
	fetcher *Fetcher
	library *Library
}

func newDesk(t *testing.T, s *store.Store) *desk {
	meta := &fakeMeta{Adapter: hubtest.Channels()[0]}
	w := hubtest.New(t, s, 0, meta)
	b := newFolder(t)
	return &desk{
		Workspace: w, meta: meta, blobs: b,
		fetcher: &Fetcher{Store: s, Directory: w.Directory, Blobs: b, Now: w.Now, Log: slog.New(slog.DiscardHandler)},
		library: &Library{Store: s, Blobs: b, Now: w.Now},
	}
}

// arrive is a message of now with a file that is waited for.
func (d *desk) arrive(t *testing.T, change func(*db.Media)) db.Media {
	t.Helper()
	c := d.Conversation(t, nil)
	row := db.Media{
		WorkspaceID: d.ID, ID: conversation.NewID(), TouchpointID: d.WhatsApp.ID, MessageID: c.LastMessageID, State: "pending",
		MIME: "image/jpeg", ProviderID: "m", CreatedMs: d.NowMs(), FetchUntilMs: FetchUntil(d.NowMs()),
	}
	if change != nil {
		change(&row)
	}
	if _, err := d.Store.InTx(t.Context(), d.ID, func(tx *store.Tx) error { return tx.InsertMedia(t.Context(), db.InsertMediaParams(row)) }); err != nil {
		t.Fatal(err)
	}
	return row
}

// step lets the lane of a file run once, after a number of failed attempts.
func (d *desk) step(t *testing.T, id string, attempts int64) lane.Result {
	t.Helper()
	result, err := d.fetcher.Handle(t.Context(), db.Lane{WorkspaceID: d.ID, Key: id, TouchpointID: d.WhatsApp.ID, Attempts: attempts})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func (d *desk) row(t *testing.T, id string) db.Media {
	t.Helper()
	row, err := d.Store.Read().Media(t.Context(), db.MediaParams{WorkspaceID: d.ID, ID: id})
	if err != nil {
		t.Fatal(err)
	}
	return row
}

func TestFetch(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s)
		content := picture(t)
		sum := sha256.Sum256(content)
		whole := func() (io.Reader, error) { return bytes.NewReader(content), nil }
		fails := func(err error) func() (io.Reader, error) { return func() (io.Reader, error) { return nil, err } }
		busy := fails(errors.New("busy"))
		refused := fails(&channel.CallError{Verdict: channel.VerdictRefused, Err: errors.New("no")})
		const day = 24 * time.Hour
		for name, test := range map[string]struct {
			body     func() (io.Reader, error)
			sum      string
			attempts int64
			age      time.Duration
			state    string
			reason   string
		}{
			"whole":                             {whole, sumOf(content), 0, 0, "ready", ""},
			"whole, Meta told no hash":          {whole, "", 0, 0, "ready", ""},
			"whole, the hash in base64":         {whole, base64.StdEncoding.EncodeToString(sum[:]), 0, 0, "ready", ""},
			"whole, the hash is something else": {whole, "sha-unknown", 0, 0, "ready", ""},
			"whole, after the deadline":         {whole, "", 9, 8 * day, "ready", ""},
			"other bytes are tried again":       {whole, sumOf([]byte("x")), 0, 0, "pending", ""},
			"other bytes every time":            {whole, sumOf([]byte("x")), believed, 0, "gone", ReasonDamaged},
			"half is tried again": {func() (io.Reader, error) {
				return io.MultiReader(bytes.NewReader(content[:20]), iotest.ErrReader(io.ErrUnexpectedEOF)), nil
			}, "", 9, 0, "pending", ""},
			"not now is tried again":           {busy, "", 500, 6 * day, "pending", ""},
			"not for a week has expired":       {busy, "", 500, 7 * day, "gone", ReasonExpired},
			"gone at Meta has expired":         {fails(fmt.Errorf("x: %w", channel.ErrMediaGone)), "", 0, 0, "gone", ReasonExpired},
			"a refusal may be a mistake":       {refused, "", 0, 0, "pending", ""},
			"a refusal is believed in the end": {refused, "", believed, 0, "gone", ReasonRefused},
			"a token may be repaired":          {fails(&channel.CallError{Verdict: channel.VerdictHold, Err: errors.New("190")}), "", 500, 6 * day, "pending", ""},
			"larger than contacts can send":    {func() (io.Reader, error) { return io.LimitReader(zeros{}, graph.MaxMediaBytes+1), nil }, "", 0, 0, "gone", ReasonTooLarge},
			"the channel says it is too large": {fails(&channel.CallError{Verdict: channel.VerdictRefused, Err: fmt.Errorf("x: %w", graph.ErrTooLarge)}), "", 0, 0, "gone", ReasonTooLarge},
		} {
			t.Run(name, func(t *testing.T) {
				row := d.arrive(t, func(row *db.Media) {
					row.SHA256 = test.sum
					row.FetchUntilMs -= test.age.Milliseconds()
				})
				before := len(d.blobs.files(t))
				d.meta.body = test.body
				result := d.step(t, row.ID, test.attempts)
				got := d.row(t, row.ID)
				if got.State != test.state || got.Reason != test.reason || result.Again != (test.state == "pending") {
					t.Fatalf("%+v, %+v", got, result)
				}
				switch m := d.Message(t, row.MessageID); {
				case got.State == "pending":
					if got.SHA256 != test.sum || m.Version != 1 {
						t.Errorf("%+v", got)
					}
				case m.Version != 2:
					t.Errorf("the message does not show it: %+v", m)
				}
				if got.State == "ready" {
					if got.SHA256 != sumOf(content) || got.MIME != "image/png" || got.Width != 7 || got.Height != 5 || got.SizeBytes != int64(len(content)) ||
						got.ThumbWidth != 7 || got.ThumbHeight != 5 {
						t.Errorf("%+v", got)
					}
				} else if after := len(d.blobs.files(t)); after != before {
					t.Errorf("it left %d files", after-before)
				}
			})
		}
	})
}

func TestFetch_waits_as_long_as_Meta_says_and_not_beyond_the_deadline(t *testing.T) {
	t.Parallel()
	throttled := &channel.CallError{Verdict: channel.VerdictRetry, After: time.Hour, Err: errors.New("4")}
	if got := again(throttled, 0, 24*time.Hour); got.After != time.Hour || !got.Failed {
		t.Errorf("%+v", got)
	}
	if got := again(throttled, 0, time.Minute); got.After != time.Minute {
		t.Errorf("%+v", got)
	}
	if got := again(errors.New("busy"), 0, -time.Minute); got.After > time.Second {
		t.Errorf("%+v", got)
	}
}

// While a token is being repaired nothing is asked of Meta, and the file arrives once it is.
func TestFetch_parks_while_the_touchpoint_is_paused(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s)
		asked := 0
		d.meta.body = func() (io.Reader, error) { asked++; return nil, errors.New("busy") }
		pause := func(reason string, d2 time.Duration) {
			t.Helper()
			_, err := s.InTx(t.Context(), d.ID, func(tx *store.Tx) error {
				_, err := tx.PauseTouchpoint(t.Context(), db.PauseTouchpointParams{
					WorkspaceID: d.ID, ID: d.WhatsApp.ID, Reason: reason, UntilMs: d.Now().Add(d2).UnixMilli(),
				})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		row := d.arrive(t, nil)
		link := d.arrive(t, func(row *db.Media) { row.ProviderID, row.URL = "", "https://example.test/x" })
		dying := d.arrive(t, func(row *db.Media) { row.FetchUntilMs = d.NowMs() })
		pause("token", 40*time.Second)
		if got := d.step(t, row.ID, 3); asked != 0 || got != lane.Wait(40*time.Second) {
			t.Errorf("asked %d times, then %+v", asked, got)
		}
		if d.step(t, link.ID, 0); asked != 1 {
			t.Error("an address that needs no token waits for one")
		}
		if d.step(t, dying.ID, 0); asked != 2 || d.row(t, dying.ID).Reason != ReasonExpired {
			t.Error("at the deadline it is not tried once more")
		}
		pause("account", 24*time.Hour)
		if got := d.step(t, row.ID, 0); got != lane.Wait(parkedFor) {
			t.Errorf("%+v", got)
		}
		d.Advance(25 * time.Hour)
		if d.step(t, row.ID, 0); asked != 3 {
			t.Error("a probe is not let through")
		}
		pause("busy", time.Hour)
		if d.step(t, row.ID, 0); asked != 4 {
			t.Error("a rate limit of sends holds files")
		}
		if d.row(t, row.ID).State != "pending" {
			t.Error("it was given up")
		}
	})
}

func TestAgain(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s)
		ctx := t.Context()
		row := d.arrive(t, nil)
		d.meta.body = func() (io.Reader, error) { return nil, channel.ErrMediaGone }
		d.step(t, row.ID, 0)
		d.Advance(6 * 24 * time.Hour)
		wanted, err := d.library.Again(ctx, d.ID, row.ID)
		if err != nil || wanted.State != "pending" || wanted.Reason != "" {
			t.Fatalf("%+v, %v", wanted, err)
		}
		if m := d.Message(t, row.MessageID); m.Version != 3 {
			t.Errorf("nobody sees that it is tried again: %+v", m)
		}
		claimed, err := s.ClaimLane(ctx, Lane, "worker", d.NowMs(), d.NowMs()+1)
		if err != nil || claimed.Key != row.ID {
			t.Errorf("nobody tries: %+v, %v", claimed, err)
		}
		content := picture(t)
		d.meta.body = func() (io.Reader, error) { return bytes.NewReader(content), nil }
		d.step(t, row.ID, 0)
		for range 2 { // pressing it again changes nothing
			if got, err := d.library.Again(ctx, d.ID, row.ID); err != nil || got.State != "ready" {
				t.Errorf("%+v, %v", got, err)
			}
		}
		late := d.arrive(t, nil)
		d.meta.body = func() (io.Reader, error) { return nil, channel.ErrMediaGone }
		d.step(t, late.ID, 0)
		d.Advance(7 * 24 * time.Hour)
		if got, err := d.library.Again(ctx, d.ID, late.ID); !errors.Is(err, ErrTooLate) || got.State != "gone" {
			t.Errorf("after the deadline: %+v, %v", got, err)
		}
		if _, err := d.library.Again(ctx, d.ID, conversation.NewID()); !store.NotFound(err) {
			t.Errorf("unknown: %v", err)
		}
		if _, err := d.library.Again(ctx, conversation.NewID(), row.ID); !store.NotFound(err) {
			t.Errorf("of another workspace: %v", err)
		}
	})
}

// A file that takes longer than a lease is not begun by a second worker, and a worker that has lost it stops.
func TestFetch_keeps_its_lane(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s)
		ctx := t.Context()
		d.fetcher.renewEvery = time.Millisecond
		row := d.arrive(t, nil)
		_, err := s.InTx(ctx, d.ID, func(tx *store.Tx) error {
			return tx.WakeLane(ctx, db.WakeLaneParams{WorkspaceID: d.ID, Kind: Lane, Key: row.ID, TouchpointID: d.WhatsApp.ID, NextMs: 1})
		})
		if err != nil {
			t.Fatal(err)
		}
		l, err := s.ClaimLane(ctx, Lane, "slow", d.NowMs(), d.NowMs()+1)
		if err != nil {
			t.Fatal(err)
		}
		d.meta.wait = func(ctx context.Context) error {
			for due := int64(0); due < d.NowMs()+lane.Lease.Milliseconds(); { // until the lease was renewed
				var err error
				if due, err = s.Read().NextDue(ctx, Lane); err != nil {
					return err
				}
			}
			d.Advance(2 * lane.Lease)
			if _, err := s.ClaimLane(ctx, Lane, "other", d.NowMs(), d.NowMs()+lane.Lease.Milliseconds()); err != nil {
				return err
			}
			<-ctx.Done()
			return ctx.Err()
		}
		d.meta.body = func() (io.Reader, error) { return nil, errors.New("not reached") }
		if result, err := d.fetcher.Handle(ctx, l); err != nil || !result.Again {
			t.Errorf("%+v, %v", result, err)
		}
		if d.row(t, row.ID).State != "pending" {
			t.Error("it was given up")
		}
	})
}

// Pictures from before there were thumbnails get theirs when their lane runs.
func TestFetch_makes_thumbnails_of_what_is_here(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		d := newDesk(t, s)
		sum, err := KeepBytes(t.Context(), d.blobs, picture(t))
		if err != nil {
			t.Fatal(err)
		}
		old := d.arrive(t, func(row *db.Media) { row.State, row.SHA256, row.MIME = "ready", sum, "image/png" })
		lost := d.arrive(t, func(row *db.Media) { row.State, row.SHA256, row.MIME = "ready", sumOf([]byte("lost")), "image/png" })
		for _, id := range []string{old.ID, lost.ID} {
			if got := d.step(t, id, 0); got != lane.Done {
				t.Errorf("%+v", got)
			}
		}
		if got := d.row(t, old.ID); got.ThumbWidth != 7 || got.ThumbHeight != 5 || d.Message(t, old.MessageID).Version != 2 {
			t.Errorf("%+v", got)
		}
		if got := d.row(t, lost.ID); got.ThumbSHA256 != "" || got.State != "ready" {
			t.Errorf("%+v", got)
		}
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestLibrary(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		w := hubtest.New(t, s, 0)
		blobs := newFolder(t)
		l := &Library{Store: s, Blobs: blobs, Now: w.Now}
		content := picture(t)
		id := conversation.NewID()
		var group sync.WaitGroup
		for range 6 { // the desk tries again while its first try is still on the way
			group.Go(func() {
				row, err := l.Put(t.Context(), w.ID, "agent", id, `C:\photos\..\view?.png`, "text/html", bytes.NewReader(content))
				if err != nil || row.SHA256 != sumOf(content) || row.MIME != "image/png" || row.FileName != "view_.png" || row.State != "ready" {
					t.Errorf("%+v, %v", row, err)
				}
			})
		}
		group.Wait()
		if _, err := l.Put(t.Context(), w.ID, "agent", conversation.NewID(), "x", "", strings.NewReader("")); !errors.Is(err, ErrEmpty) {
			t.Errorf("empty: %v", err)
		}
		if _, err := l.Put(t.Context(), w.ID, "agent", conversation.NewID(), "x", "", iotest.ErrReader(errors.New("cut"))); err == nil {
			t.Error("a cut upload was kept")
		}
		if left := blobs.files(t); len(left) != 2 { // with its thumbnail
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
	if got, err := Inspect(bytes.NewReader(picture(t))); err != nil || got != (Inspected{MIME: "image/png", Width: 7, Height: 5}) {
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
