package ingest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/touchpoint"
	"parley/backend/hub/trace"
)

const (
	// maxWorked and maxWorkedBytes bound one transaction. It is short, because on SQLite webhooks wait for it to be kept.
	maxWorked      = 64
	maxWorkedBytes = 8 << 20

	// lookEvery is how soon the webhooks of a hub that died are found, and how long the database may rest after an error.
	lookEvery = time.Second
	// orphaned is how long a webhook may wait for the hub that took it in, where there are several. Whoever waits for it is a
	// person, and a hub that was only slow loses nothing but the race.
	orphaned = 3 * time.Second
	// maxRefused is how often a webhook is tried before it becomes a dead letter.
	maxRefused = 3
)

// item is one event, or one dead letter.
type item struct {
	touchpoint *touchpoint.Touchpoint
	event      channel.Event
	dead       *db.DeadLetter
}

// workAll works in kept webhooks until ctx ends.
func (i *Ingester) workAll(ctx context.Context) error {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	orphans := i.orphansBefore()
	for {
		err := i.workOff(ctx, orphans)
		if err != nil && ctx.Err() == nil {
			i.log.Error("Webhooks not worked in, trying again", "error", err)
			select { // not at once: the database may need a moment
			case <-ctx.Done():
			case <-ticker.C:
			}
		}
		orphans = nobodys
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-i.kept:
		case <-ticker.C:
			orphans = i.orphansBefore()
			if err := i.joinOverlooked(ctx); err != nil && ctx.Err() == nil {
				i.log.Error("Parked statuses not joined", "error", err)
			}
		}
	}
}

// joinOverlooked enters statuses that were parked by one hub in the moment in which another learned their message's id.
func (i *Ingester) joinOverlooked(ctx context.Context) error {
	if !i.store.Shared() {
		return nil // one writer: nothing happens in the same moment
	}
	parked, err := i.store.Read().OverlookedStatuses(ctx, i.now().Add(-time.Minute).UnixMilli())
	if err != nil {
		return fmt.Errorf("look for parked statuses: %w", err)
	}
	for _, p := range parked {
		_, err := i.store.InTx(ctx, p.WorkspaceID, func(tx *store.Tx) error {
			b := newBatch(tx, i.now().UnixMilli(), i.known)
			key := store.ProviderKey{TouchpointID: p.TouchpointID, ProviderID: p.ProviderID}
			if err := b.loadMessages(ctx, []store.ProviderKey{key}, nil); err != nil {
				return err
			}
			m := b.byProvider[key]
			if m == nil {
				return nil
			}
			if err := b.replayParked(ctx, m); err != nil {
				return err
			}
			return b.write(ctx)
		})
		if err != nil {
			return fmt.Errorf("join parked status: %w", err)
		}
	}
	return nil
}

// Webhooks of other hubs are worked in when they were received by a time, in Unix milliseconds.
const (
	nobodys   = int64(math.MinInt64)
	everybody = int64(math.MaxInt64)
)

// orphansBefore is the time by which a webhook that another hub has taken in should have been worked in.
func (i *Ingester) orphansBefore() int64 {
	if !i.store.Shared() { // the other hub was this one, before it was started again
		return everybody
	}
	return i.now().Add(-orphaned).UnixMilli()
}

// Drain works in everything that has been kept so far, by whichever hub.
func (i *Ingester) Drain(ctx context.Context) error {
	var err error
	for range maxRefused {
		if err = i.workOff(ctx, everybody); err == nil {
			return nil
		}
	}
	return err
}

// workOff works in what this hub has kept and what others have left behind by a time, until nothing is found.
func (i *Ingester) workOff(ctx context.Context, orphans int64) error {
	i.working.Lock()
	defer i.working.Unlock()
	for ctx.Err() == nil {
		rows, err := i.waiting(ctx, orphans)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return nil
		}
		began := time.Now()
		if err := i.work(ctx, rows); err != nil {
			return err
		}
		i.giveWay(ctx, time.Since(began))
	}
	return ctx.Err()
}

