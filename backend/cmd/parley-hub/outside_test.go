//go:build !windows

package main_test

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/channel/graph"
	"parley/backend/hub/store/storetest"
)

// binary is the program under test, built once.
var binary string

func TestMain(m *testing.M) {
	if told := os.Getenv(ledgerHubEnv); told != "" {
		fmt.Fprintln(os.Stderr, runLedgerHub(told))
		os.Exit(1)
	}
	folder, err := os.MkdirTemp("", "parley-hub-")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(folder, "parley-hub")
	build := exec.Command("go", "build", "-tags", "webkit2_41 sqlite_fts5 sqlite_omit_load_extension", "-o", binary, ".")
	if out, err := build.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("build: %v\n%s", err, out))
	}
	storetest.Main(m, func() { _ = os.RemoveAll(folder) })
}

const (
	appSecret = "the-app-secret"
	password  = "correct horse battery"
	numberID  = "106540352242922"
	pageID    = "100100100100"
)

// installation is a hub as an operator sets it up: a place, secrets in files, commands.
type installation struct {
	t       *testing.T
	place   []string
	folder  string
	listen  string    // "" takes any port
	log     io.Writer // what the hub says once it listens; nil throws it away
	process *exec.Cmd
	base    string
}

func install(t *testing.T, engine string) *installation {
	t.Helper()
	return installIn(t, t.TempDir(), engine)
}

func installIn(t *testing.T, folder, engine string) *installation {
	t.Helper()
	i := &installation{t: t, folder: folder, place: []string{"--data", filepath.Join(folder, "data")}}
	if engine == "postgres" {
		i.place = []string{
			"--database", storetest.PostgresURL(t), "--key-file", filepath.Join(folder, "hub.key"), "--media", filepath.Join(folder, "media"),
		}
	}
	i.must("init", "--workspace", "Ondaverde", "--admin", "Ana@Example.com")
	for name, secret := range map[string]string{"token": "EAAtoken", "app": appSecret + "\n", "verify": "verify-me"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(secret), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files := []string{
		"--token-file", filepath.Join(folder, "token"), "--app-secret-file", filepath.Join(folder, "app"),
		"--verify-token-file", filepath.Join(folder, "verify"), "--graph-url", "http://127.0.0.1:1", "--graph-version", "v26.0",
	}
	i.must(append([]string{"touchpoint", "add", "whatsapp", "--name", "Bookings", "--phone-number-id", numberID, "--number", "+447700900014", "--waba-id", "200"}, files...)...)
	i.must(append([]string{"touchpoint", "add", "messenger", "--name", "Travel", "--page-id", pageID}, files...)...)
	return i
}

// run runs a command with the installation's place.
func (i *installation) run(args ...string) (stdout, stderr string, code int) {
	i.t.Helper()
	words := 1
	for words < len(args) && !strings.HasPrefix(args[words], "-") {
		words++
	}
	return run(i.t, append(append(append([]string{}, args[:words]...), i.place...), args[words:]...)...)
}

// run runs a command.
func run(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	command := exec.Command(binary, args...)
	command.Env = append(os.Environ(), "PARLEY_ADMIN_PASSWORD="+password, "PARLEY_AGENT_PASSWORD="+password)
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	_ = command.Run()
	return out.String(), errs.String(), command.ProcessState.ExitCode()
}

func (i *installation) must(args ...string) string {
	i.t.Helper()
	stdout, stderr, code := i.run(args...)
	if code != 0 {
		i.t.Fatalf("parley-hub %s: exit %d: %s", strings.Join(args, " "), code, stderr)
	}
	return stdout
}

// serve starts the hub and waits until it is ready.
func (i *installation) serve() {
	i.t.Helper()
	i.process = exec.Command(binary, append(append([]string{"serve"}, i.place...), "--listen", cmp.Or(i.listen, "127.0.0.1:0"))...)
	stderr, err := i.process.StderrPipe()
	if err != nil {
		i.t.Fatal(err)
	}
	if err := i.process.Start(); err != nil {
		i.t.Fatal(err)
	}
	i.base = ""
	said, lines := "", bufio.NewScanner(stderr)
	for lines.Scan() {
		said += lines.Text() + "\n"
		if _, address, found := strings.Cut(lines.Text(), "listening on "); found {
			i.base = address
			go func() { _, _ = io.Copy(cmp.Or(i.log, io.Discard), stderr) }()
			break
		}
	}
	if i.base == "" {
		i.t.Fatalf("the hub did not start: %s", said)
	}
	process := i.process
	i.t.Cleanup(func() { _ = process.Process.Kill(); _ = process.Wait() })
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		if response, err := http.Get(i.base + "/readyz"); err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return
			}
		}
	}
	i.t.Fatal("the hub did not become ready")
}

