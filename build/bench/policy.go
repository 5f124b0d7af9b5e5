package main

import (
	"context"
	"fmt"
	"maps"
	"time"

	"parley/backend/desk/alerts"
)

const (
	policyOpen   = 2000 // conversations of a busy supervisor
	policyNews   = 10   // one in so many has something new
	policyRounds = 300
)

// policyBench measures one decision about what to tell an agent.
func policyBench(context.Context, string) ([]Figure, error) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	open, ids := busy(noon), map[string]int{}
	for i, c := range open {
		ids[c.ID] = i
	}
	prefs := alerts.Prefs{Enabled: true, InboxRepeat: 5 * time.Minute}
	decide := func(at time.Time, memory alerts.Memory) alerts.Told {
		return alerts.Decide(alerts.State{Conversations: open, NowMs: at.UnixMilli(), Local: at, Supervisor: true}, prefs, memory)
	}
	memory := decide(noon, alerts.Memory{}).Memory
	for i := 0; i < policyOpen; i += policyNews {
		open[i].Unread, open[i].LastInboundID = 5, "news"
	}
	var took, copied []time.Duration
	decisions := 0
	for range policyRounds {
		began := time.Now()
		told := decide(noon.Add(time.Minute), memory)
		took = append(took, time.Since(began))
		decisions = len(told.Decisions)
		began = time.Now()
		_ = maps.Clone(ids)
		copied = append(copied, time.Since(began))
	}
	if decisions < policyOpen/policyNews {
		return nil, fmt.Errorf("%d decisions about %d conversations with news", decisions, policyOpen/policyNews)
	}
	return []Figure{atMost(fmt.Sprintf("What rings, decided over %d conversations, p95", policyOpen), millis(percentile(took, 95)), "ms", 5, fmt.Sprintf(
		"median %.2f ms, %d decisions; a copy of a map of as many ids %.2f ms", millis(percentile(took, 50)), decisions, millis(percentile(copied, 50))))}, nil
}

// busy are open conversations of all sorts: in the Inbox and assigned, unread, waiting, closing, given, troubled.
func busy(now time.Time) []alerts.Conversation {
	open := make([]alerts.Conversation, policyOpen)
	for i := range open {
		open[i] = alerts.Conversation{
			ID: fmt.Sprintf("0190a5c0-0000-7000-8000-%012d", i), Mine: i%2 == 0, Title: "Ana", Preview: "Hello", Unread: i % 3,
			LastInboundID: fmt.Sprint(i), InboundLatest: true, Waiting: i%4 == 0, WindowUntilMs: now.Add(time.Duration(i) * time.Minute).UnixMilli(),
			Given: i%10 == 0, Troubled: i % 50 / 49,
		}
	}
	return open
}