// giveWay leaves half of the time to webhooks that wait to be kept: Meta waits for those.
func (i *Ingester) giveWay(ctx context.Context, worked time.Duration) {
	if len(i.jobs) == 0 {
		return
	}
	select {
	case <-ctx.Done():
	case <-time.After(worked):
	}
}

// waiting reads the oldest kept webhooks.
func (i *Ingester) waiting(ctx context.Context, orphans int64) ([]db.Webhook, error) {
	rows, err := i.store.Read().WebhooksOfHub(ctx, db.WebhooksOfHubParams{HubID: i.hubID, N: maxWorked})
	if err == nil && len(rows) == 0 && orphans != nobodys {
		rows, err = i.store.Read().OrphanedWebhooks(ctx, db.OrphanedWebhooksParams{HubID: i.hubID, BeforeMs: orphans, N: maxWorked})
	}
	if err != nil {
		return nil, fmt.Errorf("read kept webhooks: %w", err)
	}
	bytes := 0
	for n := range rows {
		if bytes += len(rows[n].Body); bytes > maxWorkedBytes && n > 0 {
			return rows[:n], nil
		}
	}
	return rows, nil
}

// work works in webhooks together. When that fails one of them may be at fault: they are tried one by one, and one
// that fails again and again becomes a dead letter, so that it does not cost the others.
func (i *Ingester) work(ctx context.Context, rows []db.Webhook) error {
	err := i.write(ctx, rows)
	if err == nil || errors.Is(err, store.ErrTaken) {
		return nil
	}
	i.log.Warn("Webhooks not worked in, trying one by one", "webhooks", len(rows), "error", err)
	for n := range rows {
		switch err := i.write(ctx, rows[n:n+1]); {
		case err == nil, errors.Is(err, store.ErrTaken):
			delete(i.refused, rows[n].ID)
		default:
			i.refused[rows[n].ID]++
			if i.refused[rows[n].ID] < maxRefused {
				return err
			}
			if err := i.giveUp(ctx, rows[n], err); err != nil {
				return err // it is the database, not the webhook
			}
			delete(i.refused, rows[n].ID)
		}
	}
	return nil
}

// giveUp turns a webhook that cannot be stored into a dead letter.
func (i *Ingester) giveUp(ctx context.Context, row db.Webhook, cause error) error {
	i.log.Error("Webhook became a dead letter", "webhook", row.ID, "error", cause)
	_, err := i.store.InTx(context.WithoutCancel(ctx), row.WorkspaceID, func(tx *store.Tx) error {
		if err := tx.TakeWebhooks(ctx, []db.Webhook{row}); err != nil {
			return err
		}
		letters := []db.DeadLetter{i.deadLetter(row, "", "could not be stored: "+cause.Error(), row.Body)}
		if err := tx.Write(ctx, store.Rows{DeadLetters: letters}); err != nil {
			return err
		}
		return keepDead(ctx, tx, []db.Webhook{row}, letters)
	})
	if errors.Is(err, store.ErrTaken) {
		return nil
	}
	return err
}

// write works in webhooks, in one transaction for each workspace. They are forgotten by the transaction of the
// workspace whose app signed them, which comes last: what another workspace got of them before a crash it gets again, as
// a duplicate.
func (i *Ingester) write(ctx context.Context, rows []db.Webhook) error {
	ctx = context.WithoutCancel(ctx) // a batch that has begun is finished
	signed, own, foreign := map[string][]db.Webhook{}, map[string][]item{}, map[string][]item{}
	for _, row := range rows {
		signed[row.WorkspaceID] = append(signed[row.WorkspaceID], row)
		for workspaceID, items := range i.read(ctx, row) {
			into := foreign
			if workspaceID == row.WorkspaceID {
				into = own
			}
			into[workspaceID] = append(into[workspaceID], items...)
		}
	}
	for workspaceID, items := range foreign {
		if err := i.apply(ctx, workspaceID, nil, items); err != nil {
			return err
		}
	}
	for workspaceID, rows := range signed {
		if err := i.apply(ctx, workspaceID, rows, own[workspaceID]); err != nil {
			return err
		}
	}
	return nil
}

