package desk

import (
	"context"
	"errors"
	"time"

	"parley/backend/desk/cache"
	"parley/backend/desk/clock"
	"parley/backend/desk/sync"
)

// What a workspace keeps when its hub does not tell.
const (
	usualHistoryDays = 90
	usualAccessDays  = 7
)

// ErrAccessEnded says that the hub was not reached for so long that what is kept here may not be shown. Nothing is lost by
// it: what was typed and not sent waits for the hub.
var ErrAccessEnded = errors.New("the hub was not reached for too long")

// keepEvery is how often what is too old is forgotten, and keepPause how long that rests between its steps.
const (
	keepEvery = time.Hour
	keepPause = 50 * time.Millisecond
)

const day = 24 * time.Hour

// keeping is for how long the workspace keeps what was said, and shows it without the hub.
func (d *Desk) keeping(ctx context.Context) (history, access time.Duration, err error) {
	config, err := d.cache.Read().Config(ctx)
	if err != nil {
		return 0, 0, err
	}
	historyDays, accessDays := config.Workspace.GetHistoryDays(), config.Workspace.GetAccessDays()
	if historyDays <= 0 {
		historyDays = usualHistoryDays
	}
	if accessDays <= 0 {
		accessDays = usualAccessDays
	}
	return time.Duration(historyDays) * day, time.Duration(accessDays) * day, nil
}

// AccessEnded reports whether what is kept here may not be shown, because the last contact with the hub is too long ago.
// The hub that answers again gives it back.
func (d *Desk) AccessEnded(ctx context.Context) (bool, error) {
	c := d.sync.Connection()
	if c.State == sync.Live || c.State == sync.CatchingUp || c.CompleteMs == 0 {
		return false, nil
	}
	_, access, err := d.keeping(ctx)
	return err == nil && d.HubNowMs()-c.CompleteMs > access.Milliseconds(), err
}

// serveKeeping forgets what is too old, and tells whether access has ended, now and then, until ctx ends.
func (d *Desk) serveKeeping(ctx context.Context) error {
	for {
		if err := d.forgetOld(ctx); err != nil && ctx.Err() == nil {
			d.log.WarnContext(ctx, "What is too old was not forgotten", "error", err)
		}
		d.emit(Event{Kind: EventConnection}) // access may have ended by now
		if clock.Sleep(ctx, d.clock, keepEvery) != nil {
			return nil
		}
	}
}

func (d *Desk) forgetOld(ctx context.Context) error {
	before, err := d.keptSinceMs(ctx)
	if err != nil {
		return err
	}
	after := int64(0)
	for more := true; more; {
		err := d.cache.Update(ctx, func(tx *cache.Tx) (err error) {
			more, err = tx.Forget(ctx, before, &after)
			return err
		})
		if err == nil {
			err = clock.Sleep(ctx, d.clock, keepPause)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// keptSinceMs is since when what was said is kept here.
func (d *Desk) keptSinceMs(ctx context.Context) (int64, error) {
	history, _, err := d.keeping(ctx)
	return d.HubNowMs() - history.Milliseconds(), err
}