func (i *installation) kill() {
	_ = i.process.Process.Signal(syscall.SIGKILL)
	_ = i.process.Wait()
}

// post delivers a webhook as Meta does and returns the status, 0 when the connection broke.
func (i *installation) post(path string, body []byte, signature string) int {
	request, err := http.NewRequest(http.MethodPost, i.base+path, bytes.NewReader(body))
	if err != nil {
		i.t.Error(err)
		return 0
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Hub-Signature-256", signature)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	return response.StatusCode
}

func (i *installation) signed(path string, body []byte) int {
	return i.post(path, body, graph.Sign(body, channel.Secret(appSecret)))
}

// line is one line of an export.
type line struct {
	Type string         `json:"type"`
	Data map[string]any `json:"data"`
}

func (i *installation) export() map[string][]map[string]any {
	i.t.Helper()
	byType := map[string][]map[string]any{}
	out := i.must("export")
	for _, secret := range []string{appSecret, "EAAtoken", "verify-me", "argon2id", "_sealed"} {
		if strings.Contains(out, secret) {
			i.t.Errorf("the export holds a secret: %s", secret)
		}
	}
	for text := range strings.Lines(out) {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			i.t.Fatalf("%v in %s", err, text)
		}
		byType[l.Type] = append(byType[l.Type], l.Data)
	}
	return byType
}

// whatsApp is a webhook with messages, as Meta writes it: everything but ASCII escaped.
func whatsApp(account, profile string, messages ...map[string]any) []byte {
	value := map[string]any{
		"messaging_product": "whatsapp",
		"metadata":          map[string]any{"display_phone_number": "447700900014", "phone_number_id": account},
		"contacts":          []any{map[string]any{"profile": map[string]any{"name": profile}, "wa_id": "447700900273", "user_id": "GB.1349"}},
		"messages":          messages,
	}
	body, err := graph.MarshalEscaped(map[string]any{
		"object": "whatsapp_business_account",
		"entry":  []any{map[string]any{"id": "200", "changes": []any{map[string]any{"field": "messages", "value": value}}}},
	})
	if err != nil {
		panic(err)
	}
	return body
}

func text(id, from, body string, at time.Time) map[string]any {
	return map[string]any{
		"id": id, "from": from, "timestamp": fmt.Sprint(at.Unix()), "type": "text", "text": map[string]any{"body": body},
	}
}

func fromPage(mid, psid, body string, at time.Time) []byte {
	out, err := graph.MarshalEscaped(map[string]any{
		"object": "page",
		"entry": []any{map[string]any{"id": pageID, "time": at.UnixMilli(), "messaging": []any{map[string]any{
			"sender": map[string]any{"id": psid}, "recipient": map[string]any{"id": pageID}, "timestamp": at.UnixMilli(),
			"message": map[string]any{"mid": mid, "text": body},
		}}}},
	})
	if err != nil {
		panic(err)
	}
	return out
}

func onEach(t *testing.T, test func(t *testing.T, i *installation)) {
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			i := install(t, engine)
			i.serve()
			test(t, i)
		})
	}
}

