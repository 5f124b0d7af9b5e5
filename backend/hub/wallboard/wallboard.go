// Package wallboard works out how a team stands: what waits and for how long, which session windows close soon, what each
// agent has, and how fast contacts got their first answers.
package wallboard

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

const (
	// fresh is how long an answer is given again: many supervisors look at the same.
	fresh = 2 * time.Second
	// soon is how near the end of a session window is that counts as closing.
	soon = 2 * time.Hour
	// hours is how far back the first answers are looked at.
	hours = 12
)

// Board works out how teams stand. It may be used from many goroutines.
type Board struct {
	store *store.Store
	now   func() time.Time

	mu   sync.Mutex
	last map[string]*hubv1.WallboardResponse // by workspace
}

// New returns a board. now is the hub's clock.
func New(s *store.Store, now func() time.Time) *Board {
	return &Board{store: s, now: now, last: map[string]*hubv1.WallboardResponse{}}
}

// Of is how the team of a workspace stands. The answer is shared: it must not be changed.
func (b *Board) Of(ctx context.Context, workspaceID string) (*hubv1.WallboardResponse, error) {
	b.mu.Lock()
	defer b.mu.Unlock() // whoever comes meanwhile gets the same
	nowMs := b.now().UnixMilli()
	if last := b.last[workspaceID]; last != nil && nowMs >= last.NowMs && nowMs < last.NowMs+fresh.Milliseconds() {
		return last, nil
	}
	stands, err := b.workOut(ctx, workspaceID, nowMs)
	if err != nil {
		return nil, fmt.Errorf("work wallboard out: %w", err)
	}
	b.last[workspaceID] = stands
	return stands, nil
}

func (b *Board) workOut(ctx context.Context, workspaceID string, nowMs int64) (*hubv1.WallboardResponse, error) {
	stands := &hubv1.WallboardResponse{NowMs: nowMs}
	var err error
	if stands.Queues, err = b.queues(ctx, workspaceID, nowMs); err != nil {
		return nil, err
	}
	if stands.Agents, err = b.agents(ctx, workspaceID); err != nil {
		return nil, err
	}
	sinceMs := time.UnixMilli(nowMs).UTC().Truncate(time.Hour).Add(-(hours - 1) * time.Hour).UnixMilli()
	answers, err := b.store.Read().FirstAnswers(ctx, db.FirstAnswersParams{WorkspaceID: workspaceID, SinceMs: sinceMs})
	if err != nil {
		return nil, fmt.Errorf("read first answers: %w", err)
	}
	stands.Hours = byHour(answers, sinceMs)
	return stands, nil
}

func (b *Board) queues(ctx context.Context, workspaceID string, nowMs int64) ([]*hubv1.QueueStanding, error) {
	queues, err := b.store.Read().Queues(ctx, workspaceID)
	if err != nil {
		return nil, fmt.Errorf("read queues: %w", err)
	}
	waiting, err := b.store.Read().QueueStandings(ctx, workspaceID)
	if err != nil {
		return nil, fmt.Errorf("read what waits: %w", err)
	}
	closing, err := b.store.Read().ClosingWindows(ctx, db.ClosingWindowsParams{
		WorkspaceID: workspaceID, NowMs: nowMs, ByMs: nowMs + soon.Milliseconds(),
	})
	if err != nil {
		return nil, fmt.Errorf("read windows: %w", err)
	}
	stand := make([]*hubv1.QueueStanding, len(queues))
	for i, queue := range queues {
		stand[i] = &hubv1.QueueStanding{QueueId: queue.ID}
		if at := slices.IndexFunc(waiting, func(w db.QueueStandingsRow) bool { return w.QueueID == queue.ID }); at >= 0 {
			stand[i].Waiting, stand[i].OldestMs = waiting[at].Waiting, waiting[at].OldestMs
		}
		if at := slices.IndexFunc(closing, func(c db.ClosingWindowsRow) bool { return c.QueueID == queue.ID }); at >= 0 {
			stand[i].Closing, stand[i].NextCloseMs = closing[at].Closing, closing[at].NextMs
		}
	}
	return stand, nil
}

func (b *Board) agents(ctx context.Context, workspaceID string) ([]*hubv1.AgentStanding, error) {
	agents, err := b.store.Read().Agents(ctx, workspaceID)
	if err != nil {
		return nil, fmt.Errorf("read agents: %w", err)
	}
	have, err := b.store.Read().AgentStandings(ctx, workspaceID)
	if err != nil {
		return nil, fmt.Errorf("read what agents have: %w", err)
	}
	var stand []*hubv1.AgentStanding
	for _, agent := range agents {
		if agent.Disabled {
			continue
		}
		one := &hubv1.AgentStanding{AgentId: agent.ID}
		if at := slices.IndexFunc(have, func(h db.AgentStandingsRow) bool { return h.AssigneeID == agent.ID }); at >= 0 {
			one.Conversations, one.Points = have[at].Conversations, have[at].Points
			one.Waiting, one.OldestMs = have[at].Waiting, have[at].OldestMs
		}
		stand = append(stand, one)
	}
	return stand, nil
}

// byHour sorts conversations into the hours in which they began.
func byHour(answers []db.FirstAnswersRow, sinceMs int64) []*hubv1.HourStanding {
	const hourMs = int64(time.Hour / time.Millisecond)
	all := make([]*hubv1.HourStanding, hours)
	took := make([][]int64, hours)
	for i := range all {
		all[i] = &hubv1.HourStanding{FromMs: sinceMs + int64(i)*hourMs}
	}
	for _, one := range answers {
		i := (one.OpenedMs - sinceMs) / hourMs
		if i < 0 || i >= hours { // Meta's clock may be ahead of the hub's
			continue
		}
		all[i].Begun++
		if one.AnsweredMs > 0 {
			took[i] = append(took[i], max(0, one.AnsweredMs-one.OpenedMs))
		}
	}
	for i, hour := range all {
		slices.Sort(took[i])
		hour.Answered = int64(len(took[i]))
		hour.MedianMs, hour.MostMs = quantile(took[i], 50), quantile(took[i], 90)
	}
	return all
}

// quantile is the smallest value that percent of all do not exceed; 0 of none. sorted is in order.
func quantile(sorted []int64, percent int) int64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)*percent+99)/100-1]
}
