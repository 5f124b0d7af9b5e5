package erase

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"parley/backend/hub/access"
	"parley/backend/hub/audit"
	"parley/backend/hub/dossier"
	"parley/backend/hub/find"
	"parley/backend/hub/lane"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// Lane is the kind of the lanes that erase. Their key is the contact's id.
const Lane = "erase"

const (
	// Rest is how long a request that had begun before may still write.
	Rest = time.Minute
	// patience is how long webhooks that came before are waited for.
	patience = time.Minute
	// lookAgain is how soon what is waited for is looked at again.
	lookAgain = 200 * time.Millisecond
)

// stage is how far an erasure is.
type stage int64

const (
	asked stage = iota
	severed
	resting
	scrubbing
)

// Files forgets files that no row refers to, in two steps: media.Sweeper.
type Files interface {
	PutAside(ctx context.Context, sums []string) error
	ForgetAside(ctx context.Context, sums []string) error
}

// Eraser erases contacts. All fields are needed. Its methods may run at the same time, on any number of hubs.
type Eraser struct {
	Store *store.Store
	Files Files
	Now   func() time.Time
	Log   *slog.Logger
	Rest  time.Duration // as the constant of this name, where nobody tests
}

// Ask has a contact erased. It returns the id under which that goes on (Eraser.Done): of whom they were merged into.
func (e *Eraser) Ask(ctx context.Context, by access.Actor, contactID string) (id string, err error) {
	_, err = e.Store.InTx(ctx, by.WorkspaceID, func(tx *store.Tx) error {
		contact, err := dossier.Root(ctx, tx.Queries, by.WorkspaceID, contactID)
		if err != nil {
			return err
		}
		id = contact.ID
		nowMs := e.Now().UnixMilli()
		n, err := tx.InsertErasure(ctx, db.InsertErasureParams{WorkspaceID: by.WorkspaceID, ContactID: id, AskedMs: nowMs})
		if err != nil || n == 0 { // it goes on already
			return err
		}
		if err := tx.WakeLane(ctx, db.WakeLaneParams{WorkspaceID: by.WorkspaceID, Kind: Lane, Key: id, NextMs: nowMs}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, time.Now().UnixMilli(), audit.Entry{
			ActorID: by.AgentID, SessionID: by.SessionID, Address: access.Address(ctx), Action: audit.ContactErased, SubjectID: id,
		})
	})
	if err != nil {
		return "", fmt.Errorf("erase contact: %w", err)
	}
	return id, nil
}

// Done reports whether nothing is left of a contact whose erasure was asked for.
func (e *Eraser) Done(ctx context.Context, workspaceID, id string) (bool, error) {
	_, err := e.Store.Read().Erasure(ctx, db.ErasureParams{WorkspaceID: workspaceID, ContactID: id})
	if store.NotFound(err) {
		return true, nil
	}
	return false, err
}

// job is one erasure at work.
type job struct {
	*Eraser
	db.Erasure
	lane db.Lane
}

// Handle is the lane.Handler of Lane.
func (e *Eraser) Handle(ctx context.Context, l db.Lane) (lane.Result, error) {
	for {
		row, err := e.Store.Read().Erasure(ctx, db.ErasureParams{WorkspaceID: l.WorkspaceID, ContactID: l.Key})
		if store.NotFound(err) {
			return lane.Done, nil
		}
		if err != nil {
			return lane.Result{}, fmt.Errorf("read erasure: %w", err)
		}
		j := &job{e, row, l}
		if rest := time.Duration(row.UntilMs-e.Now().UnixMilli()) * time.Millisecond; rest > 0 {
			return lane.Wait(rest), nil
		}
		wait, err := j.step(ctx)
		if err != nil {
			return lane.Result{}, fmt.Errorf("erase contact: %w", err)
		}
		if wait > 0 {
			return lane.Wait(wait), nil
		}
		if kept, err := lane.Renew(ctx, e.Store, l, e.Now()); err != nil || !kept {
			return lane.Result{Again: true}, err
		}
	}
}

// step does one stage. wait is how long what it waits for may take; 0 when the stage is over.
func (j *job) step(ctx context.Context) (wait time.Duration, err error) {
	switch stage(j.Stage) {
	case asked:
		waiting, err := j.Store.Read().WebhooksUntil(ctx, j.AskedMs)
		if err != nil {
			return 0, err
		}
		if waiting > 0 && j.Now().UnixMilli()-j.AskedMs < patience.Milliseconds() {
			return lookAgain, nil
		}
		return 0, j.sever(ctx)
	case severed:
		if err := j.remove(ctx); err != nil {
			return 0, err
		}
		if err := j.files(ctx, j.Files.PutAside); err != nil {
			return 0, err
		}
		_, err := j.Store.InTx(ctx, j.WorkspaceID, func(tx *store.Tx) error {
			return moveIn(ctx, tx, j.ContactID, resting, j.Now().Add(j.Rest), 0)
		})
		return 0, err
	case resting:
		if err := j.remove(ctx); err != nil {
			return 0, err
		}
		if err := j.files(ctx, j.Files.ForgetAside); err != nil {
			return 0, err
		}
		head, err := j.Store.Read().Head(ctx, j.WorkspaceID)
		if err != nil {
			return 0, err
		}
		return 0, j.forgetParts(ctx, head.Seq)
	default:
		behind, err := find.BehindOf(ctx, j.Store, j.WorkspaceID, j.Seq)
		if err != nil || behind {
			return lookAgain, err
		}
		if err := j.Store.Scrub(ctx); err != nil {
			return 0, err
		}
		return 0, j.finish(ctx)
	}
}

func (j *job) files(ctx context.Context, do func(context.Context, []string) error) error {
	sums, err := j.parts(ctx, partFile)
	if err != nil {
		return err
	}
	return do(ctx, sums)
}

// forgetParts forgets what led to traces: there are none any more but in the search index, which follows the feed up to seq.
func (j *job) forgetParts(ctx context.Context, seq int64) error {
	_, err := j.Store.InTx(ctx, j.WorkspaceID, func(tx *store.Tx) error {
		if err := tx.DropErasureParts(ctx, db.DropErasurePartsParams{WorkspaceID: j.WorkspaceID, ContactID: j.ContactID}); err != nil {
			return err
		}
		return moveIn(ctx, tx, j.ContactID, scrubbing, time.UnixMilli(0), seq)
	})
	return err
}

func moveIn(ctx context.Context, tx *store.Tx, id string, to stage, until time.Time, seq int64) error {
	return tx.MoveErasure(ctx, db.MoveErasureParams{
		WorkspaceID: tx.WorkspaceID, ContactID: id, Stage: int64(to), UntilMs: until.UnixMilli(), Seq: seq,
	})
}

func (j *job) finish(ctx context.Context) error {
	_, err := j.Store.InTx(ctx, j.WorkspaceID, func(tx *store.Tx) error {
		return tx.DropErasure(ctx, db.DropErasureParams{WorkspaceID: j.WorkspaceID, ContactID: j.ContactID})
	})
	if err == nil {
		j.Log.Info("Contact erased", "contact", j.ContactID)
	}
	return err
}
