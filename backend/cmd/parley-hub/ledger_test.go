//go:build !windows

package main_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/channel/messenger"
	"parley/backend/channel/whatsapp"
	"parley/backend/conversation"
	"parley/backend/hub"
	"parley/backend/hub/access"
	"parley/backend/hub/admin"
	"parley/backend/hub/seal"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
	"parley/backend/hub/touchpoint"
	"parley/backend/practice"
	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/proto/parley/hub/v1/hubv1connect"

	"connectrpc.com/connect"
)

// The delivery ledger: agents send through hubs that are killed, to a Meta with every fault, and what the hub says of
// each message in the end is compared with what the contact's phone shows. PARLEY_LEDGER=100000 is the long form.

// ledgerHubEnv makes the test binary a hub that can be killed.
const ledgerHubEnv = "PARLEY_LEDGER_HUB"

// ledgerSpeed is how much faster the hubs' clock runs, so that leases, probes and back-offs fit into a test.
const ledgerSpeed = 10

// ledgerHub is what such a hub is told.
type ledgerHub struct {
	Store   store.Config
	Folder  string
	Listen  string
	BeganMs int64
}

// unpaced is a channel without rates: they would make the ledger wait, and have tests of their own.
type unpaced struct{ channel.Adapter }

// runLedgerHub is a hub until it is killed.
func runLedgerHub(text string) error {
	var told ledgerHub
	if err := json.Unmarshal([]byte(text), &told); err != nil {
		return err
	}
	began := time.UnixMilli(told.BeganMs)
	client := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	config := hub.InFolder(told.Folder)
	config.Store = told.Store
	config.Adapters = []channel.Adapter{unpaced{whatsapp.New(client)}, unpaced{messenger.New(client)}}
	config.Now = func() time.Time { return began.Add(time.Since(began) * ledgerSpeed) }
	h, err := hub.New(context.Background(), config)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", told.Listen)
	if err != nil {
		return err
	}
	go func() { _ = http.Serve(listener, h.Handler()) }()
	return h.Serve(context.Background())
}

// ledger is one run.
type ledger struct {
	t      *testing.T
	store  *store.Store
	meta   string // address of practice Meta
	front  string // address of what stands before the hubs
	desk   hubv1connect.DeskServiceClient
	token  string
	hubs   []*killable
	people []*pen
	kills  atomic.Int64
	faults map[string]int

	workspaceID string
	killEvery   time.Duration
}

// pen is a contact and how far the agent has written to them.
type pen struct {
	id             string // practice's
	conversationID string
	messages       []string // ids, in the order of writing
}

// killable is a hub process that is started again.
type killable struct {
	told    ledgerHub
	mu      sync.Mutex
	process *exec.Cmd
}

func (k *killable) start() error {
	text, err := json.Marshal(k.told)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.process = exec.Command(os.Args[0])
	k.process.Env = append(os.Environ(), ledgerHubEnv+"="+string(text))
	k.process.Stderr = os.Stderr
	return k.process.Start()
}

func (k *killable) kill() {
	k.mu.Lock()
	defer k.mu.Unlock()
	_ = k.process.Process.Signal(syscall.SIGKILL)
	_ = k.process.Wait()
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// call asks practice Meta's control API.
func (l *ledger) call(method, path string, body, answer any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequest(method, l.meta+"/phone/api/"+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s", method, path, response.Status)
	}
	if answer == nil {
		return nil
	}
	return json.NewDecoder(response.Body).Decode(answer)
}

func (l *ledger) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// newLedger sets up Meta, a database, hubs before which stands one address, and an agent.
func newLedger(t *testing.T, engine string, hubs, people int) *ledger {
	l := &ledger{t: t, faults: map[string]int{}}
	meta, err := practice.New(practice.Options{Quiet: true, Seed: 7})
	l.must(err)
	server := httptest.NewServer(meta.Handler())
	t.Cleanup(server.Close)
	l.meta = server.URL
	meta.SetBaseURL(server.URL)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = meta.Serve(ctx) }()
	t.Cleanup(func() { stop(); <-ended })

	folder, config := t.TempDir(), storetest.Config(t, engine)
	l.store, err = store.Open(t.Context(), config)
	l.must(err)
	t.Cleanup(func() { _ = l.store.Close() })
	sealer, err := seal.Load(filepath.Join(folder, "hub.key"), true)
	l.must(err)
	l.workspaceID, err = admin.Create(t.Context(), l.store, admin.Workspace{Name: "Ledger"})
	l.must(err)
	for _, account := range meta.Accounts() {
		_, err := admin.AddTouchpoint(t.Context(), l.store, sealer, l.workspaceID, rules[account.Channel], admin.Touchpoint{
			Channel: account.Channel, Name: account.Name, AccountID: account.ID, BusinessID: account.BusinessID, GraphURL: server.URL,
			Secrets: touchpoint.Secrets{Token: account.Token.Reveal(), AppSecret: account.AppSecret.Reveal(), VerifyToken: account.VerifyToken.Reveal()},
		})
		l.must(err)
	}
	_, err = admin.AddAgent(t.Context(), l.store, l.workspaceID, admin.Agent{Email: "ana@example.com", Role: "agent", Password: password})
	l.must(err)
	l.token, _, err = access.New(l.store, time.Now).SignIn(t.Context(), "ana@example.com", password, "ledger")
	l.must(err)

	began := time.Now().UnixMilli()
	for range hubs {
		k := &killable{told: ledgerHub{Store: config, Folder: folder, Listen: freePort(t), BeganMs: began}}
		l.must(k.start())
		t.Cleanup(k.kill)
		l.hubs = append(l.hubs, k)
	}
	front := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: l.hubs[rand.IntN(len(l.hubs))].told.Listen})
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	})
	t.Cleanup(front.Close)
	l.front = front.URL
	meta.Connect(front.URL+"/webhooks/whatsapp", front.URL+"/webhooks/messenger")
	l.desk = hubv1connect.NewDeskServiceClient(&http.Client{Timeout: 10 * time.Second}, front.URL)
	l.must(l.call("POST", "faults", practice.Faults{NoPairRate: true}, nil))
	l.meet(people)
	return l
}

