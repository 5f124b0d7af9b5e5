//go:build !windows

package main_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// practiceLine is what an integrator reads from stdout.
type practiceLine struct {
	GraphURL      string `json:"graph_url"`
	PhoneNumberID string `json:"phone_number_id"`
	Number        string `json:"number"`
	BusinessID    string `json:"waba_id"`
	PageID        string `json:"page_id"`
	Token         string `json:"token"`
	AppSecret     string `json:"app_secret"`
	VerifyToken   string `json:"verify_token"`
	PhoneURL      string `json:"phone_url"`
}

// startPractice starts the built program and returns its line and how to stop it: a function that returns the exit
// code and whatever else came on stdout.
func startPractice(t *testing.T, args ...string) (practiceLine, func() (int, string)) {
	t.Helper()
	command := exec.Command(binary, append([]string{"practice", "--listen", "127.0.0.1:0"}, args...)...)
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	stopped := false
	t.Cleanup(func() {
		if !stopped {
			_ = command.Process.Kill()
			_ = command.Wait()
		}
	})
	lines := bufio.NewReader(stdout)
	first, err := lines.ReadBytes('\n')
	if err != nil {
		t.Fatalf("no line: %v", err)
	}
	var line practiceLine
	if err := json.Unmarshal(first, &line); err != nil {
		t.Fatalf("%v: %s", err, first)
	}
	return line, func() (int, string) {
		stopped = true
		_ = command.Process.Signal(syscall.SIGTERM)
		rest, _ := io.ReadAll(lines)
		_ = command.Wait()
		return command.ProcessState.ExitCode(), string(rest)
	}
}

// plainCall is a plain HTTP client, as somebody else would write it.
func plainCall(t *testing.T, method, address, token string, body any) (int, map[string]any) {
	t.Helper()
	var payload io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		payload = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, address, payload)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer map[string]any
	_ = json.NewDecoder(resp.Body).Decode(&answer)
	return resp.StatusCode, answer
}

