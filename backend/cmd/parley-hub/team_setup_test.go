//go:build !windows

package main_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub"
	"parley/backend/hub/access"
	"parley/backend/hub/admin"
	"parley/backend/hub/seal"
	"parley/backend/hub/store"
	"parley/backend/hub/store/storetest"
	"parley/backend/hub/touchpoint"
)

// agentsInQueue is how many people work in one queue; every twentieth desk is a supervisor's, who sees all.
const (
	agentsInQueue  = 50
	supervisorEach = 20
)

// team is one run.
type team struct {
	t           *testing.T
	store       *store.Store // the test's own view of the database
	database    *storetest.Server
	workspaceID string
	numbers     []string // Meta's ids of the touchpoints, one a queue
	hubs        []*teamHub
	desks       []*teamDesk
	graph       *teamGraph
	network     *http.Transport // reaches any of the hubs, as a load balancer without memory does

	written int         // messages of contacts
	calm    atomic.Bool // nothing is being killed
	usage   usage
	history history
	mu      sync.Mutex
	news    []time.Duration // from a contact's webhook to a desk, while all is well
	rough   []time.Duration // and in trouble
	storm   []attempt
}

func (m *team) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

func (m *team) until(what string, limit time.Duration, done func() bool) {
	m.t.Helper()
	for deadline := time.Now().Add(limit); !done(); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(deadline) {
			m.t.Fatalf("not within %s: %s", limit, what)
		}
	}
}

func between(least, most time.Duration) time.Duration { return least + rand.N(most-least+1) }

// newTeam makes a workspace with a queue for every fifty agents, and starts its hubs.
func newTeam(t *testing.T, engine string, hubs, desks int) *team {
	m := &team{t: t}
	m.calm.Store(true)
	folder := t.TempDir()
	config := hub.InFolder(filepath.Join(folder))
	place := []string{"--data", folder}
	if engine == "postgres" {
		m.database = storetest.StartServer(t)
		config.Store = store.Config{PostgresURL: m.database.URL}
		place = []string{"--database", m.database.URL, "--key-file", config.KeyFile, "--media", config.MediaDir}
	}
	var err error
	m.store, err = store.Open(t.Context(), config.Store)
	m.must(err)
	t.Cleanup(func() { _ = m.store.Close() })
	m.graph = newTeamGraph(m)
	m.furnish(config.KeyFile, desks)
	for range hubs {
		m.hubs = append(m.hubs, newTeamHub(t, place))
	}
	m.network = &http.Transport{MaxIdleConnsPerHost: 64, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, m.hubs[rand.IntN(len(m.hubs))].listen)
	}}
	t.Cleanup(m.network.CloseIdleConnections)
	for _, h := range m.hubs {
		m.until("the hubs are ready", 20*time.Second, h.ready)
	}
	return m
}

// furnish makes people, queues and numbers.
func (m *team) furnish(keyFile string, desks int) {
	ctx := m.t.Context()
	sealer, err := seal.Load(keyFile, true)
	m.must(err)
	m.workspaceID, err = admin.Create(ctx, m.store, admin.Workspace{Name: "Team"})
	m.must(err)
	door := access.New(m.store, time.Now)
	for queueNo := range max(1, desks/agentsInQueue) {
		queue, err := admin.AddQueue(ctx, m.store, m.workspaceID, fmt.Sprint("Queue ", queueNo))
		m.must(err)
		var emails []string
		for n := queueNo; n < desks; n += max(1, desks/agentsInQueue) {
			role := "agent"
			if n%supervisorEach == 0 {
				role = "supervisor"
			}
			agent, err := admin.AddAgent(ctx, m.store, m.workspaceID, admin.Agent{Email: fmt.Sprintf("agent%d@example.com", n), Role: role})
			m.must(err)
			token, err := door.Open(ctx, agent, "desk", "test")
			m.must(err)
			emails = append(emails, agent.Email)
			m.desks = append(m.desks, newTeamDesk(m, agent.ID, token, queue.ID, role == "supervisor"))
		}
		m.must(admin.SetQueueAgents(ctx, m.store, m.workspaceID, queue.ID, emails))
		number := fmt.Sprint(109000000000000 + queueNo)
		_, err = admin.AddTouchpoint(ctx, m.store, sealer, m.workspaceID, rules[conversation.ChannelWhatsApp], admin.Touchpoint{
			Channel: conversation.ChannelWhatsApp, Name: queue.Name, AccountID: number, BusinessID: "200", QueueID: queue.ID, GraphURL: m.graph.url,
			Secrets: touchpoint.Secrets{Token: "token", AppSecret: appSecret, VerifyToken: "verify"},
		})
		m.must(err)
		m.numbers = append(m.numbers, number)
	}
}
