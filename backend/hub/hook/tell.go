package hook

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/lane"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/trace"
	hubv1 "parley/backend/proto/parley/hub/v1"

	"github.com/prometheus/client_golang/prometheus"
)

// GivesUp is for how long a hook may fail before it is switched off, and one piece of news before the others go on without it.
const GivesUp = 3 * 24 * time.Hour

// Outcomes of an attempt.
const (
	outcomeTaken   = "taken"
	outcomeFailed  = "failed"
	outcomeGivenUp = "given_up"
)

// Entities reads an entity in its present state; store.NotFound tells when it is gone.
type Entities interface {
	Entity(ctx context.Context, workspaceID, entityType, id string) (*hubv1.Entity, error)
}

// Teller tells hooks what there is to tell. Its methods may run at the same time.
type Teller struct {
	Book     *Book
	Entities Entities
	Public   *http.Client // reaches public addresses only; follows nobody
	Private  *http.Client
	Log      *slog.Logger
	Told     *prometheus.CounterVec // by outcome
	Patience time.Duration          // how long a receiver may take; AnswerWithin
	Tracer   *trace.Tracer          // nil is none
}

// NewTold registers what counts attempts.
func NewTold(registry prometheus.Registerer) *prometheus.CounterVec {
	told := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "parley_hook_attempts_total", Help: "Attempts to tell outgoing webhooks something.",
	}, []string{"outcome"})
	registry.MustRegister(told)
	return told
}

// Handle is the lane.Handler of LaneTell.
func (t *Teller) Handle(ctx context.Context, l db.Lane) (lane.Result, error) {
	hookID, of, _ := strings.Cut(l.Key, "/")
	for {
		h, err := t.Book.Store.Read().Hook(ctx, db.HookParams{WorkspaceID: l.WorkspaceID, ID: hookID})
		if store.NotFound(err) || err == nil && h.OffReason != "" {
			return lane.Done, nil // On wakes the lane again
		}
		if err != nil {
			return lane.Result{}, fmt.Errorf("read webhook: %w", err)
		}
		if rest := h.HoldUntilMs - t.Book.Now().UnixMilli(); rest > 0 {
			return lane.Wait(time.Duration(rest) * time.Millisecond), nil
		}
		news, err := t.Book.Store.Read().NextHookNews(ctx, db.NextHookNewsParams{WorkspaceID: l.WorkspaceID, HookID: hookID, Lane: of})
		if store.NotFound(err) {
			return lane.Done, nil
		}
		if err != nil {
			return lane.Result{}, fmt.Errorf("read news: %w", err)
		}
		if kept, err := lane.Renew(ctx, t.Book.Store, l, t.Book.Now()); err != nil || !kept {
			return lane.Done, err // not kept: another worker has it, and nothing is removed
		}
		if took, err := t.tell(ctx, h, news); err != nil || !took {
			return lane.Retry(l.Attempts), err
		}
		l.Attempts = 0
	}
}

// tell tells a hook one thing, and notes what became of it. True: the next may be told.
func (t *Teller) tell(ctx context.Context, h db.Hook, news db.HookNews) (bool, error) {
	e, err := t.compose(ctx, h, news)
	if err != nil {
		return false, err
	}
	if e == nil {
		return true, t.forget(ctx, news)
	}
	if err := t.know(ctx, h, news, e); err != nil {
		return false, err
	}
	a, err := t.call(ctx, h, e)
	if err != nil || ctx.Err() != nil { // a hub that stops does not know whether it was taken: it comes again
		return false, err
	}
	if a.taken() {
		return true, t.took(ctx, h, news, e, a)
	}
	return false, t.failed(ctx, h, news, e, a)
}

func (t *Teller) forget(ctx context.Context, news db.HookNews) error {
	_, err := t.Book.Store.InTx(ctx, news.WorkspaceID, func(tx *store.Tx) error { return drop(ctx, tx, news) })
	if err != nil {
		return fmt.Errorf("forget news: %w", err)
	}
	return nil
}

func drop(ctx context.Context, tx *store.Tx, news db.HookNews) error {
	_, err := tx.DropHookNews(ctx, db.DropHookNewsParams{
		WorkspaceID: news.WorkspaceID, HookID: news.HookID, EntityType: news.EntityType, EntityID: news.EntityID, Seq: news.Seq,
	})
	return err
}