// TestPractice_stands_in_for_Meta runs two built programs against each other: a contact writes and the message is in
// the hub's export; a program of somebody else sends over plain HTTP and the contact gets it.
func TestPractice_stands_in_for_Meta(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	hubAddress := free.Addr().String()
	free.Close()
	meta, stop := startPractice(t, "--webhooks", "http://"+hubAddress)

	folder := t.TempDir()
	i := &installation{t: t, folder: folder, place: []string{"--data", filepath.Join(folder, "data")}}
	i.must("init", "--workspace", "Ondaverde", "--admin", "ana@example.com")
	for name, secret := range map[string]string{"token": meta.Token, "app": meta.AppSecret, "verify": meta.VerifyToken} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(secret), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	secrets := []string{
		"--token-file", filepath.Join(folder, "token"), "--app-secret-file", filepath.Join(folder, "app"),
		"--verify-token-file", filepath.Join(folder, "verify"), "--graph-url", meta.GraphURL,
	}
	i.must(append([]string{"touchpoint", "add", "whatsapp", "--name", "Bookings", "--phone-number-id", meta.PhoneNumberID, "--number", meta.Number, "--waba-id", meta.BusinessID}, secrets...)...)
	i.must(append([]string{"touchpoint", "add", "messenger", "--name", "Travel", "--page-id", meta.PageID}, secrets...)...)
	serving := exec.Command(binary, append(append([]string{"serve"}, i.place...), "--listen", hubAddress)...)
	serving.Stderr = io.Discard
	if err := serving.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = serving.Process.Signal(syscall.SIGTERM)
		_ = serving.Wait()
	})

	api := meta.PhoneURL + "api/"
	for contact, text := range map[string]string{"marta": "Olá, ainda há lugar? 🐋", "zoe": "Is it on Sunday?"} {
		if status, answer := plainCall(t, "POST", api+"contacts/"+contact+"/messages", "", map[string]any{"text": text}); status != 200 || answer["id"] == nil {
			t.Fatalf("%s: HTTP %d %v", contact, status, answer)
		}
	}
	if status, _ := plainCall(t, "POST", api+"contacts/marta/messages", "", map[string]any{"sample": "photo"}); status != 200 {
		t.Fatalf("photo: HTTP %d", status)
	}
	// With another number and user id it is still the same customer.
	if status, answer := plainCall(t, "POST", api+"contacts/marta/number", "", map[string]any{"phone": "+447700900999"}); status != 200 {
		t.Fatalf("number: HTTP %d %v", status, answer)
	}
	if status, _ := plainCall(t, "POST", api+"contacts/marta/messages", "", map[string]any{"text": "Tenho outro número"}); status != 200 {
		t.Fatalf("with another number: HTTP %d", status)
	}
	deadline := time.Now().Add(30 * time.Second)
	for {
		waiting := 0.0
		_, world := plainCall(t, "GET", api+"contacts", "", nil)
		for _, each := range world["contacts"].([]any) {
			waiting += each.(map[string]any)["undelivered"].(float64)
		}
		if waiting == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%v webhooks still wait for the hub", waiting)
		}
		select {
		case <-t.Context().Done():
		case <-time.After(50 * time.Millisecond):
		}
	}

	// An independent program sends in the window that the contact has opened.
	status, answer := plainCall(t, "POST", meta.GraphURL+"/v26.0/"+meta.PhoneNumberID+"/messages", meta.Token, map[string]any{
		"messaging_product": "whatsapp", "to": "+447700900999", "type": "text", "text": map[string]any{"body": "Sim, há lugar."},
	})
	if status != 200 || answer["messages"] == nil {
		t.Errorf("send: HTTP %d %v", status, answer)
	}
	_, thread := plainCall(t, "GET", api+"contacts/marta/messages", "", nil)
	if list := thread["messages"].([]any); len(list) != 5 || list[4].(map[string]any)["text"] != "Sim, há lugar." {
		t.Errorf("the contact sees %v", list)
	}
	if status, _ := plainCall(t, "GET", meta.GraphURL+"/v26.0/"+meta.PhoneNumberID, "wrong", nil); status != 401 {
		t.Errorf("a wrong token: HTTP %d", status)
	}

	// The hub keeps a webhook first and works it in right after, so the export may need a moment.
	const first, onPage, later = "Olá, ainda há lugar? 🐋", "Is it on Sunday?", "Tenho outro número"
	found := map[string]any{} // by text: whose message it is
	for time.Now().Before(deadline) && len(found) < 4 {
		for _, m := range i.export()["message"] {
			for _, text := range []string{first, onPage, later} {
				if strings.Contains(fmt.Sprint(m["content"]), text) {
					found[text] = m["contact_id"]
				}
			}
			if m["kind"] == "image" {
				found["photo"] = m["contact_id"]
			}
		}
	}
	if len(found) != 4 || found[first] != found[later] || found[first] != found["photo"] || found[first] == found[onPage] {
		t.Errorf("the export has these messages, by contact: %v", found)
	}
	if code, rest := stop(); code != 0 || rest != "" {
		t.Errorf("practice ended with %d and wrote more than one line: %q", code, rest)
	}
}

func TestPractice_keeps_its_world_and_explains_itself(t *testing.T) {
	state := filepath.Join(t.TempDir(), "practice.json")
	meta, stop := startPractice(t, "--state", state)
	if status, _ := plainCall(t, "POST", meta.PhoneURL+"api/contacts/marta/messages", "", map[string]any{"text": "lembra-te"}); status != 200 {
		t.Fatalf("HTTP %d", status)
	}
	if code, _ := stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	again, _ := startPractice(t, "--state", state)
	if _, thread := plainCall(t, "GET", again.PhoneURL+"api/contacts/marta/messages", "", nil); len(thread["messages"].([]any)) != 1 {
		t.Errorf("after a restart: %v", thread)
	}

	help, err := exec.Command(binary, "practice", "--help").Output()
	if err != nil || !strings.Contains(string(help), "/phone/api/faults") || !strings.Contains(string(help), "-webhooks URL") {
		t.Errorf("%v: %s", err, help)
	}
	for _, wrong := range [][]string{{"--webhooks", "nowhere"}, {"--webhooks-whatsapp", "ftp://x"}, {"surplus"}, {"--unknown"}} {
		command := exec.Command(binary, append([]string{"practice"}, wrong...)...)
		out, _ := command.CombinedOutput()
		if command.ProcessState.ExitCode() != 2 || len(out) == 0 {
			t.Errorf("%v: exit %d: %s", wrong, command.ProcessState.ExitCode(), out)
		}
	}
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	command := exec.Command(binary, "practice", "--listen", busy.Addr().String())
	if out, _ := command.CombinedOutput(); command.ProcessState.ExitCode() != 1 || !strings.Contains(string(out), fmt.Sprint(busy.Addr())) {
		t.Errorf("address in use: %s", out)
	}
}
