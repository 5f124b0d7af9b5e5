package routing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// view is what a workspace's routing is decided by.
type view struct {
	q     *db.Queries
	w     db.Workspace
	nowMs int64

	rules       map[string]Settings // of queues that have any
	touchpoints map[string]db.Touchpoint
	members     map[string][]string // of queues that are not everybody's
	agents      map[string]*Agent   // who is available
	names       map[string]string
	refused     map[string][]string // by conversation
}

// look plans what there is to do. It reads little where nothing is routed.
func (r *Router) look(ctx context.Context, q *db.Queries, w db.Workspace, nowMs int64) (plan, error) {
	v := &view{q: q, w: w, nowMs: nowMs}
	routed, err := v.readRules(ctx)
	if err != nil || !routed {
		return plan{}, err
	}
	if err := v.readAgents(ctx); err != nil {
		return plan{}, err
	}
	p := plan{view: v}
	if err := v.offers(ctx, &p); err != nil {
		return plan{}, err
	}
	for queueID, s := range v.rules {
		if err := v.clocked(ctx, queueID, s, &p); err != nil {
			return plan{}, err
		}
	}
	waiting, err := r.waiting(ctx, v)
	if err != nil {
		return plan{}, err
	}
	agents := make([]Agent, 0, len(v.agents))
	for _, a := range v.agents {
		agents = append(agents, *a)
	}
	p.moves = Choose(waiting, agents, Rules{Mode: v.mode, Works: v.works}, time.UnixMilli(v.nowMs))
	p.moves = p.moves[:min(len(p.moves), most)]
	return p, nil
}

// readRules reads how queues want it, and reports whether anything is routed at all.
func (v *view) readRules(ctx context.Context) (bool, error) {
	rows, err := v.q.QueueRoutings(ctx, v.w.ID)
	if err != nil {
		return false, fmt.Errorf("read rules: %w", err)
	}
	touchpoints, err := v.q.Touchpoints(ctx, v.w.ID)
	if err != nil {
		return false, fmt.Errorf("read touchpoints: %w", err)
	}
	v.rules, v.touchpoints = map[string]Settings{}, map[string]db.Touchpoint{}
	routed := false
	for _, row := range rows {
		s, err := Of(row)
		if err != nil {
			return false, fmt.Errorf("read rules of queue %s: %w", row.QueueID, err)
		}
		v.rules[row.QueueID] = s
		routed = routed || s.Mode != Pick || s.Unanswered > 0 || s.Answer != ""
	}
	for _, t := range touchpoints {
		v.touchpoints[t.ID] = t
		routed = routed || t.Sticky
	}
	if routed {
		return true, nil
	}
	offered, err := v.q.Offered(ctx, v.w.ID) // of before the rules were changed
	return len(offered) > 0, err
}

// readAgents reads who is available, what they have, and how long they have waited.
func (v *view) readAgents(ctx context.Context) error {
	rows, err := v.q.Agents(ctx, v.w.ID)
	if err != nil {
		return fmt.Errorf("read agents: %w", err)
	}
	since := v.nowMs - presentFor.Milliseconds()
	if v.w.Practice { // its clock jumps: whoever has a desk is there
		since = 0
	}
	inUse, err := v.q.AgentsInUse(ctx, db.AgentsInUseParams{WorkspaceID: v.w.ID, SinceMs: since})
	if err != nil {
		return fmt.Errorf("read who is there: %w", err)
	}
	v.agents, v.names = map[string]*Agent{}, map[string]string{}
	for _, row := range rows {
		v.names[row.ID] = row.Name
		if slices.Contains(inUse, row.ID) && !row.Disabled && row.Status == string(conversation.PresenceAvailable) {
			v.agents[row.ID] = &Agent{ID: row.ID, IdleMs: row.StatusMs, Capacity: row.Capacity}
		}
	}
	turns, err := v.q.AgentTurns(ctx, v.w.ID)
	if err != nil {
		return fmt.Errorf("read turns: %w", err)
	}
	for _, turn := range turns {
		if a, any := v.agents[turn.AgentID]; any {
			a.IdleMs = max(a.IdleMs, turn.GivenMs)
		}
	}
	loads, err := v.q.AgentLoads(ctx, v.w.ID)
	if err != nil {
		return fmt.Errorf("read loads: %w", err)
	}
	for _, load := range loads {
		if a, any := v.agents[load.AssigneeID]; any {
			a.Load = load.Points
		}
	}
	members, err := v.q.QueueAgents(ctx, v.w.ID)
	if err != nil {
		return fmt.Errorf("read queues: %w", err)
	}
	v.members = map[string][]string{}
	for _, m := range members {
		v.members[m.QueueID] = append(v.members[m.QueueID], m.AgentID)
	}
	return nil
}

// offers counts what is offered as what its agent has, and plans the end of offers whose time or agent has gone.
func (v *view) offers(ctx context.Context, p *plan) error {
	rows, err := v.q.Offered(ctx, v.w.ID)
	if err != nil {
		return fmt.Errorf("read offers: %w", err)
	}
	for _, row := range rows {
		a, there := v.agents[row.OfferedTo]
		switch {
		case row.OfferUntilMs <= v.nowMs:
			p.lapsed = append(p.lapsed, row)
		case !there || !v.works(row.OfferedTo, row.QueueID) || v.mode(row.QueueID) == "":
			p.withdrawn = append(p.withdrawn, row)
		default:
			a.Asked, a.Load = true, a.Load+v.touchpoints[row.TouchpointID].Weight
		}
	}
	return nil
}

