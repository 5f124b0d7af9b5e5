package delivery

import (
	"context"
	"fmt"
	"time"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/ingest"
	"parley/backend/hub/lane"
	"parley/backend/hub/ledger"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// probeEvery is how often a held touchpoint tries one message to see whether it was repaired.
const probeEvery = time.Minute

// maxUnknownRetries is how often Meta's "something went wrong" is tried again (Meta docs, Error codes, 131000).
const maxUnknownRetries = 2

// maxPairWait bounds the wait after writing too fast to one contact.
const maxPairWait = 5 * time.Minute

// retryAfter is how long a lane rests: as long as Meta says, and at least 4^attempts seconds after writing too fast
// to one contact (Meta docs, Error codes, 131056), else the usual back-off.
func retryAfter(o channel.Outcome, attempts int64) time.Duration {
	switch {
	case o.Failure.Class == channel.ClassPair:
		return max(o.After, min(maxPairWait, time.Second<<min(2*attempts, 20)))
	case o.After > 0:
		return o.After
	default:
		return lane.Backoff(attempts)
	}
}

// record writes what a send ended as. It runs to its end even when the hub is stopping: a lost answer would make a
// known outcome unknown.
func (s *Sender) record(ctx context.Context, l db.Lane, m db.Message, o channel.Outcome) (lane.Result, bool, error) {
	nowMs := s.Now().UnixMilli()
	failure := o.Failure
	switch o.Verdict {
	case channel.VerdictAccepted:
		s.Metrics.sends.WithLabelValues("accepted").Inc()
		return lane.Result{}, true, s.accepted(ctx, m, o, nowMs)
	case channel.VerdictRefused:
		s.Metrics.sends.WithLabelValues("refused").Inc()
		return lane.Result{}, true, s.refused(ctx, m, failure, nowMs)
	case channel.VerdictRetry:
		if failure.Class == channel.ClassUnknown && l.Attempts >= maxUnknownRetries {
			s.Metrics.sends.WithLabelValues("refused").Inc()
			return lane.Result{Again: true}, false, s.refused(ctx, m, failure, nowMs)
		}
		s.Metrics.sends.WithLabelValues("retry").Inc()
		after := retryAfter(o, l.Attempts)
		pause := ""
		if o.Scope == channel.ScopeAccount {
			pause = string(failure.Class)
		}
		return lane.Result{After: after, Again: true, Failed: true}, false, s.takeBack(ctx, m, waiting{after, failure.Class}, pause)
	case channel.VerdictHold:
		s.Metrics.sends.WithLabelValues("hold").Inc()
		s.Log.Error("Touchpoint is held", "touchpoint", m.TouchpointID, "class", string(failure.Class), "code", failure.Code)
		return lane.Wait(probeEvery), false, s.takeBack(ctx, m, waiting{probeEvery, failure.Class}, string(failure.Class))
	default:
		s.Metrics.sends.WithLabelValues("unconfirmed").Inc()
		if failure.Class == "" {
			failure.Class = channel.ClassUnconfirmed
		}
		return lane.Result{}, true, s.enter(ctx, m, ledger.Report{State: conversation.DeliveryUnconfirmed, AtMs: nowMs, HubTime: true, Failure: &failure})
	}
}

// accepted records Meta's id, with the statuses that came before it was known, and lets a held touchpoint go on.
func (s *Sender) accepted(ctx context.Context, m db.Message, o channel.Outcome, nowMs int64) error {
	return s.about(ctx, m, func(tx *store.Tx) error {
		if err := enter(ctx, tx, m, ledger.Report{State: conversation.DeliveryAccepted, AtMs: nowMs, HubTime: true, ProviderID: o.ProviderID}); err != nil {
			return err
		}
		if err := replayParked(ctx, tx, m, o.ProviderID); err != nil {
			return err
		}
		if err := learn(ctx, tx, m, o.Canonical, nowMs); err != nil {
			return err
		}
		return resume(ctx, tx, m.TouchpointID, nowMs)
	})
}

// refused records that Meta does not take a message. Meta has looked at it, so the touchpoint itself is well.
func (s *Sender) refused(ctx context.Context, m db.Message, failure channel.Failure, nowMs int64) error {
	return s.about(ctx, m, func(tx *store.Tx) error {
		if err := enter(ctx, tx, m, ledger.Report{State: conversation.DeliveryFailed, AtMs: nowMs, HubTime: true, Failure: &failure}); err != nil {
			return err
		}
		if failure.Class == channel.ClassTemplate { // what is kept of the templates is out of date
			t, err := tx.Touchpoint(ctx, db.TouchpointParams{WorkspaceID: m.WorkspaceID, ID: m.TouchpointID})
			if err != nil {
				return fmt.Errorf("read touchpoint: %w", err)
			}
			if err := tx.WakeLane(ctx, db.WakeLaneParams{
				WorkspaceID: m.WorkspaceID, Kind: ingest.LaneTemplates, Key: t.BusinessID, TouchpointID: t.ID, NextMs: nowMs,
			}); err != nil {
				return fmt.Errorf("wake lane: %w", err)
			}
		}
		return resume(ctx, tx, m.TouchpointID, nowMs)
	})
}

// learn keeps how Meta names the receiver, where that is new: numbers of some countries have two forms, and a number may
// come with a user id. What somebody else is known by stays theirs.
func learn(ctx context.Context, tx *store.Tx, m db.Message, canonical channel.Address, nowMs int64) error {
	if canonical == (channel.Address{}) {
		return nil
	}
	t, err := tx.Touchpoint(ctx, db.TouchpointParams{WorkspaceID: m.WorkspaceID, ID: m.TouchpointID})
	if err != nil {
		return fmt.Errorf("read touchpoint: %w", err)
	}
	for _, row := range []db.ContactIdentity{
		{Kind: store.IdentityUser, Scope: canonical.Scope, Value: canonical.UserID},
		{Kind: store.IdentityPhone, Value: canonical.Phone},
	} {
		row.WorkspaceID, row.Channel, row.ContactID, row.SinceMs = m.WorkspaceID, t.Channel, m.ContactID, nowMs
		if row.Value == "" {
			continue
		}
		_, err := tx.Identity(ctx, db.IdentityParams{WorkspaceID: row.WorkspaceID, Channel: row.Channel, Kind: row.Kind, Scope: row.Scope, Value: row.Value})
		if store.NotFound(err) {
			err = tx.InsertContactIdentity(ctx, db.InsertContactIdentityParams(row))
		}
		if err != nil {
			return fmt.Errorf("learn address: %w", err)
		}
	}
	return nil
}

func replayParked(ctx context.Context, tx *store.Tx, m db.Message, providerID string) error {
	key := db.ParkedStatusesParams{WorkspaceID: m.WorkspaceID, TouchpointID: m.TouchpointID, ProviderID: providerID}
	parked, err := tx.ParkedStatuses(ctx, key)
	if err != nil {
		return fmt.Errorf("read parked statuses: %w", err)
	}
	for _, p := range parked {
		r, err := ledger.Parked(p)
		if err != nil {
			return err
		}
		if err := enter(ctx, tx, m, r); err != nil {
			return err
		}
	}
	if len(parked) == 0 {
		return nil
	}
	return tx.DropParkedStatuses(ctx, db.DropParkedStatusesParams(key))
}

func resume(ctx context.Context, tx *store.Tx, touchpointID string, nowMs int64) error {
	_, err := tx.PauseTouchpoint(ctx, db.PauseTouchpointParams{WorkspaceID: tx.WorkspaceID, ID: touchpointID, NowMs: nowMs})
	if store.NotFound(err) {
		return nil // it was not paused
	}
	if err != nil {
		return fmt.Errorf("resume touchpoint: %w", err)
	}
	tx.Changed(store.TypeTouchpoint, touchpointID)
	return tx.WakeTouchpointLanes(ctx, db.WakeTouchpointLanesParams{WorkspaceID: tx.WorkspaceID, TouchpointID: touchpointID, NowMs: nowMs})
}

// takeBack returns a message that Meta certainly does not have to the queue, with what it waits for, and pauses its
// touchpoint for a reason.
func (s *Sender) takeBack(ctx context.Context, m db.Message, w waiting, pause string) error {
	nowMs := s.Now().UnixMilli()
	return s.about(ctx, m, func(tx *store.Tx) error {
		messages, err := tx.LoadMessages(ctx, nil, []string{m.ID})
		if err != nil {
			return fmt.Errorf("lock message: %w", err)
		}
		if len(messages) == 0 {
			return errErased
		}
		if row := &messages[0]; row.State == string(conversation.DeliverySending) || row.State == string(conversation.DeliveryInHub) {
			row.State = string(conversation.DeliveryInHub) // no status has come that knows better
			showWait(row, w, nowMs)
			row.Version++
			tx.Changed(store.TypeMessage, m.ID)
			if err := tx.Write(ctx, store.Rows{PutMessages: messages}); err != nil {
				return err
			}
		}
		if pause == "" {
			return nil
		}
		_, err = tx.PauseTouchpoint(ctx, db.PauseTouchpointParams{
			WorkspaceID: tx.WorkspaceID, ID: m.TouchpointID, Reason: pause, UntilMs: nowMs + w.rest.Milliseconds(), NowMs: nowMs,
		})
		if store.NotFound(err) {
			return nil
		}
		tx.Changed(store.TypeTouchpoint, m.TouchpointID)
		return err
	})
}