var rules = map[conversation.Channel]channel.WindowRule{
	conversation.ChannelWhatsApp: whatsapp.New(nil).Window(), conversation.ChannelMessenger: messenger.New(nil).Window(),
}

// meet lets contacts write, and the agent take their conversations.
func (l *ledger) meet(people int) {
	l.t.Helper()
	byHello := map[string]*pen{}
	for n := range people {
		channelName := "whatsapp"
		if n%4 == 3 {
			channelName = "messenger"
		}
		var added struct{ ID string }
		l.must(l.call("POST", "contacts", map[string]string{"channel": channelName, "name": fmt.Sprint("Contact ", n)}, &added))
		p := &pen{id: added.ID}
		byHello[fmt.Sprint("hello ", n)] = p
		l.people = append(l.people, p)
		l.must(l.call("POST", "contacts/"+added.ID+"/messages", map[string]string{"text": fmt.Sprint("hello ", n)}, nil))
	}
	l.until("all contacts have a conversation", time.Minute, func() bool {
		rows, err := l.store.Read().AllConversations(l.t.Context(), db.AllConversationsParams{WorkspaceID: l.workspaceID, N: int64(people) + 1})
		l.must(err)
		for _, row := range rows {
			byHello[row.Preview].conversationID = row.ID
		}
		return len(rows) == people
	})
	for _, p := range l.people {
		l.execute(&hubv1.Command{Action: &hubv1.Command_Assign{Assign: &hubv1.Assign{ConversationId: p.conversationID}}})
	}
}

func (l *ledger) until(what string, limit time.Duration, done func() bool) {
	l.t.Helper()
	for deadline := time.Now().Add(limit); !done(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			l.t.Fatalf("not within %s: %s", limit, what)
		}
	}
}

