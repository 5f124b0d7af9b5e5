package media

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
)

// engineOf names the engine of a store.
func engineOf(s *store.Store) string {
	if s.Shared() {
		return "postgres"
	}
	return "sqlite"
}

func exists(path string) (bool, error) {
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// attic is a folder with a sweeper whose clock the test moves.
type attic struct {
	*desk
	sweeper *Sweeper
	age     time.Duration
}

func newAttic(t *testing.T, s *store.Store) *attic {
	a := &attic{desk: newDesk(t, s)}
	a.sweeper = &Sweeper{
		Store: s, Blobs: a.blobs, Now: func() time.Time { return time.Now().Add(a.age) }, Log: slog.New(slog.DiscardHandler),
	}
	return a
}

// later sweeps after some time has passed.
func (a *attic) later(t *testing.T, d time.Duration) {
	t.Helper()
	a.age += d
	if err := a.sweeper.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// there checks which files can be opened.
func (a *attic) there(t *testing.T, want map[string]bool) {
	t.Helper()
	for sum, want := range want {
		f, err := a.blobs.Open(t.Context(), sum)
		if err == nil {
			f.Close()
		}
		if want != (err == nil) || !want && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: %v, want it there: %v", sum[:8], err, want)
		}
	}
}

func (a *attic) keep(t *testing.T, content string) string {
	t.Helper()
	sum, err := KeepBytes(t.Context(), a.blobs, []byte(content))
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func TestSweep_forgets_only_what_nobody_refers_to(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		a := newAttic(t, s)
		sent, err := a.library.Put(t.Context(), a.ID, "agent", conversation.NewID(), "x.png", "", bytes.NewReader(picture(t)))
		if err != nil {
			t.Fatal(err)
		}
		face, small := a.keep(t, "face"), a.keep(t, "small face")
		_, err = s.InTx(t.Context(), a.ID, func(tx *store.Tx) error {
			return tx.PutContact(t.Context(), db.PutContactParams{WorkspaceID: a.ID, ID: conversation.NewID(), PictureSHA256: face, PictureThumbSHA256: small})
		})
		if err != nil {
			t.Fatal(err)
		}
		lost := a.keep(t, "its row never came")
		used := map[string]bool{sent.SHA256: true, sent.ThumbSHA256: true, face: true, small: true, lost: true}
		a.later(t, unusedFor/2)
		a.there(t, used)
		a.later(t, unusedFor) // set aside
		a.there(t, used)
		used[lost] = false
		a.later(t, 2*unusedFor)
		a.there(t, used)
		a.later(t, 2*unusedFor)
		a.there(t, used)
		if left := a.blobs.files(t); len(left) != 5 { // and the owner
			t.Errorf("there are %v", left)
		}
	})
}

// Somebody sends the same file again while it is being swept: at whichever moment its row comes, it stays.
func TestSweep_is_safe_against_the_same_file_being_taken_in(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		refer := func(t *testing.T, a *attic, sum string) {
			t.Helper()
			a.arrive(t, func(row *db.Media) { row.State, row.SHA256 = "ready", sum })
		}
		t.Run("its_row_comes_between_the_look_and_the_move", func(t *testing.T) {
			a := newAttic(t, storetest.Open(t, engineOf(s)))
			sum := a.keep(t, "same")
			if err := a.blobs.SetAside(t.Context(), sum); err != nil { // what a sweep does that looked before the row
				t.Fatal(err)
			}
			refer(t, a, sum)
			for range 5 {
				a.there(t, map[string]bool{sum: true})
				a.later(t, 2*unusedFor)
			}
			if there, err := exists(a.blobs.file(sum)); err != nil || !there {
				t.Errorf("it was not taken back: %v", err)
			}
		})
		t.Run("it_is_kept_again_while_it_is_aside", func(t *testing.T) {
			a := newAttic(t, storetest.Open(t, engineOf(s)))
			sum := a.keep(t, "once more")
			a.later(t, 2*unusedFor)
			if aside, _ := exists(a.blobs.aside(sum)); !aside {
				t.Fatal("it was not set aside")
			}
			a.keep(t, "once more")
			refer(t, a, sum)
			for range 3 {
				a.later(t, 2*unusedFor)
				a.there(t, map[string]bool{sum: true})
			}
		})
	})
	t.Run("everything_at_once", func(t *testing.T) {
		a := newAttic(t, storetest.Open(t, "sqlite"))
		a.sweeper.Blobs = hasty{a.blobs}
		var group sync.WaitGroup
		stop := make(chan struct{})
		for range 2 { // two hubs sweep
			group.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
						if err := a.sweeper.Sweep(t.Context()); err != nil {
							t.Error(err)
							return
						}
					}
				}
			})
		}
		content := picture(t)
		for range 50 {
			row, err := a.library.Put(t.Context(), a.ID, "agent", conversation.NewID(), "x.png", "", bytes.NewReader(content))
			if err != nil {
				t.Error(err)
				break
			}
			a.there(t, map[string]bool{row.SHA256: true, row.ThumbSHA256: true})
		}
		close(stop)
		group.Wait()
	})
}

// hasty is a folder whose files are old as soon as they are kept, unless they are aside.
type hasty struct{ *Folder }

func (h hasty) List(ctx context.Context, digits string, setAside bool, visit func(Kept) error) error {
	return h.Folder.List(ctx, digits, setAside, func(k Kept) error {
		if !setAside {
			k.Since = time.Time{}
		}
		return visit(k)
	})
}

// A copy of a database, or another one that was given the same folder by mistake, deletes nothing.
func TestSweep_leaves_the_files_of_another_database(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		a := newAttic(t, s)
		a.later(t, 0)
		sum := a.keep(t, "theirs")
		other := storetest.Open(t, "sqlite")
		stranger := *a.sweeper
		stranger.Store = other
		for range 3 {
			a.age += 2 * unusedFor
			if err := stranger.Sweep(t.Context()); err != nil { // without any workspace
				t.Fatal(err)
			}
		}
		hubtest.New(t, other, 0)
		for range 3 {
			a.age += 2 * unusedFor
			if err := stranger.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		a.there(t, map[string]bool{sum: true})
		if left := a.blobs.files(t); len(left) != 2 {
			t.Errorf("there are %v", left)
		}
	})
}
