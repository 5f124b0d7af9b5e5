package feed

import (
	"context"

	"parley/backend/hub/access"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// PageBehind is the first page of a watch that begins now on a hub which has read up to a position only.
func (f *Feed) PageBehind(ctx context.Context, reader access.Actor, cursor *hubv1.Cursor, read int64) (*hubv1.ChangePage, error) {
	v, err := f.look(ctx, reader)
	if err != nil {
		return nil, err
	}
	w := &watch{progress: &progress{}, Feed: f, reader: reader, cursor: cursor, begun: v.head.Seq, jumps: -1, scopes: -1}
	behind := v.head
	behind.Seq = read
	return w.page(ctx, moment{head: behind, from: read})
}
