package delivery_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/hub/delivery"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// A touchpoint that was repaired sends again although nobody writes; one that was not stays paused and says so.
func TestProber(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o *office) {
		prober := &delivery.Prober{Store: o.Store, Directory: o.Directory, Now: o.Now, Log: slog.New(slog.DiscardHandler)}
		pause := func(reason channel.Class) {
			_, err := o.Store.InTx(t.Context(), o.ID, func(tx *store.Tx) error {
				_, err := tx.PauseTouchpoint(t.Context(), db.PauseTouchpointParams{
					WorkspaceID: o.ID, ID: o.WhatsApp.ID, Reason: string(reason), UntilMs: o.NowMs() + 60_000, NowMs: o.NowMs(),
				})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		reason := func() string {
			if err := prober.Probe(t.Context()); err != nil {
				t.Fatal(err)
			}
			row, err := o.Store.Read().Touchpoint(t.Context(), db.TouchpointParams{WorkspaceID: o.ID, ID: o.WhatsApp.ID})
			if err != nil {
				t.Fatal(err)
			}
			return row.PausedReason
		}
		probes := 0
		for _, moment := range []struct {
			name   string
			pause  channel.Class // "" leaves it
			later  time.Duration
			answer error
			paused string
			asked  int
		}{
			{"rests_first", channel.ClassToken, 59 * time.Second, nil, "token", 0},
			{"token_is_still_bad", "", time.Second, errors.New("expired"), "token", 1},
			{"rests_again", "", 30 * time.Second, nil, "token", 0},
			{"token_works_again", "", 30 * time.Second, nil, "", 1},
			{"blocked_account_can_be_read_and_stays_paused", channel.ClassAccount, time.Hour, nil, "account", 0},
			{"throttled_leaves_the_first_try_to_a_message", channel.ClassBusy, time.Minute, nil, "busy", 0},
			{"throttled_ends_with_its_time", "", time.Minute, nil, "", 0},
		} {
			if moment.pause != "" {
				pause(moment.pause)
			}
			o.meta.probe = moment.answer
			o.Advance(moment.later)
			if got := reason(); got != moment.paused {
				t.Errorf("%s: paused for %q", moment.name, got)
			}
			if got := o.meta.probes - probes; got != moment.asked {
				t.Errorf("%s: Meta was asked %d times", moment.name, got)
			}
			probes = o.meta.probes
		}
		head, err := o.Store.Read().Head(t.Context(), o.ID)
		if err != nil || head.Seq == 0 {
			t.Errorf("desks were not told: %+v, %v", head, err)
		}
	})
}

var _ channel.Prober = (*fakeMeta)(nil)

func TestProberEndsWithItsContext(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o *office) {
		ctx, stop := context.WithCancel(t.Context())
		stop()
		prober := &delivery.Prober{Store: o.Store, Directory: o.Directory, Now: o.Now, Log: slog.New(slog.DiscardHandler)}
		if err := prober.Serve(ctx); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}
