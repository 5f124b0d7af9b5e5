package inbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/backend/hub/access"
	"parley/backend/hub/audit"
	"parley/backend/hub/routing"
	"parley/backend/hub/touchpoint"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// changeQueue says how a queue's conversations find their agent.
func (r *run) changeQueue(ctx context.Context, c *hubv1.ChangeQueue) (*hubv1.Refusal, error) {
	s := c.GetRouting()
	err := routing.SetQueue(ctx, r.tx, c.GetQueueId(), routing.Settings{
		Mode: routing.Mode(s.GetMode()), Offer: millis(s.GetOfferMs()), Unanswered: millis(s.GetUnansweredMs()),
		HoursText: s.GetHours(), Zone: s.GetZone(), Answer: s.GetAnswer(),
	})
	var invalid *routing.InvalidError
	switch {
	case errors.Is(err, routing.ErrNoQueue):
		return refuse(RefusedNotFound, err.Error()), nil
	case errors.As(err, &invalid):
		return refuse(RefusedInvalid, invalid.Error()), nil
	case err != nil:
		return nil, fmt.Errorf("change queue: %w", err)
	}
	return nil, r.audit(ctx, audit.QueueRouted, c.GetQueueId(), s.GetMode())
}

// changeTouchpoint sets what can be changed of a touchpoint.
func (r *run) changeTouchpoint(ctx context.Context, c *hubv1.ChangeTouchpoint) (*hubv1.Refusal, error) {
	t, known := r.inbox.directory.ByID(r.actor.WorkspaceID, c.GetTouchpointId())
	if !known {
		return refuse(RefusedNotFound, "there is no such touchpoint"), nil
	}
	err := touchpoint.Change(ctx, r.tx, t.ID, touchpoint.Settings{
		Window: millis(c.GetWindowMs()), Weight: c.GetWeight(), WrapUp: c.GetWrapUp(), Sticky: c.GetSticky(), QueueID: c.GetQueueId(),
	}, t.Adapter.Window())
	var invalid *touchpoint.InvalidError
	switch {
	case errors.Is(err, touchpoint.ErrNone), errors.Is(err, touchpoint.ErrNoQueue):
		return refuse(RefusedNotFound, err.Error()), nil
	case errors.As(err, &invalid):
		return refuse(RefusedInvalid, invalid.Error()), nil
	case err != nil:
		return nil, fmt.Errorf("change touchpoint: %w", err)
	}
	return nil, r.audit(ctx, audit.TouchpointChanged, t.ID, "")
}

// audit writes down a change of settings.
func (r *run) audit(ctx context.Context, action audit.Action, subjectID, detail string) error {
	return audit.Write(ctx, r.tx, time.Now().UnixMilli(), audit.Entry{
		ActorID: r.actor.AgentID, SessionID: r.actor.SessionID, Address: access.Address(ctx), Action: action, SubjectID: subjectID, Detail: detail,
	})
}

func millis(n int64) time.Duration { return time.Duration(n) * time.Millisecond }
