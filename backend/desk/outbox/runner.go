package outbox

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"parley/backend/desk/cache"
	"parley/backend/desk/hubclient"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// lanesAtOnce is how many conversations are served at the same time: an upload must not hold up the others.
const lanesAtOnce = 4

// retry is when something may be tried again.
type retry struct {
	backoff hubclient.Backoff
	at      time.Time
}

// running is the state of one Serve.
type running struct {
	lanes   map[string]bool   // under way
	retries map[string]*retry // lanes whose last attempt failed by their own fault
	hub     retry             // the hub was not there
	ended   chan laneEnd
	wait    sync.WaitGroup
}

type laneEnd struct {
	lane string
	err  error
}

// Serve carries commands out until ctx ends, and returns nil then.
func (o *Outbox) Serve(ctx context.Context) error {
	r := &running{lanes: map[string]bool{}, retries: map[string]*retry{}, ended: make(chan laneEnd, lanesAtOnce)}
	defer r.wait.Wait()
	for {
		next, err := o.start(ctx, r)
		if err != nil && ctx.Err() == nil {
			o.Log.ErrorContext(ctx, "Outbox could not be read", "error", err)
			next = time.Second
		}
		expired, stop := o.Clock.After(next)
		select {
		case <-ctx.Done():
			stop()
			return nil
		case <-o.wake:
			r.hub = retry{}
			clear(r.retries)
		case <-expired:
		case end := <-r.ended:
			o.note(ctx, r, end)
		}
		stop()
	}
}

// note takes the end of a lane's turn into account.
func (o *Outbox) note(ctx context.Context, r *running, end laneEnd) {
	delete(r.lanes, end.lane)
	switch {
	case end.err == nil:
		r.hub = retry{}
		delete(r.retries, end.lane)
	case errors.Is(end.err, hubclient.ErrUnreachable), errors.Is(end.err, hubclient.ErrSignedOut):
		r.hub.at = o.Clock.Now().Add(r.hub.backoff.Next())
	default:
		// Only this command: the others must not wait for it.
		lane := r.retries[end.lane]
		if lane == nil {
			lane = &retry{}
			r.retries[end.lane] = lane
		}
		lane.at = o.Clock.Now().Add(lane.backoff.Next())
		if ctx.Err() == nil {
			o.Log.WarnContext(ctx, "Command had no answer", "error", end.err)
		}
	}
}

// idle is how long the runner waits when nothing is due.
const idle = time.Hour

// start begins the next command of each lane that is due and refuses those that have expired. next is how long
// until something else is due.
func (o *Outbox) start(ctx context.Context, r *running) (next time.Duration, err error) {
	rows, err := o.Cache.Read().Outbox(ctx)
	if err != nil {
		return 0, err
	}
	next = idle
	now, hubNow := o.Clock.Now(), o.HubNowMs()
	seen := map[string]bool{}
	for _, row := range rows {
		if row.State != cache.OutboxWaiting {
			continue
		}
		head := !seen[row.Lane]
		seen[row.Lane] = true
		under := r.lanes[row.Lane]
		if expires := row.Command.ExpiresMs; expires != 0 && !(head && under) {
			if hubNow >= expires {
				if err := o.refuse(ctx, row, &hubv1.Refusal{Code: CodeOffline}); err != nil {
					return 0, err
				}
				seen[row.Lane] = !head // the next one is the head
				continue
			}
			next = min(next, time.Duration(expires-hubNow)*time.Millisecond)
		}
		if !head || under {
			continue
		}
		if rest := row.NotBeforeMs - hubNow; rest > 0 {
			next = min(next, time.Duration(rest)*time.Millisecond)
			continue
		}
		due := r.hub.at
		if lane := r.retries[row.Lane]; lane != nil && lane.at.After(due) {
			due = lane.at
		}
		if due.After(now) {
			next = min(next, due.Sub(now))
			continue
		}
		if len(r.lanes) < lanesAtOnce {
			r.lanes[row.Lane] = true
			r.wait.Go(func() { r.ended <- laneEnd{lane: row.Lane, err: o.safely(ctx, row)} })
		}
	}
	return next, nil
}

