// Package channeltest holds the tables that every channel is tested with:
//
//   - incoming (Parse): raw body → events, each body also shuffled; the bodies seed the fuzz tests (Seeds)
//   - outgoing (Exchanges): command → exact HTTP requests → reply → outcome; Refusals for what is not even asked
//   - errors (Codes): each of Meta's codes, in every shape → verdict, class, reason, words
//   - trouble (Transport, Upload): lost answers, resets, time-outs → what is known about the send
package channeltest

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/backend/channel"
)

var update = flag.Bool("update", false, "write the golden files of testdata anew")

// Parse parses every testdata/<kind>.json and compares the events with testdata/<kind>.golden. It also
// shuffles the elements of each body, which must not change what any of them becomes.
func Parse(t *testing.T, adapter channel.Adapter) {
	for _, path := range bodies(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".json"), func(t *testing.T) {
			body, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			batch, err := adapter.Parse(body)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, strings.TrimSuffix(path, ".json")+".golden", batch)
			shuffled(t, adapter, body, batch)
			for _, event := range batch.Events {
				CheckEvent(t, event)
			}
		})
	}
}

// Seeds adds every recorded body to a fuzz test.
func Seeds(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.json")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no test data: %v", err)
	}
	for _, path := range paths {
		body, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
}

// CheckEvent checks what holds for every event, whatever Meta sent.
func CheckEvent(t testing.TB, event channel.Event) {
	set := 0
	for _, is := range []bool{
		event.Message != nil, event.Status != nil, event.Watermark != nil, event.Identity != nil,
		event.Template != nil, event.Health != nil, event.Fault != nil,
	} {
		if is {
			set++
		}
	}
	// Only news of a whole business account names no number, and then Meta may even leave out which.
	aboutBusiness := event.Template != nil || event.Health != nil
	if set != 1 || (event.AccountID == "" && !aboutBusiness) || len(event.Raw) == 0 {
		t.Errorf("event has %d contents, account %q, %d raw bytes", set, event.AccountID, len(event.Raw))
	}
	if m := event.Message; m != nil {
		if m.ProviderID == "" || m.SentMs <= 0 || m.Content.Kind == "" || (m.From.UserID == "" && m.From.Phone == "") {
			t.Errorf("message lacks something: %+v", m)
		}
		if m.Echo && m.OpensWindow != "" {
			t.Errorf("echo opens the window: %+v", m)
		}
		if strings.ContainsRune(m.Content.Text, 0) {
			t.Errorf("text has a NUL: %q", m.Content.Text)
		}
	}
	if s := event.Status; s != nil && (s.State == "" || (s.ProviderID == "" && s.ClientRef == "") || s.AtMs <= 0) {
		t.Errorf("status lacks something: %+v", s)
	}
	checkNews(t, event)
	if w := event.Watermark; w != nil && (w.State == "" || w.UntilMs < 0 || w.Contact == channel.Address{}) {
		t.Errorf("watermark lacks something: %+v", w)
	}
}

// checkNews checks what is no part of a conversation.
func checkNews(t testing.TB, event channel.Event) {
	if i := event.Identity; i != nil {
		moves := i.After != channel.Address{}
		if i.Change == "" || i.AtMs <= 0 || (i.Before.UserID == "" && i.Before.Phone == "") || moves == (i.Change == channel.IdentitySecurity) {
			t.Errorf("identity lacks something: %+v", i)
		}
		if (i.After.UserID != "" && i.After.UserID == i.Before.UserID) || (i.After.Phone != "" && i.After.Phone == i.Before.Phone) {
			t.Errorf("identity changes nothing: %+v", i)
		}
	}
	if c := event.Template; c != nil && (c.ID == "" && c.Name == "" || c.AtMs < 0) {
		t.Errorf("template change lacks something: %+v", c)
	}
	if h := event.Health; h != nil && (h.Topic == "" || h.Level == "" || h.AtMs < 0 || h.PerDay < -1) {
		t.Errorf("health lacks something: %+v", h)
	}
}