// TestKilledInTheMiddle sends signed webhooks twice and shuffled, kills the hub in the middle and lets Meta's retries
// find the next one: afterwards each message is there exactly once.
func TestKilledInTheMiddle(t *testing.T) {
	const messages, senders = 1500, 16
	onEach(t, func(t *testing.T, i *installation) {
		type delivery struct {
			path string
			body []byte
		}
		now := time.Now()
		var queue []delivery
		for n := range messages {
			at := now.Add(time.Duration(n) * time.Millisecond)
			d := delivery{"/webhooks/whatsapp", whatsApp(numberID, "Zoë", text(fmt.Sprintf("wamid.%d", n), fmt.Sprintf("4477009%05d", n%40), fmt.Sprintf("n.º %d 🙏", n), at))}
			if n%3 == 0 {
				d = delivery{"/webhooks/messenger", fromPage(fmt.Sprintf("m_%d", n), fmt.Sprintf("73%d", n%40), fmt.Sprintf("n.º %d", n), at)}
			}
			queue = append(queue, d, d)
		}
		rand.Shuffle(len(queue), func(a, b int) { queue[a], queue[b] = queue[b], queue[a] })

		answered := make(chan struct{}, 2*len(queue))
		deliver := func(all []delivery, stop <-chan struct{}) (left []delivery) {
			jobs := make(chan delivery)
			var group sync.WaitGroup
			var mu sync.Mutex
			for range senders {
				group.Go(func() {
					for d := range jobs {
						if i.signed(d.path, d.body) == http.StatusOK {
							answered <- struct{}{}
							continue
						}
						mu.Lock()
						left = append(left, d)
						mu.Unlock()
					}
				})
			}
			for n, d := range all {
				select {
				case <-stop:
					close(jobs)
					group.Wait()
					return append(left, all[n:]...)
				case jobs <- d:
				}
			}
			close(jobs)
			group.Wait()
			return left
		}
		killed := make(chan struct{})
		go func() { // in the middle, with requests under way
			for range len(queue) / 3 {
				<-answered
			}
			i.kill()
			close(killed)
		}()
		left := deliver(queue, killed)
		<-killed
		if len(left) == 0 {
			t.Fatal("the hub was not killed in the middle")
		}
		i.serve()
		if left = deliver(left, nil); len(left) > 0 {
			t.Fatalf("%d webhooks were not taken in after the restart", len(left))
		}
		i.kill()

		seen := map[string]int{}
		export := i.export()
		for _, m := range export["message"] {
			seen[fmt.Sprint(m["provider_id"])]++
		}
		for n := range messages {
			id := fmt.Sprintf("wamid.%d", n)
			if n%3 == 0 {
				id = fmt.Sprintf("m_%d", n)
			}
			if seen[id] != 1 {
				t.Errorf("message %s is there %d times", id, seen[id])
			}
		}
		if len(export["message"]) != messages || len(export["dead_letter"]) != 0 {
			t.Errorf("%d messages and %d dead letters, want %d and 0", len(export["message"]), len(export["dead_letter"]), messages)
		}
		open := map[string]int{}
		for _, c := range export["conversation"] {
			open[fmt.Sprint(c["contact_id"], c["touchpoint_id"])]++
		}
		for pair, n := range open {
			if n != 1 {
				t.Errorf("%s has %d conversations", pair, n)
			}
		}
	})
}

