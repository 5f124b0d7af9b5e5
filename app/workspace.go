package app

import (
	"context"
	"time"

	"parley/app/dto"
	"parley/backend/conversation"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Workspace is what the page starts with.
type Workspace struct{ app *App }

// Load returns the configuration, who is signed in and how the desk stands to the hub.
func (w *Workspace) Load() (dto.Bootstrap, error) {
	return answer(w.app, "load workspace", func(ctx context.Context) (dto.Bootstrap, error) {
		seq := w.app.stream.last() // first: what is read after it includes that event
		if w.app.desk() == nil {
			return dto.Bootstrap{
				Place: w.app.place(), Settings: w.app.settings.Get(), SettingsKept: w.app.settings.SetAside(),
				EventSeq: seq, Platform: platform(),
				Touchpoints: []dto.Touchpoint{}, Queues: []dto.Queue{}, Agents: []dto.Agent{}, Dispositions: []dto.Disposition{},
			}, nil
		}
		all, err := w.app.desk().Workspace(ctx)
		if err != nil {
			return dto.Bootstrap{}, err
		}
		connection, err := w.app.desk().Connection(ctx)
		return dto.Bootstrap{
			Place:        w.app.place(),
			Me:           toAgent(all.Me),
			Workspace:    dto.Workspace{Name: all.Config.Workspace.Name, Practice: all.Config.Workspace.Practice},
			Touchpoints:  each(all.Touchpoints, toTouchpoint),
			Queues:       each(all.Queues, toQueue),
			Agents:       each(all.Agents, toAgent),
			Dispositions: each(all.Dispositions, toDisposition),
			Connection:   toConnection(connection),
			Settings:     w.app.settings.Get(),
			SettingsKept: w.app.settings.SetAside(),
			EventSeq:     seq,
			Platform:     platform(),
		}, err
	})
}

// Connection returns how the desk stands to the hub now.
func (w *Workspace) Connection() (dto.Connection, error) {
	return answer(w.app, "read connection", func(ctx context.Context) (dto.Connection, error) {
		connection, err := w.app.desk().Connection(ctx)
		return toConnection(connection), err
	})
}

// Refresh catches up with the hub now and proves completeness.
func (w *Workspace) Refresh() (dto.Connection, error) {
	return answer(w.app, "refresh", func(ctx context.Context) (dto.Connection, error) {
		ctx, cancel := context.WithTimeout(ctx, refreshLimit)
		defer cancel()
		connection, err := w.app.desk().Refresh(ctx)
		if err != nil && ctx.Err() != nil {
			connection, err = w.app.desk().Connection(w.app.context())
		}
		return toConnection(connection), err
	})
}

// Loads returns how much each agent has now. It asks the hub.
func (w *Workspace) Loads() ([]dto.Load, error) {
	return answer(w.app, "read loads", func(ctx context.Context) ([]dto.Load, error) {
		loads, err := w.app.desk().Loads(ctx)
		return each(loads, toLoad), err
	})
}

// Wallboard returns how the team stands now. It asks the hub.
func (w *Workspace) Wallboard() (dto.Wallboard, error) {
	return answer(w.app, "read wallboard", func(ctx context.Context) (dto.Wallboard, error) {
		stands, err := w.app.desk().Wallboard(ctx)
		return toWallboard(stands), err
	})
}

// SetStatus says whether the agent is there, by a word of their own unless that is "".
func (w *Workspace) SetStatus(status, text string) (dto.Outcome, error) {
	return answer(w.app, "set status", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := w.app.desk().SetStatus(ctx, conversation.Presence(status), text)
		return w.app.outcome(ctx, outcome, err)
	})
}

// ChangeQueue says how a queue's conversations find their agent.
func (w *Workspace) ChangeQueue(queueID string, r dto.Routing) (dto.Outcome, error) {
	return answer(w.app, "change queue", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := w.app.desk().ChangeQueue(ctx, queueID, &hubv1.Routing{
			Mode: r.Mode, OfferMs: r.OfferMs, UnansweredMs: r.UnansweredMs, Hours: r.Hours, Zone: r.Zone, Answer: r.Answer,
		})
		return w.app.outcome(ctx, outcome, err)
	})
}

// ChangeTouchpoint sets a touchpoint's window, weight, wrap-up, whether the last agent is asked first, and its queue.
func (w *Workspace) ChangeTouchpoint(t dto.Touchpoint) (dto.Outcome, error) {
	return answer(w.app, "change touchpoint", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := w.app.desk().ChangeTouchpoint(ctx, &hubv1.ChangeTouchpoint{
			TouchpointId: t.ID, WindowMs: t.WindowMs, Weight: t.Weight, WrapUp: t.WrapUp, Sticky: t.Sticky, QueueId: t.QueueID,
		})
		return w.app.outcome(ctx, outcome, err)
	})
}

// refreshLimit is how long a person waits for a refresh.
const refreshLimit = 15 * time.Second
