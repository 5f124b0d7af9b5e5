package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"parley/backend/channel"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/touchpoint"
)

// Prober sees whether paused touchpoints work again, so that one that was repaired does not wait until somebody writes.
//
// A pause for the token ends when Meta lets us read the account with it. A pause for the account itself ends only by a
// message that Meta takes: a blocked account can still be read. All others end with their time.
type Prober struct {
	Store     *store.Store
	Directory *touchpoint.Directory
	Now       func() time.Time
	Log       *slog.Logger
}

// lookEvery is how soon a prober notices that a rest is over.
const lookEvery = 5 * time.Second

// Serve probes until ctx ends.
func (p *Prober) Serve(ctx context.Context) error {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		if err := p.Probe(ctx); err != nil && ctx.Err() == nil {
			p.Log.Error("Paused touchpoints not probed", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

// Probe looks once at every touchpoint whose rest is over.
func (p *Prober) Probe(ctx context.Context) error {
	due, err := p.Store.Read().TouchpointsToProbe(ctx, p.Now().UnixMilli())
	if err != nil {
		return fmt.Errorf("find paused touchpoints: %w", err)
	}
	var failed []error
	for _, row := range due {
		if err := p.one(ctx, row); err != nil {
			failed = append(failed, fmt.Errorf("touchpoint %s: %w", row.ID, err))
		}
	}
	return errors.Join(failed...)
}

func (p *Prober) one(ctx context.Context, row db.Touchpoint) error {
	nowMs := p.Now().UnixMilli()
	switch channel.Class(row.PausedReason) {
	case channel.ClassAccount:
		return nil
	case channel.ClassToken:
		works, err := p.tokenWorks(ctx, row)
		if err != nil || !works {
			return err
		}
		p.Log.Info("Token works again", "touchpoint", row.ID)
	default:
		if nowMs < row.PausedUntilMs+probeEvery.Milliseconds() { // a message that waits tries first
			return nil
		}
	}
	_, err := p.Store.InTx(ctx, row.WorkspaceID, func(tx *store.Tx) error { return resume(ctx, tx, row.ID, nowMs) })
	return err
}

// tokenWorks asks Meta, unless a message or another hub does so at this moment.
func (p *Prober) tokenWorks(ctx context.Context, row db.Touchpoint) (bool, error) {
	t, known := p.Directory.ByID(row.WorkspaceID, row.ID)
	if !known {
		return false, nil
	}
	adapter, can := t.Adapter.(channel.Prober)
	if !can {
		return false, nil
	}
	mine, err := claimProbe(ctx, p.Store, row.WorkspaceID, row.ID, p.Now().UnixMilli())
	if err != nil || !mine {
		return false, err
	}
	return adapter.Probe(ctx, t.Account) == nil, nil
}

// claimProbe takes the right to probe a touchpoint; whoever comes next waits for what becomes of it.
func claimProbe(ctx context.Context, s *store.Store, workspaceID, touchpointID string, nowMs int64) (mine bool, err error) {
	_, err = s.InTx(ctx, workspaceID, func(tx *store.Tx) error {
		n, err := tx.ProbeTouchpoint(ctx, db.ProbeTouchpointParams{
			WorkspaceID: workspaceID, ID: touchpointID, NowMs: nowMs, UntilMs: nowMs + probeEvery.Milliseconds(),
		})
		mine = n > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("claim the probe of a touchpoint: %w", err)
	}
	return mine, nil
}
