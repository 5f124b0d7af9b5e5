//go:build !windows

package main_test

import (
	"context"
	"maps"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/store/db"
)

// A team at work: desks of many agents on several hubs, contacts who write at the rate that a number may have at first, and
// hubs and databases that die. PARLEY_TEAM=1000 is how many desks, PARLEY_TEAM_SECONDS=300 for how long in trouble.

// teamRate is how many messages a second contacts write: what a number may do at first (Meta: Throughput).
const teamRate = 80

func fromEnv(t *testing.T, name string, usual int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// Hubs are killed and the database crashes while a team works: no message is lost, a conversation never has two agents,
// every desk ends with what the hub has, and nobody is overrun by those who come back.
func TestTeam(t *testing.T) {
	desks := fromEnv(t, "PARLEY_TEAM", 60)
	trouble := time.Duration(fromEnv(t, "PARLEY_TEAM_SECONDS", 4)) * time.Second
	calm := max(3*time.Second, trouble/5)
	for _, c := range []struct {
		engine string
		hubs   int
	}{{"postgres", 3}, {"sqlite", 1}} {
		t.Run(c.engine, func(t *testing.T) {
			team := newTeam(t, c.engine, c.hubs, desks)
			stopDesks := team.sitDown()
			defer stopDesks()
			stopAgents := team.letAgentsWork()
			defer stopAgents()
			stopContacts := team.letContactsWrite(teamRate)
			defer stopContacts()
			team.pass(calm)
			team.measure(calm)
			team.disturb(trouble)
			stopContacts()
			stopAgents()
			team.checkNothingIsLost()
			team.checkDesksConverge()
			stopDesks()
			team.checkHistory()
			team.checkStorm()
		})
	}
}

// pass lets time pass while all is well, and keeps its latencies apart.
func (m *team) pass(d time.Duration) {
	m.usage.begin(m)
	pause(m.t.Context(), d)
}

// disturb kills hubs and crashes the database at random.
func (m *team) disturb(lasts time.Duration) {
	m.calm.Store(false)
	ctx, stop := context.WithTimeout(m.t.Context(), lasts)
	defer stop()
	var group sync.WaitGroup
	kills, crashes := 0, 0
	group.Go(func() {
		for pause(ctx, between(lasts/20, lasts/5)); ctx.Err() == nil; pause(ctx, between(lasts/20, lasts/5)) {
			m.hubs[kills%len(m.hubs)].kill()
			kills++
		}
	})
	if m.database != nil {
		group.Go(func() {
			for pause(ctx, between(lasts/8, lasts/3)); ctx.Err() == nil; pause(ctx, between(lasts/8, lasts/3)) {
				m.must(m.database.Crash())
				pause(ctx, between(200*time.Millisecond, 2*time.Second))
				m.must(m.database.Restart())
				crashes++
			}
		})
	}
	group.Wait()
	m.t.Logf("hubs killed %d times, the database crashed %d times in %s", kills, crashes, lasts)
}

// checkNothingIsLost compares what contacts wrote with what the hub has.
func (m *team) checkNothingIsLost() {
	m.t.Helper()
	m.until("what contacts wrote is there, each message once", time.Minute, func() bool {
		seen := map[string]int{}
		for _, lines := range m.truth() {
			for _, line := range lines {
				if line.Direction == "in" {
					seen[line.ProviderID]++
				}
			}
		}
		for id, n := range seen {
			if n > 1 {
				m.t.Fatalf("message %s is there %d times", id, n)
			}
		}
		return len(seen) == m.written
	})
	m.t.Logf("%d messages of contacts are there, each once", m.written)
}

// truth is every line of every conversation, as the hub's database has it.
func (m *team) truth() map[db.Conversation][]db.Message {
	all := map[db.Conversation][]db.Message{}
	rows, err := m.store.Read().AllConversations(m.t.Context(), db.AllConversationsParams{WorkspaceID: m.workspaceID, N: 100_000})
	m.must(err)
	for _, c := range rows {
		all[c], err = m.store.Read().MessagesBefore(m.t.Context(), db.MessagesBeforeParams{
			WorkspaceID: m.workspaceID, ConversationID: c.ID, BeforeNo: 1 << 62, N: 100_000,
		})
		m.must(err)
	}
	return all
}

// checkDesksConverge waits until every desk has what its agent may see, in the hub's version.
func (m *team) checkDesksConverge() {
	m.t.Helper()
	began := time.Now()
	var difference string
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Millisecond) {
		truth := m.truth()
		difference = ""
		for _, d := range m.desks {
			if difference = d.differs(truth); difference != "" {
				break
			}
		}
		if difference == "" {
			break
		}
		if time.Now().After(deadline) {
			head, err := m.store.Read().Head(m.t.Context(), m.workspaceID)
			m.must(err)
			m.tellWhatTheyDo()
			m.t.Fatalf("a desk does not converge: %s; the hub at %d", difference, head.Seq)
		}
	}
	lines := 0
	for _, d := range m.desks {
		lines += d.lineCount()
	}
	m.t.Logf("%d desks converged within %s, with %d lines", len(m.desks), time.Since(began).Round(time.Millisecond), lines)
}

// holders are who has which conversation in the end.
func (m *team) holders() map[string]string {
	holders := map[string]string{}
	for c := range maps.Keys(m.truth()) {
		if c.Status == string(conversation.StatusAssigned) {
			holders[c.ID] = c.AssigneeID
		} else {
			holders[c.ID] = ""
		}
	}
	return holders
}

// percentiles sorts and picks.
func percentiles(d []time.Duration, wanted ...int) []time.Duration {
	slices.Sort(d)
	out := make([]time.Duration, len(wanted))
	for i, p := range wanted {
		if len(d) > 0 {
			out[i] = d[min(len(d)-1, len(d)*p/100)].Round(100 * time.Microsecond)
		}
	}
	return out
}