func (t *Teller) took(ctx context.Context, h db.Hook, news db.HookNews, e *event, a answer) error {
	_, err := t.Book.Store.InTx(ctx, h.WorkspaceID, func(tx *store.Tx) error {
		if err := drop(ctx, tx, news); err != nil {
			return err
		}
		if e.Type == typeLeft {
			if err := tx.DropHookKnown(ctx, db.DropHookKnownParams{WorkspaceID: h.WorkspaceID, ConversationID: news.Lane, HookID: h.ID}); err != nil {
				return err
			}
		}
		if err := tx.HookTook(ctx, db.HookTookParams{WorkspaceID: h.WorkspaceID, ID: h.ID, NowMs: t.Book.Now().UnixMilli()}); err != nil {
			return err
		}
		return t.write(ctx, tx, h, news, e, a, outcomeTaken)
	})
	if err != nil {
		return fmt.Errorf("note that a webhook took its news: %w", err)
	}
	return nil
}

func (t *Teller) failed(ctx context.Context, h db.Hook, news db.HookNews, e *event, a answer) error {
	now := t.Book.Now()
	_, err := t.Book.Store.InTx(ctx, h.WorkspaceID, func(tx *store.Tx) error {
		row, err := tx.HookFailed(ctx, db.HookFailedParams{
			WorkspaceID: h.WorkspaceID, ID: h.ID, NowMs: now.UnixMilli(), HoldUntilMs: now.Add(max(a.rest, lane.Backoff(h.Failures))).UnixMilli(),
		})
		if store.NotFound(err) { // removed meanwhile
			return nil
		}
		if err != nil {
			return err
		}
		if err := tx.TriedHookNews(ctx, db.TriedHookNewsParams{
			WorkspaceID: h.WorkspaceID, HookID: h.ID, EntityType: news.EntityType, EntityID: news.EntityID, NowMs: now.UnixMilli(),
		}); err != nil {
			return err
		}
		long := now.Add(-GivesUp).UnixMilli()
		switch {
		case a.status == http.StatusGone:
			return t.giveUp(ctx, tx, h, news, e, a, "It said that it is gone (410).")
		case row.FailingSinceMs <= long:
			return t.giveUp(ctx, tx, h, news, e, a, fmt.Sprintf("It has taken nothing for %d days; the last time %s.", int(GivesUp.Hours()/24), a.detail))
		case news.TriedMs > 0 && news.TriedMs <= long: // it takes others: this one is what is wrong
			if err := drop(ctx, tx, news); err != nil {
				return err
			}
			return t.write(ctx, tx, h, news, e, a, outcomeGivenUp)
		}
		return t.write(ctx, tx, h, news, e, a, outcomeFailed)
	})
	if err != nil {
		return fmt.Errorf("note that a webhook failed: %w", err)
	}
	return nil
}

// giveUp switches a hook off, and says why to whoever looks: in its list, the audit and the log.
func (t *Teller) giveUp(ctx context.Context, tx *store.Tx, h db.Hook, news db.HookNews, e *event, a answer, why string) error {
	why += " It is switched off; what it was not told is kept. Mend the receiver, then: parley-hub webhook on --name " + h.Name
	t.Log.Warn("Webhook switched off", "hook", h.ID, "reason", why)
	if err := t.Book.off(ctx, tx, h, why, access.Actor{}); err != nil {
		return err
	}
	return t.write(ctx, tx, h, news, e, a, outcomeFailed)
}

func (t *Teller) write(ctx context.Context, tx *store.Tx, h db.Hook, news db.HookNews, e *event, a answer, outcome string) error {
	t.Told.WithLabelValues(outcome).Inc()
	return tx.InsertHookAttempt(ctx, db.InsertHookAttemptParams{
		WorkspaceID: h.WorkspaceID, HookID: h.ID, ID: conversation.NewID(), AtMs: t.Book.Now().UnixMilli(), TookMs: a.took.Milliseconds(),
		Event: e.Type, EntityID: news.EntityID, Seq: news.Seq, Status: int64(a.status), Outcome: outcome, Detail: a.detail,
	})
}

// Test tells a hook a test event at once, whether it is on or not, and says what it answered: "" when it took it.
func (t *Teller) Test(ctx context.Context, h db.Hook) (detail string, err error) {
	id := conversation.NewID()
	a, err := t.call(ctx, h, &event{
		ID: "evt_" + id, Type: "test", WorkspaceID: h.WorkspaceID, AtMs: fmt.Sprint(t.Book.Now().UnixMilli()), Data: []byte(`{"id":"` + id + `"}`),
	})
	return a.detail, err
}