func TestBadInput(t *testing.T) {
	onEach(t, func(t *testing.T, i *installation) {
		now := time.Now()
		good := func(id string) map[string]any { return text(id, "447700900273", "good "+id, now) }

		if status := i.post("/webhooks/whatsapp", whatsApp(numberID, "Eve", good("forged")), "sha256="+strings.Repeat("0", 64)); status != http.StatusForbidden {
			t.Errorf("a wrong signature is answered %d", status)
		}
		if status := i.post("/webhooks/whatsapp", whatsApp(numberID, "Eve", good("unsigned")), ""); status != http.StatusForbidden {
			t.Errorf("no signature is answered %d", status)
		}
		if status := i.signed("/webhooks/whatsapp", bytes.Repeat([]byte(" "), 5<<20)); status != http.StatusRequestEntityTooLarge {
			t.Errorf("a body of 5 MB is answered %d", status)
		}
		if status := i.signed("/webhooks/whatsapp", []byte(`{"object":"whatsapp_business_account","entry":[`)); status != http.StatusOK {
			t.Errorf("signed broken JSON is answered %d", status)
		}
		if status := i.signed("/webhooks/whatsapp", whatsApp("999", "Ana", good("elsewhere"))); status != http.StatusOK {
			t.Errorf("an unknown touchpoint is answered %d", status)
		}
		future := map[string]any{"id": "future", "from": "447700900273", "timestamp": fmt.Sprint(now.Unix()), "type": "hologram", "hologram": map[string]any{}}
		broken := map[string]any{"id": "broken", "from": "447700900273", "timestamp": "yesterday", "type": "text", "text": "no object"}
		longName := strings.Repeat("Zoë\u202e🙏 ", 1500) + "\x00\x1b[31m"
		if status := i.signed("/webhooks/whatsapp", whatsApp(numberID, longName, broken, good("a"), future, good("b"))); status != http.StatusOK {
			t.Errorf("a batch with odd parts is answered %d", status)
		}
		if status := i.signed("/webhooks/messenger", fromPage("m1", "7310001", "a\x00b\u202ec\a", now)); status != http.StatusOK {
			t.Errorf("control characters are answered %d", status)
		}

		export := i.export()
		kinds := map[string]string{}
		texts := map[string]any{}
		for _, m := range export["message"] {
			id := fmt.Sprint(m["provider_id"])
			kinds[id] = fmt.Sprint(m["kind"])
			texts[id] = m["content"].(map[string]any)["text"]
		}
		if len(kinds) != 4 || kinds["a"] != "text" || kinds["b"] != "text" || kinds["future"] != "unsupported" || kinds["m1"] != "text" {
			t.Errorf("stored: %v", kinds)
		}
		if texts["m1"] != "a\uFFFDb\u202ec\a" {
			t.Errorf("control characters became %q", texts["m1"])
		}
		reasons := []string{}
		for _, d := range export["dead_letter"] {
			reasons = append(reasons, fmt.Sprint(d["reason"]))
		}
		if len(reasons) != 3 { // broken JSON, unknown touchpoint, the broken element
			t.Errorf("dead letters: %q", reasons)
		}
		names := 0
		for _, c := range export["contact"] {
			if name := fmt.Sprint(c["name"]); len([]rune(name)) >= 9000 && strings.Contains(name, "\u202e") {
				names++
			}
		}
		if names != 1 {
			t.Errorf("the long name was not stored whole: %d", names)
		}
	})
}

func TestVerification(t *testing.T) {
	i := install(t, "sqlite")
	i.serve()
	get := func(path string) (int, string) {
		response, err := http.Get(i.base + path)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		return response.StatusCode, string(body)
	}
	if status, body := get("/webhooks/whatsapp?hub.mode=subscribe&hub.verify_token=verify-me&hub.challenge=1158201444"); status != http.StatusOK || body != "1158201444" {
		t.Errorf("the challenge is answered %d %q", status, body)
	}
	if status, _ := get("/webhooks/whatsapp?hub.mode=subscribe&hub.verify_token=guess&hub.challenge=1"); status != http.StatusForbidden {
		t.Errorf("a wrong verify token is answered %d", status)
	}
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		if status, _ := get(path); status != http.StatusOK {
			t.Errorf("%s answers %d", path, status)
		}
	}
}

