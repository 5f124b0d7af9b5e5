//go:build !windows

package main_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/backend/hub/store/storetest"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// program is somebody's program that takes what a hub tells, badly: it fails often, and loses answers.
type program struct {
	t      *testing.T
	mu     sync.Mutex
	secret string
	asked  int
	lines  map[string][]string // the numbers of what was told first, by conversation
	known  map[string]bool     // events
	wrong  int
}

func (p *program) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	p.mu.Lock()
	defer p.mu.Unlock()
	checker, err := standardwebhooks.NewWebhook(p.secret)
	if err != nil {
		p.t.Error(err)
		return
	}
	if checker.Verify(body, r.Header) != nil {
		p.wrong++
		http.Error(w, "not signed", http.StatusUnauthorized)
		return
	}
	p.asked++
	if p.asked%7 == 0 {
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	var e struct {
		ID, Type string
		Data     struct {
			ConversationID, No string
		}
	}
	if err := json.Unmarshal(body, &e); err != nil {
		p.t.Error(err)
	}
	if e.Type == "message.changed" && !p.known[e.ID] {
		p.lines[e.Data.ConversationID] = append(p.lines[e.Data.ConversationID], e.Data.No)
	}
	p.known[e.ID] = true
	if p.asked%11 == 0 {
		panic(http.ErrAbortHandler) // taken, and the answer is lost
	}
}

func (p *program) count() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, lines := range p.lines {
		n += len(lines)
	}
	return n
}

// A hub is killed again and again while it tells somebody's program what contacts write: nothing is left out, each conversation
// is told in order, and what comes twice has the same id.
func TestWebhooksSurviveKills(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			p := &program{t: t, lines: map[string][]string{}, known: map[string]bool{}}
			web := httptest.NewServer(p)
			t.Cleanup(web.Close)
			i := install(t, engine)
			if _, stderr, code := i.run("webhook", "add", "--name", "CRM", "--url", web.URL); code != 1 || !strings.Contains(stderr, "https://") {
				t.Errorf("exit %d: %s", code, stderr)
			}
			secret := strings.TrimSpace(i.must("webhook", "add", "--name", "CRM", "--url", web.URL, "--tells", "messages", "--private"))
			p.mu.Lock()
			p.secret = secret
			p.mu.Unlock()
			if said := i.must("webhook", "test", "--name", "CRM"); !strings.Contains(said, "CRM took it.") {
				t.Errorf("it says %q", said)
			}
			const people, each = 6, 6
			for n := range each {
				i.serve()
				for person := range people {
					body := fmt.Sprintf(`{"object":"page","entry":[{"id":%q,"time":1,"messaging":[{"sender":{"id":"p%d"},"recipient":{"id":%q},"timestamp":%d,"message":{"mid":"m.%d.%d","text":"%d"}}]}]}`,
						pageID, person, pageID, time.Now().UnixMilli(), person, n, n)
					if status := i.signed("/webhooks/messenger", []byte(body)); status != http.StatusOK {
						t.Fatalf("status %d", status)
					}
				}
				if n < each-1 {
					time.Sleep(time.Duration(n%4) * 40 * time.Millisecond)
					i.kill()
				}
			}
			for deadline := time.Now().Add(90 * time.Second); p.count() < people*each; time.Sleep(50 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("told %d of %d; %s", p.count(), people*each, i.must("webhook", "list"))
				}
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			if len(p.lines) != people || p.wrong > 0 {
				t.Errorf("%d conversations, %d with a wrong signature", len(p.lines), p.wrong)
			}
			for id, lines := range p.lines {
				for n, no := range lines {
					if no != strconv.Itoa(n+1) {
						t.Errorf("conversation %s was told as %v", id, lines)
						break
					}
				}
			}
			if said := i.must("webhook", "log", "--name", "CRM"); strings.Count(said, "taken\tmessage.changed") < people*each/2 || !strings.Contains(said, "failed") {
				t.Errorf("the log says %s", said)
			}
			if said := i.must("audit"); !strings.Contains(said, "webhook_added") {
				t.Errorf("the audit says %s", said)
			}
			i.must("webhook", "remove", "--name", "CRM")
			if _, stderr, code := i.run("webhook", "log", "--name", "CRM"); code != 1 || !strings.Contains(stderr, "no webhook") {
				t.Errorf("exit %d: %s", code, stderr)
			}
		})
	}
}
