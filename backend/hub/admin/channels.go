package admin

import (
	"context"
	"fmt"
	"time"

	"parley/backend/channel"
	"parley/backend/hub/seal"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/touchpoint"
)

// Channels tells how the numbers and Pages of a workspace do.
type Channels struct {
	Store     *store.Store
	Directory *touchpoint.Directory
	Sealer    *seal.Sealer
	Now       func() time.Time // the hub's clock
}

// Traffic is what goes through a touchpoint. Times are in Unix milliseconds, 0 for none in trafficFor.
type Traffic struct {
	TouchpointID string
	InboundMs    int64 // when a contact last wrote
	SentMs       int64 // when Meta last took a message
	Waiting      int64 // messages to be sent
	OldestMs     int64 // since when the oldest of these waits
	Failed       int64 // conversations whose last message has failed within a day
	DeadLetters  int64 // of its channel: webhooks that could not be worked in
}

// trafficFor is how far back conversations are looked at.
const trafficFor = 30 * 24 * time.Hour

// ErrNoTouchpoint says that there is no such touchpoint.
var ErrNoTouchpoint = &Problem{"no_touchpoint", "there is no such touchpoint"}

// Traffic lists what goes through each touchpoint.
func (c *Channels) Traffic(ctx context.Context, workspaceID string) ([]Traffic, error) {
	rows, err := c.Store.Read().Touchpoints(ctx, workspaceID)
	if err != nil {
		return nil, fmt.Errorf("list traffic: %w", err)
	}
	all, at := make([]Traffic, len(rows)), map[string]*Traffic{}
	for i, row := range rows {
		all[i].TouchpointID = row.ID
		at[row.ID] = &all[i]
	}
	now := c.Now()
	traffic, err := c.Store.Read().ChannelTraffic(ctx, db.ChannelTrafficParams{
		WorkspaceID: workspaceID, SinceMs: now.Add(-trafficFor).UnixMilli(), FailedSinceMs: now.Add(-24 * time.Hour).UnixMilli(),
	})
	if err != nil {
		return nil, fmt.Errorf("list traffic: %w", err)
	}
	for _, row := range traffic {
		if t := at[row.TouchpointID]; t != nil {
			t.InboundMs, t.SentMs, t.Failed = row.InboundMs, row.SentMs, row.Failed
		}
	}
	unsent, err := c.Store.Read().ChannelUnsent(ctx, workspaceID)
	if err != nil {
		return nil, fmt.Errorf("list traffic: %w", err)
	}
	for _, row := range unsent {
		if t := at[row.TouchpointID]; t != nil {
			t.Waiting, t.OldestMs = row.Waiting, row.OldestMs
		}
	}
	letters, err := c.Store.Read().DeadLettersByChannel(ctx, workspaceID)
	if err != nil {
		return nil, fmt.Errorf("list traffic: %w", err)
	}
	for i, row := range rows {
		for _, count := range letters {
			if count.Channel == row.Channel {
				all[i].DeadLetters = count.Letters
			}
		}
	}
	return all, nil
}

// Check looks at the connection of a touchpoint, step by step. It asks Meta, and writes to nobody.
func (c *Channels) Check(ctx context.Context, workspaceID, touchpointID string) ([]channel.Check, error) {
	t, known := c.Directory.ByID(workspaceID, touchpointID)
	if !known {
		return nil, ErrNoTouchpoint
	}
	checker, can := t.Adapter.(channel.Checker)
	if !can {
		return nil, nil
	}
	return checker.Check(ctx, t.Account), nil
}