// TestCommandLine checks what scripts rely on: exit codes, and errors of one sentence on stderr.
func TestCommandLine(t *testing.T) {
	i := install(t, "sqlite")
	i.must("agent", "add", "--email", "rui@example.com", "--name", "Rui", "--role", "agent")
	i.serve()
	for name, c := range map[string]struct {
		args []string
		code int
	}{
		"second init":         {[]string{"init", "--workspace", "X", "--admin", "x@example.com"}, 1},
		"address taken":       {[]string{"agent", "add", "--email", "RUI@example.com", "--name", "R", "--role", "agent"}, 1},
		"no such role":        {[]string{"agent", "add", "--email", "b@example.com", "--name", "B", "--role", "boss"}, 1},
		"not an address":      {[]string{"agent", "add", "--email", "nobody", "--name", "B", "--role", "agent"}, 1},
		"account taken":       {[]string{"touchpoint", "add", "messenger", "--name", "T", "--page-id", pageID, "--token-file", i.folder + "/token", "--app-secret-file", i.folder + "/app", "--verify-token-file", i.folder + "/verify"}, 1},
		"file missing":        {[]string{"touchpoint", "add", "messenger", "--name", "T", "--page-id", "9", "--token-file", "/nowhere", "--app-secret-file", i.folder + "/app", "--verify-token-file", i.folder + "/verify"}, 1},
		"second hub":          {[]string{"serve", "--listen", "127.0.0.1:0"}, 1},
		"days before now":     {[]string{"keep", "--history-days", "-1"}, 1},
		"queue taken":         {[]string{"queue", "add", "--name", "inbox"}, 1},
		"no such queue":       {[]string{"queue", "members", "--queue", "Nowhere", "--everybody"}, 1},
		"nobody for a queue":  {[]string{"queue", "members", "--queue", "Inbox", "--agents", "nobody@example.com"}, 1},
		"nobody's role":       {[]string{"agent", "role", "--email", "nobody@example.com", "--role", "admin"}, 1},
		"whose queue":         {[]string{"queue", "members", "--queue", "Inbox"}, 2},
		"flag missing":        {[]string{"agent", "add"}, 2},
		"unknown flag":        {[]string{"export", "--colour"}, 2},
		"unknown command":     {[]string{"dance"}, 2},
		"two places":          {[]string{"export", "--database", "postgres://127.0.0.1/x"}, 2},
		"files elsewhere":     {[]string{"export", "--media", "gs://files"}, 2},
		"files nowhere":       {[]string{"export", "--media", "file://files"}, 2},
		"keys in an address":  {[]string{"export", "--media", "s3://key:secret@files"}, 1},
		"secret file missing": {[]string{"touchpoint", "add", "messenger", "--name", "T", "--page-id", "9"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			_, stderr, code := i.run(c.args...)
			last := lastLine(stderr)
			if code != c.code || !strings.HasPrefix(last, "parley-hub: ") {
				t.Errorf("exit %d, stderr %q", code, stderr)
			}
		})
	}
}

// Queues are set up without stopping the hub.
func TestQueues(t *testing.T) {
	i := install(t, "sqlite")
	i.must("agent", "add", "--email", "rui@example.com", "--name", "Rui", "--role", "agent")
	i.serve()
	i.must("queue", "add", "--name", "Complaints")
	i.must("queue", "members", "--queue", "complaints", "--agents", "rui@example.com")
	i.must("agent", "role", "--email", "rui@example.com", "--role", "supervisor")
	if list := i.must("queue", "list"); !strings.Contains(list, "Inbox\teverybody") || !strings.Contains(list, "Complaints\trui@example.com") {
		t.Error(list)
	}
	i.must("queue", "members", "--queue", "Complaints", "--everybody")
	if list := i.must("queue", "list"); !strings.Contains(list, "Complaints\teverybody") {
		t.Error(list)
	}
}

