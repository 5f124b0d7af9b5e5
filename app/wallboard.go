package app

import (
	"parley/app/dto"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func toWallboard(w *hubv1.WallboardResponse) dto.Wallboard {
	return dto.Wallboard{
		NowMs: w.GetNowMs(),
		Queues: each(w.GetQueues(), func(q *hubv1.QueueStanding) dto.QueueStanding {
			return dto.QueueStanding{QueueID: q.QueueId, Waiting: q.Waiting, OldestMs: q.OldestMs, Closing: q.Closing, NextCloseMs: q.NextCloseMs}
		}),
		Agents: each(w.GetAgents(), func(a *hubv1.AgentStanding) dto.AgentStanding {
			return dto.AgentStanding{AgentID: a.AgentId, Conversations: a.Conversations, Points: a.Points, Waiting: a.Waiting, OldestMs: a.OldestMs}
		}),
		Hours: each(w.GetHours(), func(h *hubv1.HourStanding) dto.HourStanding {
			return dto.HourStanding{FromMs: h.FromMs, Begun: h.Begun, Answered: h.Answered, MedianMs: h.MedianMs, MostMs: h.MostMs}
		}),
	}
}