// execute asks until there is an answer, as a desk does: the same id gets the same answer.
func (l *ledger) execute(command *hubv1.Command) string {
	command.Id = conversation.NewID()
	for {
		ctx, call := connect.NewClientContext(context.Background())
		call.RequestHeader().Set("Authorization", "Bearer "+l.token)
		ctx, stop := context.WithTimeout(ctx, 5*time.Second)
		ack, err := l.desk.Execute(ctx, command)
		stop()
		if err == nil {
			if refusal := ack.GetRefusal(); refusal != nil {
				l.t.Errorf("refused: %s: %s", refusal.GetCode(), refusal.GetMessage())
			}
			return command.GetId()
		}
		if connect.CodeOf(err) == connect.CodeUnauthenticated {
			l.t.Error(err)
			return ""
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// trouble is one state of Meta, and how often it is chosen. Rare ones stop a whole touchpoint for a while, so that they are
// chosen a few times a minute whatever the length of the run.
var trouble = []struct {
	name   string
	weight int
	rare   bool
	faults func() practice.Faults
}{
	{"healthy", 6, false, func() practice.Faults { return practice.Faults{} }},
	{"lost replies", 2, false, func() practice.Faults { return practice.Faults{LostReply: true} }},
	{"200 without id", 2, false, func() practice.Faults { return practice.Faults{WithoutID: true} }},
	{"duplicates and shuffle", 3, false, func() practice.Faults { return practice.Faults{Duplicate: true, Shuffle: true} }},
	{"late webhooks", 2, false, func() practice.Faults { return practice.Faults{WebhookDelayMs: 300, Shuffle: true} }},
	{"slow", 1, false, func() practice.Faults { return practice.Faults{SlowMs: 30} }},
	{"rate limit", 1, true, func() practice.Faults { return practice.Faults{RateLimit: true} }},
	{"expired token", 1, true, func() practice.Faults { return practice.Faults{ExpiredToken: true} }},
	{"an error code", 8, false, func() practice.Faults {
		codes := []practice.FailNext{
			{Code: 1}, {Code: 2}, {Code: 4}, {Code: 100}, {Code: 130429}, {Code: 131000}, {Code: 131016}, {Code: 131026}, {Code: 131048},
			{Code: 131049}, {Code: 131053}, {Code: 131056}, {Code: 131026, Late: true}, {Code: 131049, Late: true}, {Code: 613},
			{Code: 551}, {Code: 1, Subcode: 1357046}, {Code: 10, Subcode: 2018108}, {Code: 999999}, {Code: 2, Status: 503, Transient: true},
		}
		next := codes[rand.IntN(len(codes))]
		next.Times = 1 + rand.IntN(20)
		return practice.Faults{FailNext: &next, Duplicate: rand.IntN(3) == 0}
	}},
}

// pick chooses a trouble by its weight.
func pick(rareToo bool) int {
	total := 0
	for _, one := range trouble {
		if rareToo || !one.rare {
			total += one.weight
		}
	}
	at := rand.IntN(total)
	for i, one := range trouble {
		if !rareToo && one.rare {
			continue
		}
		if at -= one.weight; at < 0 {
			return i
		}
	}
	return 0
}

// disturb changes Meta's mood and kills hubs until it is told to stop.
func (l *ledger) disturb(ctx context.Context) {
	var group sync.WaitGroup
	group.Go(func() {
		rested := time.Now()
		for ctx.Err() == nil {
			one := trouble[pick(time.Since(rested) > 10*time.Second)]
			if one.rare {
				rested = time.Now()
			}
			faults := one.faults()
			faults.NoPairRate = true
			l.faults[one.name]++
			_ = l.call("POST", "faults", faults, nil)
			pause(ctx, time.Duration(50+rand.IntN(250))*time.Millisecond)
		}
	})
	group.Go(func() {
		for ctx.Err() == nil {
			pause(ctx, l.killEvery/4+rand.N(l.killEvery))
			k := l.hubs[rand.IntN(len(l.hubs))]
			k.kill()
			l.kills.Add(1)
			if err := k.start(); err != nil {
				l.t.Error(err)
			}
		}
	})
	group.Wait()
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// aheadMost is how many messages to one contact may wait, so that nearly all are sent while Meta and the hubs are disturbed.
const aheadMost = 20

// send lets agents write n messages, numbered for each contact.
func (l *ledger) send(n int) {
	const writers = 12
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for i := range (n + len(l.people) - 1) / len(l.people) {
				for at := w; at < len(l.people); at += writers {
					p := l.people[at]
					if i*len(l.people)+at >= n || l.t.Failed() {
						continue
					}
					if i >= aheadMost {
						l.awaitSent(p.messages[i-aheadMost])
					}
					p.messages = append(p.messages, l.execute(&hubv1.Command{Action: &hubv1.Command_SendMessage{SendMessage: &hubv1.SendMessage{
						ConversationId: p.conversationID, Text: fmt.Sprint("n ", i),
					}}}))
				}
			}
		})
	}
	group.Wait()
}

// awaitSent waits until a message has left the hub, or has ended there.
func (l *ledger) awaitSent(id string) {
	for !l.t.Failed() {
		m, err := l.store.Read().Message(l.t.Context(), db.MessageParams{WorkspaceID: l.workspaceID, ID: id})
		if err != nil {
			l.t.Errorf("message is lost: %v", err)
			return
		}
		if state := conversation.DeliveryState(m.State); state != conversation.DeliveryInHub && state != conversation.DeliverySending {
			return
		}
		pause(l.t.Context(), 50*time.Millisecond)
	}
}

// settle waits until the hubs have nothing left to send and Meta has nothing left to tell.
func (l *ledger) settle() {
	l.t.Helper()
	l.must(l.call("POST", "faults", practice.Faults{NoPairRate: true}, nil))
	l.until("every lane is empty", 40*time.Minute, func() bool {
		next, err := l.store.Read().NextDue(l.t.Context(), "send")
		l.must(err)
		return next == 0
	})
	time.Sleep(1500 * time.Millisecond) // the last statuses are made a little later than the send
	l.until("every webhook is worked in", time.Minute, func() bool {
		var state struct{ Contacts []struct{ Undelivered int } }
		l.must(l.call("GET", "contacts", nil, &state))
		for _, c := range state.Contacts {
			if c.Undelivered > 0 {
				return false
			}
		}
		n, err := l.store.Read().CountWebhooks(l.t.Context())
		l.must(err)
		return n == 0
	})
}

// shown is a message on a contact's phone.
type shown struct {
	FromContact bool
	Text, State string
	ClientRef   string
}

// audit compares what the hub says of each message with what the contact's phone shows, and counts.
func (l *ledger) audit() map[string]int {
	l.t.Helper()
	counts := map[string]int{}
	for _, p := range l.people {
		var phone struct{ Messages []shown }
		l.must(l.call("GET", "contacts/"+p.id+"/messages", nil, &phone))
		arrived, last := map[string][]shown{}, -1
		for _, m := range phone.Messages {
			if m.FromContact {
				continue
			}
			arrived[m.Text] = append(arrived[m.Text], m)
			n, err := strconv.Atoi(strings.TrimPrefix(m.Text, "n "))
			l.must(err)
			if n <= last {
				l.t.Errorf("%s got %d after %d", p.id, n, last)
			}
			last = n
		}
		for i, id := range p.messages {
			m, err := l.store.Read().Message(l.t.Context(), db.MessageParams{WorkspaceID: l.workspaceID, ID: id})
			if err != nil {
				l.t.Errorf("message %d to %s is lost: %v", i, p.id, err)
				continue
			}
			got := arrived[fmt.Sprint("n ", i)]
			counts[verdict(l.t, p.id, i, m, got)]++
		}
	}
	return counts
}

// verdict is the line of the ledger that a message stands in. What must never be is an error.
func verdict(t *testing.T, who string, n int, m db.Message, got []shown) string {
	t.Helper()
	if len(got) > 1 {
		t.Errorf("message %d reached %s %d times", n, who, len(got))
	}
	arrived := len(got) == 1 && got[0].State != "failed"
	switch conversation.DeliveryState(m.State) {
	case conversation.DeliveryAccepted, conversation.DeliveryDelivered, conversation.DeliveryRead:
		if !arrived {
			t.Errorf("message %d to %s is %s and did not arrive", n, who, m.State)
		}
		return m.State + ", arrived"
	case conversation.DeliveryFailed:
		if arrived {
			t.Errorf("message %d to %s failed (%s) and arrived", n, who, m.Failure)
		}
		if m.Failure == "" {
			t.Errorf("message %d to %s failed without a reason", n, who)
		}
		return "failed, did not arrive"
	case conversation.DeliveryUnconfirmed:
		if arrived {
			return "not confirmed, arrived"
		}
		return "not confirmed, did not arrive"
	default:
		t.Errorf("message %d to %s ended as %q", n, who, m.State)
		return m.State
	}
}

// Every send ends in exactly one state that is true, reaches nobody twice, and in order.
func TestLedger(t *testing.T) {
	sends := 1500
	if text := os.Getenv("PARLEY_LEDGER"); text != "" {
		var err error
		if sends, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		engine string
		hubs   int
	}{{"sqlite", 1}, {"postgres", 2}} {
		t.Run(c.engine, func(t *testing.T) {
			began := time.Now()
			l := newLedger(t, c.engine, c.hubs, min(40+sends/100, 400))
			l.killEvery = 2500 * time.Millisecond
			if sends > 10_000 { // some hundred times are enough
				l.killEvery = 10 * time.Second
			}
			ctx, stop := context.WithCancel(t.Context())
			var trouble sync.WaitGroup
			trouble.Go(func() { l.disturb(ctx) })
			l.send(sends)
			pause(t.Context(), min(max(4*time.Second, time.Since(began)/3), 20*time.Second)) // lanes are still being emptied
			stop()
			trouble.Wait()
			l.settle()
			counts := l.audit()
			total := 0
			for _, line := range slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return cmp.Compare(counts[b], counts[a]) }) {
				t.Logf("%8d  %s", counts[line], line)
				total += counts[line]
			}
			t.Logf("%8d  sends to %d contacts in %s; hubs killed %d times; Meta's moods: %v",
				total, len(l.people), time.Since(began).Round(time.Second), l.kills.Load(), l.faults)
			if total != sends {
				t.Errorf("%d of %d sends are in the ledger", total, sends)
			}
			if n := counts["not confirmed, arrived"]; n > 0 {
				t.Errorf("%d arrived and were never settled by a status or an echo", n)
			}
		})
	}
}