func bodies(t *testing.T) []string {
	paths, err := filepath.Glob("testdata/*.json")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	return paths
}

func golden(t *testing.T, path string, batch channel.Batch) {
	got := render(t, batch)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("events differ (-want +got):\n%s", diff)
	}
}

// render writes a batch without its raw parts, which are the body itself.
func render(t *testing.T, batch channel.Batch) []byte {
	for i := range batch.Events {
		batch.Events[i].Raw = bytes.Clone(batch.Events[i].Raw)
	}
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "\t")
	for _, event := range batch.Events {
		write(t, encoder, bare(event))
	}
	for _, rejected := range batch.Rejected {
		write(t, encoder, map[string]string{"rejected": rejected.Reason, "account": rejected.AccountID})
	}
	return lines.Bytes()
}

func bare(event channel.Event) map[string]any {
	shown := map[string]any{"account": event.AccountID}
	if event.AccountID == "" {
		shown["business"] = event.BusinessID
	}
	switch {
	case event.Message != nil:
		shown["message"] = event.Message
	case event.Status != nil:
		shown["status"] = event.Status
	case event.Watermark != nil:
		shown["watermark"] = event.Watermark
	case event.Identity != nil:
		shown["identity"] = event.Identity
	case event.Template != nil:
		shown["template"] = event.Template
	case event.Health != nil:
		shown["health"] = event.Health
	case event.Fault != nil:
		shown["fault"] = event.Fault
	}
	return shown
}

// write leaves out what is empty, so that a golden file shows what was understood.
func write(t *testing.T, encoder *json.Encoder, value any) {
	plain, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	decoder := json.NewDecoder(bytes.NewReader(plain))
	decoder.UseNumber()
	if err := decoder.Decode(&tree); err != nil {
		t.Fatal(err)
	}
	value, _ = pruned(tree)
	if err := encoder.Encode(value); err != nil {
		t.Fatal(err)
	}
}

// pruned returns tree without empty members, and whether anything is left of it.
func pruned(tree any) (any, bool) {
	switch node := tree.(type) {
	case map[string]any:
		for name, child := range node {
			kept, some := pruned(child)
			if !some {
				delete(node, name)
				continue
			}
			node[name] = kept
		}
		return node, len(node) > 0
	case []any:
		return node, len(node) > 0
	default:
		return tree, tree != nil && tree != "" && tree != false && tree != json.Number("0")
	}
}

// shuffled parses the body with its lists in other orders and compares what came out, without order.
func shuffled(t *testing.T, adapter channel.Adapter, body []byte, want channel.Batch) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		var tree any
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.UseNumber()
		if err := decoder.Decode(&tree); err != nil {
			t.Fatal(err)
		}
		mixed, err := json.Marshal(shuffle(tree, "", random))
		if err != nil {
			t.Fatal(err)
		}
		got, err := adapter.Parse(mixed)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(sorted(t, want), sorted(t, got)); diff != "" {
			t.Errorf("order matters (-want +got):\n%s", diff)
		}
	}
}

// independent are the lists whose elements have nothing to do with each other.
var independent = []string{"entry", "changes", "messages", "statuses", "errors", "contacts", "message_echoes", "messaging", "standby", "user_id_update"}

func shuffle(tree any, key string, random *rand.Rand) any {
	switch node := tree.(type) {
	case map[string]any:
		for name, child := range node {
			node[name] = shuffle(child, name, random)
		}
	case []any:
		for i := range node {
			node[i] = shuffle(node[i], "", random)
		}
		if slices.Contains(independent, key) {
			random.Shuffle(len(node), func(i, j int) { node[i], node[j] = node[j], node[i] })
		}
	}
	return tree
}

func sorted(t *testing.T, batch channel.Batch) []string {
	parts := strings.SplitAfter(string(render(t, batch)), "\n}\n")
	slices.Sort(parts)
	return parts
}
