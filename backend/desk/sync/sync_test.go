package sync

import (
	"context"
	"errors"
	"log/slog"
	stdsync "sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"parley/backend/desk/cache"
	"parley/backend/desk/clock"
	"parley/backend/desk/hubclient"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// muteHub has a feed, and a watch that says only what it is told to.
type muteHub struct {
	mu      stdsync.Mutex
	epoch   string
	head    int64
	down    error
	watches int
	frames  chan *hubv1.Frame
}

func (h *muteHub) set(change func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	change()
}

func (h *muteHub) watched() (n int) {
	h.set(func() { n = h.watches })
	return n
}

func (h *muteHub) Me(context.Context) (*hubv1.MeResponse, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return &hubv1.MeResponse{Agent: &hubv1.Agent{Id: "a"}, Workspace: &hubv1.Workspace{Id: "w"}, HubNowMs: time.Now().UnixMilli()}, h.down
}

func (h *muteHub) Snapshot(context.Context, string) (*hubv1.SnapshotPage, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return &hubv1.SnapshotPage{Cursor: &hubv1.Cursor{Epoch: h.epoch, Seq: h.head}}, nil
}

func (h *muteHub) Pull(_ context.Context, after *hubv1.Cursor, _ int32) (*hubv1.ChangePage, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if after.Epoch != h.epoch {
		return nil, hubclient.ErrReset
	}
	return &hubv1.ChangePage{Cursor: &hubv1.Cursor{Epoch: h.epoch, Seq: h.head}, HeadSeq: h.head}, nil
}

func (h *muteHub) Watch(ctx context.Context, _ *hubv1.Cursor, frame func(*hubv1.Frame) error) error {
	h.set(func() { h.watches++ })
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case f := <-h.frames:
			if err := frame(f); err != nil {
				return err
			}
		}
	}
}

func (h *muteHub) ListMessages(context.Context, string, int64, int32) (*hubv1.MessagePage, error) {
	return nil, errors.New("not asked for")
}

func (h *muteHub) FetchConversations(context.Context, []string) ([]*hubv1.Entity, error) {
	return nil, errors.New("not asked for")
}

func (h *muteHub) CheckOpen(context.Context, string) (*hubv1.CheckOpenPage, error) {
	return &hubv1.CheckOpenPage{}, nil
}

// serve runs a test beside a Sync that works in fake time.
func serve(t *testing.T, test func(t *testing.T, hub *muteHub, s *Sync)) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		c, _, err := cache.Open(t.Context(), folder)
		if err != nil {
			t.Fatal(err)
		}
		hub := &muteHub{epoch: "e1", head: 3, frames: make(chan *hubv1.Frame)}
		s, err := New(t.Context(), Options{
			Hub: hub, Cache: c, Clock: clock.System, Log: slog.New(slog.DiscardHandler),
			Changed: func(Applied) {}, ConnectionChanged: func(Connection) {},
			KeptSinceMs: func(context.Context) (int64, error) { return 0, nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- s.Serve(ctx) }()
		synctest.Wait()
		test(t, hub, s)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
}

func (s *Sync) position(t *testing.T) int64 {
	t.Helper()
	cursor, err := s.cache.Read().Cursor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return cursor.GetSeq()
}

func TestServe(t *testing.T) {
	t.Run("pull proves what a watch left out", func(t *testing.T) {
		serve(t, func(t *testing.T, hub *muteHub, s *Sync) {
			hub.set(func() { hub.head = 9 })
			time.Sleep(pollEvery + time.Millisecond)
			synctest.Wait()
			if at := s.position(t); at != 9 || s.Connection().State != Live {
				t.Fatalf("at %d, %+v", at, s.Connection())
			}
		})
	})

	t.Run("heartbeat of a later head pulls at once", func(t *testing.T) {
		serve(t, func(t *testing.T, hub *muteHub, s *Sync) {
			hub.set(func() { hub.head = 5 })
			hub.frames <- &hubv1.Frame{Kind: &hubv1.Frame_Heartbeat{Heartbeat: &hubv1.Heartbeat{HeadSeq: 5}}}
			synctest.Wait()
			if at := s.position(t); at != 5 {
				t.Fatalf("at %d", at)
			}
		})
	})

	t.Run("silence ends a watch", func(t *testing.T) {
		serve(t, func(t *testing.T, hub *muteHub, s *Sync) {
			time.Sleep(silenceMost + time.Second)
			synctest.Wait()
			if hub.watched() < 2 {
				t.Fatalf("%d watches", hub.watched())
			}
		})
	})

	t.Run("hub that wishes rest gets it", func(t *testing.T) {
		serve(t, func(t *testing.T, hub *muteHub, s *Sync) {
			notBefore := time.Now().Add(time.Minute)
			hub.frames <- &hubv1.Frame{Kind: &hubv1.Frame_GoAway{GoAway: &hubv1.GoAway{NotBeforeMs: notBefore.UnixMilli()}}}
			time.Sleep(59 * time.Second)
			synctest.Wait()
			if hub.watched() != 1 {
				t.Fatal("came back early")
			}
			time.Sleep(4 * time.Second)
			synctest.Wait()
			if hub.watched() != 2 {
				t.Fatal("did not come back")
			}
		})
	})

	t.Run("lost position leads to a snapshot", func(t *testing.T) {
		serve(t, func(t *testing.T, hub *muteHub, s *Sync) {
			hub.set(func() { hub.epoch, hub.head = "e2", 1 })
			time.Sleep(pollEvery + time.Minute)
			synctest.Wait()
			if at := s.position(t); at != 1 || s.Connection().State != Live {
				t.Fatalf("at %d, %+v", at, s.Connection())
			}
		})
	})

	t.Run("says offline, signed out and why", func(t *testing.T) {
		serve(t, func(t *testing.T, hub *muteHub, s *Sync) {
			for _, test := range []struct {
				err   error
				state State
				code  string
			}{{hubclient.ErrUnreachable, Offline, "unreachable"}, {hubclient.ErrSignedOut, SignedOut, "signed_out"}} {
				hub.set(func() { hub.down = test.err })
				time.Sleep(silenceMost + time.Minute)
				synctest.Wait()
				if got := s.Connection(); got.State != test.state || got.Error != test.code {
					t.Fatalf("%+v", got)
				}
				if err := s.CatchUp(t.Context()); !errors.Is(err, test.err) {
					t.Fatalf("refresh: %v", err)
				}
			}
			hub.set(func() { hub.down = nil })
			if err := s.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
	})
}