// safely is carryOut that makes an error of a panic: the other lanes go on.
func (o *Outbox) safely(ctx context.Context, row cache.OutboxRow) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("%s panicked: %v", row.Kind, value)
		}
	}()
	return o.carryOut(ctx, row)
}

// carryOut uploads what has to be uploaded, executes the command and records the answer. An error says that
// nothing is known.
func (o *Outbox) carryOut(ctx context.Context, row cache.OutboxRow) error {
	if expires := row.Command.ExpiresMs; expires != 0 {
		limited, cancel := context.WithTimeout(ctx, time.Duration(max(1, expires-o.HubNowMs()))*time.Millisecond)
		defer cancel()
		ctx = limited
	}
	if row.AttachmentID != "" && row.Command.GetSendMessage().GetMediaId() == "" {
		refusal, err := o.upload(ctx, &row)
		if err != nil {
			return err
		}
		if refusal != nil {
			return o.refuse(ctx, row, refusal)
		}
	}
	ack, err := o.Hub.Execute(ctx, row.Command)
	if err != nil {
		return err
	}
	if ack.Refusal != nil {
		return o.refuse(ctx, row, ack.Refusal)
	}
	return o.done(ctx, row, ack)
}

// done records that the command was carried out.
func (o *Outbox) done(ctx context.Context, row cache.OutboxRow, ack *hubv1.CommandAck) error {
	err := o.Cache.Update(ctx, func(tx *cache.Tx) error {
		if err := tx.AnswerOutbox(ctx, row.Command.Id, ack.AppliedSeq); err != nil {
			return err
		}
		_, err := tx.DropApplied(ctx) // the feed may have been faster
		return err
	})
	if err != nil {
		return fmt.Errorf("record answer: %w", err)
	}
	o.tell(row.Command.Id, Outcome{State: Done})
	o.Changed(changeOf(row))
	return nil
}

// upload gives the file of a send to the hub and writes the file's id into the command, before the command is
// executed: every repetition of it is the same. A refusal says that the hub does not take the file, or
// that the agent has stopped it.
func (o *Outbox) upload(ctx context.Context, row *cache.OutboxRow) (*hubv1.Refusal, error) {
	attachment, found, err := o.Cache.Read().Attachment(ctx, row.AttachmentID)
	if err != nil {
		return nil, err
	}
	if !found {
		return &hubv1.Refusal{Code: "invalid", Message: "the attachment is gone"}, nil
	}
	if attachment.MediaID == "" {
		uploading := o.uploads.begin(ctx, attachment.ID)
		media, err := o.Hub.Upload(uploading, hubclient.Outgoing{
			Path: o.FilePath(attachment.ID), ID: attachment.ID, Name: attachment.FileName, MIME: attachment.MIME,
			Progress: func(done, total int64) { o.uploads.set(attachment.ID, done, total) },
		})
		calledOff := err != nil && errors.Is(context.Cause(uploading), errCalledOff)
		o.uploads.end(attachment.ID)
		if calledOff {
			return &hubv1.Refusal{Code: "called_off", Message: "the upload was called off"}, nil
		}
		var rejected *hubclient.RejectedError
		if errors.As(err, &rejected) {
			return &hubv1.Refusal{Code: "invalid", Message: rejected.Detail}, nil
		}
		if err != nil {
			return nil, err
		}
		attachment.MediaID = media.ID
		o.Uploaded(attachment, media)
	}
	command := proto.CloneOf(row.Command)
	command.GetSendMessage().MediaId = attachment.MediaID
	err = o.Cache.UpdateDurably(ctx, func(tx *cache.Tx) error {
		if err := tx.PutAttachment(ctx, attachment); err != nil {
			return err
		}
		return tx.SetOutboxCommand(ctx, command)
	})
	if err != nil {
		return nil, fmt.Errorf("record upload: %w", err)
	}
	row.Command = command
	o.Changed(changeOf(*row))
	return nil, nil
}
