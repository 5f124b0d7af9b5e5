package outbox

import "sync"

// uploads knows how far files have come on their way to the hub.
type uploads struct {
	mu  sync.Mutex
	all map[string][2]int64
}

func (u *uploads) set(attachmentID string, done, total int64) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.all == nil {
		u.all = map[string][2]int64{}
	}
	u.all[attachmentID] = [2]int64{done, total}
}

func (u *uploads) end(attachmentID string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.all, attachmentID)
}

// Uploading says how far an attachment has come on its way to the hub. running is false when it is not on its way.
func (o *Outbox) Uploading(attachmentID string) (done, total int64, running bool) {
	o.uploads.mu.Lock()
	defer o.uploads.mu.Unlock()
	at, running := o.uploads.all[attachmentID]
	return at[0], at[1], running
}
