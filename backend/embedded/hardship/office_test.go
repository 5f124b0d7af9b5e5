package hardship_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"parley/backend/conversation"
	"parley/backend/embedded"
	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/proto/parley/hub/v1/hubv1connect"

	"connectrpc.com/connect"
)

func TestMain(m *testing.M) {
	if told := os.Getenv(childEnv); told != "" {
		if err := runChild(told); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// office is a hub with its Meta, reached over HTTP, and contacts whose conversations the agent has.
type office struct {
	t     *testing.T
	hub   *embedded.Hub
	web   *httptest.Server
	token string
	desk  hubv1connect.DeskServiceClient
	sync  hubv1connect.SyncServiceClient
}

func openOffice(t *testing.T) *office {
	t.Helper()
	h, err := embedded.Open(t.Context(), embedded.Options{Folder: t.TempDir(), Quiet: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- h.Serve(ctx) }()
	web := httptest.NewServer(h.Handler())
	t.Cleanup(func() {
		web.CloseClientConnections()
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		web.Close()
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	o := &office{t: t, hub: h, web: web}
	if o.token, err = h.SignIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.desk = hubv1connect.NewDeskServiceClient(web.Client(), web.URL, connect.WithInterceptors(o))
	o.sync = hubv1connect.NewSyncServiceClient(web.Client(), web.URL, connect.WithInterceptors(o))
	o.phone("POST", "faults", map[string]any{"noPairRate": true}, nil)
	return o
}

// The office's own calls carry the agent's token.
func (o *office) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, r connect.AnyRequest) (connect.AnyResponse, error) {
		r.Header().Set("Authorization", "Bearer "+o.token)
		return next(ctx, r)
	}
}

func (o *office) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

func (o *office) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return next
}

// phone asks practice Meta's control API.
func (o *office) phone(method, path string, body, into any) {
	o.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		o.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(o.t.Context(), method, o.hub.PhoneURL()+"api/"+path, bytes.NewReader(text))
	if err != nil {
		o.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		o.t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		o.t.Fatalf("%s %s: %s", method, path, response.Status)
	}
	if into != nil {
		if err := json.NewDecoder(response.Body).Decode(into); err != nil {
			o.t.Fatal(err)
		}
	}
}

// contact is somebody who writes, and their conversation.
type contact struct{ phoneID, conversationID string }

// assigned are n Messenger contacts who have written, and whose conversations the agent has taken.
func (o *office) assigned(n int) []contact {
	o.t.Helper()
	all := make([]contact, n)
	byHello := map[string]*contact{}
	for i := range all {
		var added struct{ ID string }
		o.phone("POST", "contacts", map[string]string{"channel": "messenger", "name": fmt.Sprint("Contact ", i)}, &added)
		all[i].phoneID = added.ID
		hello := fmt.Sprint("hello ", i)
		byHello[hello] = &all[i]
		o.phone("POST", "contacts/"+added.ID+"/messages", map[string]string{"text": hello}, nil)
	}
	o.until("all have a conversation", func() bool {
		page, err := o.sync.Snapshot(o.t.Context(), &hubv1.SnapshotRequest{})
		if err != nil {
			o.t.Fatal(err)
		}
		found := 0
		for _, e := range page.GetEntities() {
			if c := e.GetConversation(); c != nil && byHello[c.GetPreview()] != nil {
				byHello[c.GetPreview()].conversationID = c.GetId()
				found++
			}
		}
		return found == n
	})
	for _, c := range all {
		o.execute(&hubv1.Command{Action: &hubv1.Command_Assign{Assign: &hubv1.Assign{ConversationId: c.conversationID}}})
	}
	return all
}

func (o *office) execute(c *hubv1.Command) {
	o.t.Helper()
	c.Id = conversation.NewID()
	ack, err := o.desk.Execute(o.t.Context(), c)
	if err != nil || ack.GetRefusal() != nil {
		o.t.Fatal(err, ack.GetRefusal())
	}
}

func (o *office) writes(c contact, text string) {
	o.t.Helper()
	o.phone("POST", "contacts/"+c.phoneID+"/messages", map[string]string{"text": text}, nil)
}

// arrived are the texts that a contact got, in their order.
func (o *office) arrived(c contact) []string {
	o.t.Helper()
	var phone struct {
		Messages []struct {
			FromContact bool
			Text        string
		}
	}
	o.phone("GET", "contacts/"+c.phoneID+"/messages", nil, &phone)
	var texts []string
	for _, m := range phone.Messages {
		if !m.FromContact {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

func (o *office) until(what string, done func() bool) {
	o.t.Helper()
	for deadline := time.Now().Add(time.Minute); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			o.t.Fatalf("not within a minute: %s", what)
		}
	}
}