// How a queue is routed, and a touchpoint's settings, are changed without stopping the hub; what is wrong is a sentence.
func TestRoutingSettings(t *testing.T) {
	i := install(t, "sqlite")
	i.serve()
	answer := filepath.Join(i.folder, "answer")
	if err := os.WriteFile(answer, []byte("We are back at nine.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	i.must("queue", "route", "--queue", "inbox", "--mode", "offer", "--offer", "45s", "--unanswered", "10m")
	i.must("queue", "route", "--queue", "inbox", "--hours", "mon-fri 09:00-18:00", "--zone", "Europe/Lisbon", "--answer-file", answer)
	if list := i.must("queue", "list"); !strings.Contains(list, "offered for 45s, back after 10m0s without an answer, mon-fri 09:00-18:00 Europe/Lisbon, answers by itself") {
		t.Error(list)
	}
	i.must("touchpoint", "set", "--name", "Travel", "--human-agent=false", "--last-agent", "--weight", "30")
	i.must("touchpoint", "set", "--name", "Bookings", "--window", "20h", "--wrap-up=false")
	list := i.must("touchpoint", "list")
	if !strings.Contains(list, "window 24h0m0s, weight 30, last agent first") || !strings.Contains(list, "window 20h0m0s, weight 20\n") {
		t.Error(list)
	}
	for _, bad := range [][]string{
		{"queue", "route", "--queue", "inbox", "--hours", "always"}, {"queue", "route", "--queue", "nowhere", "--mode", "pick"},
		{"touchpoint", "set", "--name", "Bookings", "--window", "48h"}, {"touchpoint", "set", "--name", "Bookings", "--human-agent"},
	} {
		if _, stderr, code := i.run(bad...); code != 1 || !strings.HasPrefix(lastLine(stderr), "parley-hub: ") {
			t.Errorf("%v: exit %d, %s", bad, code, stderr)
		}
	}
}

// Help is an answer, not an error.
func TestHelp(t *testing.T) {
	for _, command := range []string{"init", "touchpoint add whatsapp", "touchpoint add messenger", "agent add", "agent role", "queue list", "queue add", "queue members", "queue route", "touchpoint list", "touchpoint set", "keep", "serve", "export", "practice"} {
		out, err := exec.Command(binary, append(strings.Fields(command), "--help")...).Output()
		if err != nil || !strings.Contains(string(out), "-") {
			t.Errorf("%s --help: %v, %q", command, err, out)
		}
	}
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return lines[len(lines)-1]
}

// TestSignIn uses the API as curl would: plain JSON.
func TestSignIn(t *testing.T) {
	onEach(t, func(t *testing.T, i *installation) {
		call := func(method, token, body string, into any) int {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			request, err := http.NewRequestWithContext(ctx, http.MethodPost, i.base+"/parley.hub.v1."+method, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Content-Type", "application/json")
			request.Header.Set("Authorization", "Bearer "+token)
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			if into != nil {
				if err := json.NewDecoder(response.Body).Decode(into); err != nil {
					t.Fatal(err)
				}
			}
			return response.StatusCode
		}
		var in struct {
			Token string
			Agent struct{ Role string }
		}
		if status := call("SessionService/SignIn", "", `{"email":"ana@example.com","password":"`+password+`"}`, &in); status != http.StatusOK || in.Token == "" || in.Agent.Role != "admin" {
			t.Fatalf("signing in answers %d %+v", status, in)
		}
		if status := call("SessionService/SignIn", "", `{"email":"ana@example.com","password":"wrong"}`, nil); status != http.StatusUnauthorized {
			t.Errorf("a wrong password answers %d", status)
		}
		if status := call("SyncService/Snapshot", "", `{}`, nil); status != http.StatusUnauthorized {
			t.Errorf("a call without a session answers %d", status)
		}
		if status := call("SyncService/Snapshot", in.Token, `{}`, nil); status != http.StatusOK {
			t.Errorf("a snapshot answers %d", status)
		}
		if status := call("SessionService/SignOut", in.Token, `{}`, nil); status != http.StatusOK {
			t.Errorf("signing out answers %d", status)
		}
		if status := call("SyncService/Snapshot", in.Token, `{}`, nil); status != http.StatusUnauthorized {
			t.Errorf("a revoked session answers %d", status)
		}
	})
}
