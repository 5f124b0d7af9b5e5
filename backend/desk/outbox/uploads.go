package outbox

import (
	"context"
	"errors"
	"sync"
)

// errCalledOff ends an upload that the agent has stopped.
var errCalledOff = errors.New("upload was called off")

// uploads knows the files that are on their way to the hub.
type uploads struct {
	mu  sync.Mutex
	all map[string]*upload
}

// upload is one file on its way. Its bytes are those that the hub has.
type upload struct {
	done, total int64
	stop        context.CancelCauseFunc
}

// begin notes an upload, which ends with the returned context.
func (u *uploads) begin(ctx context.Context, attachmentID string) context.Context {
	ctx, stop := context.WithCancelCause(ctx)
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.all == nil {
		u.all = map[string]*upload{}
	}
	u.all[attachmentID] = &upload{stop: stop}
	return ctx
}

func (u *uploads) set(attachmentID string, done, total int64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if under := u.all[attachmentID]; under != nil {
		under.done, under.total = done, total
	}
}

func (u *uploads) end(attachmentID string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if under := u.all[attachmentID]; under != nil {
		under.stop(context.Canceled)
		delete(u.all, attachmentID)
	}
}

// Uploading says how far an attachment has come on its way to the hub. running is false when it is not on its way.
func (o *Outbox) Uploading(attachmentID string) (done, total int64, running bool) {
	o.uploads.mu.Lock()
	defer o.uploads.mu.Unlock()
	under := o.uploads.all[attachmentID]
	if under == nil {
		return 0, 0, false
	}
	return under.done, under.total, true
}

// CallOff stops the upload of an attachment. Its message, and those that wait behind it, become a draft again, refused as
// "called_off": nothing of them has been sent. running is false when there was nothing to stop any more.
func (o *Outbox) CallOff(attachmentID string) (running bool) {
	o.uploads.mu.Lock()
	defer o.uploads.mu.Unlock()
	under := o.uploads.all[attachmentID]
	if under != nil {
		under.stop(errCalledOff)
	}
	return under != nil
}
