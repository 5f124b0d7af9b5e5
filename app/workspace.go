package app

import (
	"context"
	"time"

	"parley/app/dto"
)

// Workspace is what the page starts with.
type Workspace struct{ app *App }

// Load returns the configuration, who is signed in and how the desk stands to the hub.
func (w *Workspace) Load() (dto.Bootstrap, error) {
	return answer(w.app, "load workspace", func(ctx context.Context) (dto.Bootstrap, error) {
		seq := w.app.stream.last() // first: what is read after it includes that event
		all, err := w.app.desk.Workspace(ctx)
		if err != nil {
			return dto.Bootstrap{}, err
		}
		connection, err := w.app.desk.Connection(ctx)
		return dto.Bootstrap{
			Me:           toAgent(all.Me),
			Workspace:    dto.Workspace{Name: all.Config.Workspace.Name, Practice: all.Config.Workspace.Practice},
			Touchpoints:  each(all.Touchpoints, toTouchpoint),
			Queues:       each(all.Queues, toQueue),
			Agents:       each(all.Agents, toAgent),
			Dispositions: each(all.Dispositions, toDisposition),
			Connection:   toConnection(connection),
			Settings:     w.app.settings.Get(),
			EventSeq:     seq,
			Platform:     platform(),
		}, err
	})
}

// Connection returns how the desk stands to the hub now.
func (w *Workspace) Connection() (dto.Connection, error) {
	return answer(w.app, "read connection", func(ctx context.Context) (dto.Connection, error) {
		connection, err := w.app.desk.Connection(ctx)
		return toConnection(connection), err
	})
}

// Refresh catches up with the hub now and proves completeness.
func (w *Workspace) Refresh() (dto.Connection, error) {
	return answer(w.app, "refresh", func(ctx context.Context) (dto.Connection, error) {
		ctx, cancel := context.WithTimeout(ctx, refreshLimit)
		defer cancel()
		connection, err := w.app.desk.Refresh(ctx)
		if err != nil && ctx.Err() != nil {
			connection, err = w.app.desk.Connection(w.app.context())
		}
		return toConnection(connection), err
	})
}

// refreshLimit is how long a person waits for a refresh.
const refreshLimit = 15 * time.Second
