package delivery

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/touchpoint"
)

// waiting is how long a message has to rest, and for what.
type waiting struct {
	rest  time.Duration
	class channel.Class
}

// errWait undoes a transaction in which a rate was found to be used up.
var errWait = errors.New("has to wait")

// shownFrom is the shortest wait that agents are told of.
const shownFrom = time.Second

// takePlace takes a place in the rates of the touchpoint and of the contact. Both are rows that all hubs share, so the
// limits hold for all of them together.
func takePlace(ctx context.Context, tx *store.Tx, t *touchpoint.Touchpoint, laneKey string, nowMs int64) (waiting, error) {
	paced, ok := t.Adapter.(channel.Paced)
	if !ok {
		return waiting{}, nil
	}
	rates := paced.Rates()
	for _, rate := range []struct {
		key   string
		every time.Duration
		burst int
		class channel.Class
	}{
		{laneKey, rates.PairEvery, rates.PairBurst, channel.ClassPair},
		{t.ID, rates.Every, rates.Burst, channel.ClassBusy},
	} {
		if rate.every == 0 {
			continue
		}
		// Milliseconds are too coarse for some rates; microseconds are kept in the column.
		every, ahead := rate.every.Microseconds(), rate.every.Microseconds()*int64(rate.burst-1)
		_, err := tx.TakePace(ctx, db.TakePaceParams{
			WorkspaceID: tx.WorkspaceID, Key: rate.key, NowUs: nowMs * 1000, IntervalUs: every, BurstUs: ahead,
		})
		if err == nil {
			continue
		}
		if !store.NotFound(err) {
			return waiting{}, fmt.Errorf("take a place: %w", err)
		}
		row, err := tx.Pace(ctx, db.PaceParams{WorkspaceID: tx.WorkspaceID, Key: rate.key})
		if err != nil {
			return waiting{}, fmt.Errorf("take a place: %w", err)
		}
		rest := time.Duration(row.TatUs-ahead-nowMs*1000) * time.Microsecond
		return waiting{max(rest, time.Millisecond), rate.class}, nil
	}
	return waiting{}, nil
}

// wait shows agents that a message waits, and for what.
func (s *Sender) wait(ctx context.Context, m db.Message, w waiting) error {
	if w.rest < shownFrom {
		return nil
	}
	return s.takeBack(ctx, m, w, "")
}

// showWait notes on a message in the hub until when it waits, and for what.
func showWait(m *db.Message, w waiting, nowMs int64) {
	if m.State == string(conversation.DeliveryInHub) {
		m.WaitUntilMs, m.WaitReason = nowMs+w.rest.Milliseconds(), string(w.class)
	}
}