// clocked plans what time alone brings in a queue: conversations that were left unanswered, and automatic answers.
func (v *view) clocked(ctx context.Context, queueID string, s Settings, p *plan) error {
	if s.Unanswered > 0 {
		rows, err := v.q.LeftUnanswered(ctx, db.LeftUnansweredParams{
			WorkspaceID: v.w.ID, QueueID: queueID, SinceMs: v.nowMs - s.Unanswered.Milliseconds(), N: most,
		})
		if err != nil {
			return fmt.Errorf("read what is left unanswered: %w", err)
		}
		p.left = append(p.left, rows...)
	}
	if s.Answer == "" || s.Hours.Open(v.nowMs) {
		return nil
	}
	rows, err := v.q.ToAnswer(ctx, db.ToAnswerParams{
		WorkspaceID: v.w.ID, QueueID: queueID, AfterMs: v.nowMs - answerWithin.Milliseconds(), NowMs: v.nowMs, N: most,
	})
	if err != nil {
		return fmt.Errorf("read what is to be answered: %w", err)
	}
	for _, row := range rows {
		if !s.Hours.Open(row.LastInboundMs) {
			p.answers = append(p.answers, row)
		}
	}
	return nil
}

// waiting is what can be routed, as far as anybody has room.
func (r *Router) waiting(ctx context.Context, v *view) (waiting []Waiting, err error) {
	room := false
	for _, a := range v.agents {
		room = room || a.Load < a.Capacity
	}
	if !room {
		return nil, nil
	}
	refusals, err := v.q.RouteRefusals(ctx, db.RouteRefusalsParams{WorkspaceID: v.w.ID, AfterMs: v.nowMs - refusedFor.Milliseconds()})
	if err != nil {
		return nil, fmt.Errorf("read refusals: %w", err)
	}
	v.refused = map[string][]string{}
	for _, one := range refusals {
		v.refused[one.ConversationID] = append(v.refused[one.ConversationID], one.AgentID)
	}
	queues, err := v.q.Queues(ctx, v.w.ID)
	if err != nil {
		return nil, fmt.Errorf("read queues: %w", err)
	}
	for _, queue := range queues {
		mode := v.mode(queue.ID)
		if mode == "" || mode == Pick && !v.sticks() {
			continue
		}
		rows, err := v.q.QueuedOf(ctx, db.QueuedOfParams{WorkspaceID: v.w.ID, QueueID: queue.ID, N: 2 * most})
		if err != nil {
			return nil, fmt.Errorf("read what waits: %w", err)
		}
		for _, row := range rows {
			if row.OfferedTo != "" {
				continue
			}
			t := v.touchpoints[row.TouchpointID]
			w := Waiting{ID: row.ID, QueueID: row.QueueID, SinceMs: row.OpenedMs, Weight: t.Weight, Refused: v.refused[row.ID]}
			if t.Sticky {
				if w.Last, err = r.lastAgent(ctx, v.q, row); err != nil {
					return nil, err
				}
			}
			waiting = append(waiting, w)
		}
	}
	return waiting, nil
}

// maxRemembered bounds what is remembered of conversations.
const maxRemembered = 10_000

// lastAgent is who had the contact of a conversation before; "" for nobody.
func (r *Router) lastAgent(ctx context.Context, q *db.Queries, row db.Conversation) (string, error) {
	r.mu.Lock()
	id, known := r.last[row.ID]
	r.mu.Unlock()
	if known {
		return id, nil
	}
	id, err := q.LastAgentOf(ctx, db.LastAgentOfParams{WorkspaceID: row.WorkspaceID, ContactID: row.ContactID, TouchpointID: row.TouchpointID})
	if err != nil && !store.NotFound(err) {
		return "", fmt.Errorf("find last agent: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.last) >= maxRemembered {
		clear(r.last)
	}
	r.last[row.ID] = id
	return id, nil
}

// mode is what is done with what waits in a queue; "" outside of its hours.
func (v *view) mode(queueID string) Mode {
	s, any := v.rules[queueID]
	switch {
	case !any:
		return Pick
	case !s.Hours.Open(v.nowMs):
		return ""
	default:
		return s.Mode
	}
}

// offerFor is how long an offer stands in a queue.
func (v *view) offerFor(queueID string) int64 {
	if s, any := v.rules[queueID]; any {
		return s.Offer.Milliseconds()
	}
	return DefaultOffer.Milliseconds()
}

// sticks reports whether a touchpoint wants who had the contact before. Its conversations may be in any queue.
func (v *view) sticks() bool {
	for _, t := range v.touchpoints {
		if t.Sticky {
			return true
		}
	}
	return false
}

// works reports whether an agent works in a queue; one without people is everybody's.
func (v *view) works(agentID, queueID string) bool {
	members := v.members[queueID]
	return len(members) == 0 || slices.Contains(members, agentID)
}