// apply writes what items say to a workspace and forgets the webhooks that they came with.
func (i *Ingester) apply(ctx context.Context, workspaceID string, rows []db.Webhook, items []item) (err error) {
	ctx, span := i.Tracer.Start(ctx, trace.Inside, "ingest batch")
	defer func() { span.End(err) }()
	for n := range rows {
		span.Link(trace.Webhook, rows[n].ID)
	}
	var b *batch
	seq, err := i.store.InTx(ctx, workspaceID, func(tx *store.Tx) error {
		if err := tx.TakeWebhooks(ctx, rows); err != nil {
			return err
		}
		b = newBatch(tx, i.now().UnixMilli(), i.known)
		if err := b.load(ctx, items); err != nil {
			return err
		}
		for _, it := range items {
			if err := b.apply(ctx, it); err != nil {
				return err
			}
		}
		if err := b.write(ctx); err != nil {
			return err
		}
		return keepDead(ctx, tx, rows, b.rows.DeadLetters)
	})
	if err != nil {
		return fmt.Errorf("work in webhooks: %w", err)
	}
	span.Count("webhooks", int64(len(rows)))
	span.Count("events", int64(len(items)))
	span.Count("position", seq)
	span.NotePosition(workspaceID, seq)
	i.known.meet(b)
	i.metrics.worked.Add(float64(len(rows)))
	return nil
}

// read parses a webhook and sorts its parts by workspace. Parts that cannot be used become dead letters of the
// workspace whose app signed them.
func (i *Ingester) read(ctx context.Context, row db.Webhook) map[string][]item {
	items, ch := map[string][]item{}, conversation.Channel(row.Channel)
	dead := func(accountID, reason string, raw []byte) {
		i.metrics.deadLetters.WithLabelValues(row.Channel).Inc()
		letter := i.deadLetter(row, accountID, reason, raw)
		items[row.WorkspaceID] = append(items[row.WorkspaceID], item{dead: &letter})
	}
	signer, known := i.directory.ByID(row.WorkspaceID, row.TouchpointID)
	if !known {
		dead("", "the touchpoint whose app signed it is gone", row.Body)
		return items
	}
	batch, err := i.directory.Adapter(ch).Parse(row.Body)
	if err != nil {
		dead("", err.Error(), row.Body)
		return items
	}
	for _, r := range batch.Rejected {
		dead(r.AccountID, r.Reason, r.Raw)
	}
	for _, event := range batch.Events {
		meant := i.meant(ctx, ch, event)
		if len(meant) == 0 {
			dead(event.AccountID, "no touchpoint has this account", event.Raw)
		}
		for _, t := range meant {
			if t.Account.AppSecret != signer.Account.AppSecret {
				dead(event.AccountID, "signed by an app that does not own this account", event.Raw)
				continue
			}
			items[t.WorkspaceID] = append(items[t.WorkspaceID], item{touchpoint: t, event: event})
		}
	}
	return items
}

// meant are the touchpoints that an event is about: that of its account, or all of its business account when Meta names
// only that.
func (i *Ingester) meant(ctx context.Context, ch conversation.Channel, event channel.Event) []*touchpoint.Touchpoint {
	if event.AccountID != "" {
		if t, known := i.directory.ByAccount(ctx, ch, event.AccountID); known {
			return []*touchpoint.Touchpoint{t}
		}
	}
	if event.Template == nil && event.Health == nil && event.Fault == nil {
		return nil
	}
	all := i.directory.ByBusiness(ch, event.BusinessID)
	if event.Health == nil || event.Health.Number == "" {
		return all
	}
	for _, t := range all {
		if digits(t.Identification) == event.Health.Number {
			return []*touchpoint.Touchpoint{t}
		}
	}
	return all
}

// digits are those of a number as people write it.
func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}

func (i *Ingester) deadLetter(row db.Webhook, accountID, reason string, raw []byte) db.DeadLetter {
	return db.DeadLetter{
		WorkspaceID: row.WorkspaceID, ID: conversation.NewID(), Channel: row.Channel, AccountID: conversation.CleanText(accountID),
		Reason: conversation.CleanText(reason), Body: conversation.CleanText(string(raw)), ReceivedMs: row.ReceivedMs, WebhookID: row.ID,
	}
}
