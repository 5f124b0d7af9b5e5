package embedded_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	_ "image/jpeg" // what thumbnails are
	_ "image/png"  // likewise
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"parley/backend/conversation"
	"parley/backend/embedded"
	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/proto/parley/hub/v1/hubv1connect"

	"connectrpc.com/connect"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// desk is a small desk: it follows the feed and keeps the newest state of everything.
type desk struct {
	t        *testing.T
	hub      *embedded.Hub
	base     string
	client   *http.Client
	sync     hubv1connect.SyncServiceClient
	commands hubv1connect.DeskServiceClient
	cursor   *hubv1.Cursor

	conversations map[string]*hubv1.Conversation
	messages      map[string]*hubv1.Message
	contacts      map[string]*hubv1.Contact
	touchpoints   map[string]*hubv1.Touchpoint
	dispositions  map[string]*hubv1.Disposition
}

func start(t *testing.T) *desk {
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
		web.Close()
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := h.Close(); err != nil {
			t.Error(err)
		}
		http.DefaultClient.CloseIdleConnections()
	})
	token, err := h.SignIn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	signed := &http.Client{Transport: bearer{token, web.Client().Transport}}
	d := &desk{
		t: t, hub: h, base: web.URL, client: signed,
		sync: hubv1connect.NewSyncServiceClient(signed, web.URL), commands: hubv1connect.NewDeskServiceClient(signed, web.URL),
		conversations: map[string]*hubv1.Conversation{}, messages: map[string]*hubv1.Message{}, contacts: map[string]*hubv1.Contact{},
		touchpoints: map[string]*hubv1.Touchpoint{}, dispositions: map[string]*hubv1.Disposition{},
	}
	page, err := d.sync.Snapshot(t.Context(), &hubv1.SnapshotRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page.GetEntities() {
		d.keep(e)
	}
	d.cursor = page.GetCursor()
	return d
}

type bearer struct {
	token string
	next  http.RoundTripper
}

func (b bearer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+b.token)
	return b.next.RoundTrip(r)
}

func (d *desk) keep(e *hubv1.Entity) {
	switch kind := e.GetKind().(type) {
	case *hubv1.Entity_Conversation:
		d.conversations[kind.Conversation.GetId()] = kind.Conversation
	case *hubv1.Entity_Message:
		d.messages[kind.Message.GetId()] = kind.Message
	case *hubv1.Entity_Contact:
		d.contacts[kind.Contact.GetId()] = kind.Contact
	case *hubv1.Entity_Touchpoint:
		d.touchpoints[kind.Touchpoint.GetId()] = kind.Touchpoint
	case *hubv1.Entity_Disposition:
		d.dispositions[kind.Disposition.GetId()] = kind.Disposition
	}
}

// until follows the feed until seen reports true.
func (d *desk) until(what string, seen func() bool) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), 20*time.Second)
	defer cancel()
	for !seen() {
		page, err := d.sync.Pull(ctx, &hubv1.PullRequest{After: d.cursor})
		if err != nil {
			d.t.Fatalf("waiting for %s: %v", what, err)
		}
		for _, c := range page.GetChanges() {
			d.keep(c.GetEntity())
		}
		d.cursor = page.GetCursor()
		if len(page.GetChanges()) == 0 {
			select {
			case <-ctx.Done():
				d.t.Fatalf("waiting for %s: it did not come", what)
			case <-time.After(10 * time.Millisecond):
			}
		}
	}
}

func (d *desk) do(c *hubv1.Command) *hubv1.CommandAck {
	d.t.Helper()
	c.Id = conversation.NewID()
	ack, err := d.commands.Execute(d.t.Context(), c)
	if err != nil {
		d.t.Fatal(err)
	}
	return ack
}

func (d *desk) must(c *hubv1.Command) {
	d.t.Helper()
	if r := d.do(c).GetRefusal(); r != nil {
		d.t.Fatalf("refused: %v", r)
	}
}

// phone is the practice phone's control API.
func (d *desk) phone(method, path string, body any, into any) {
	d.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		d.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(d.t.Context(), method, d.hub.PhoneURL()+"api/"+path, bytes.NewReader(text))
	if err != nil {
		d.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		d.t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		d.t.Fatalf("%s %s: %s", method, path, response.Status)
	}
	if into != nil {
		if err := json.NewDecoder(response.Body).Decode(into); err != nil {
			d.t.Fatal(err)
		}
	}
}

type phoneContact struct {
	ID, Channel, Name string
}

// contact is a practice contact on a channel.
func (d *desk) contact(channel string) phoneContact {
	d.t.Helper()
	var answer struct{ Contacts []phoneContact }
	d.phone(http.MethodGet, "contacts", nil, &answer)
	for _, c := range answer.Contacts {
		if c.Channel == channel {
			return c
		}
	}
	d.t.Fatalf("practice has no contact on %s", channel)
	return phoneContact{}
}

func (d *desk) writes(c phoneContact, text string) {
	d.t.Helper()
	d.phone(http.MethodPost, "contacts/"+c.ID+"/messages", map[string]string{"text": text}, nil)
}

// thread finds what was said in a text.
func (d *desk) message(text string) *hubv1.Message {
	for _, m := range d.messages {
		if m.GetContent().GetText() == text {
			return m
		}
	}
	return nil
}

func (d *desk) state(text string) string { return d.message(text).GetState() }

// TestMainJob walks the main job on both channels: written, assigned, answered, delivered, read, ended, and again.
func TestMainJob(t *testing.T) {
	for _, channel := range []string{"whatsapp", "messenger"} {
		t.Run(channel, func(t *testing.T) {
			d := start(t)
			who := d.contact(channel)
			question := "Olá! É possível mudar a data? 🙏 \"ç\""
			d.writes(who, question)
			d.until("the question", func() bool { return d.message(question) != nil })
			id := d.message(question).GetConversationId()
			c := d.conversations[id]
			if c.GetStatus() != "queued" || c.GetUnread() != 1 || c.GetPreview() != question {
				t.Fatalf("the conversation is %v", c)
			}
			d.must(&hubv1.Command{Action: &hubv1.Command_Assign{Assign: &hubv1.Assign{ConversationId: id}}})
			d.must(&hubv1.Command{Action: &hubv1.Command_MarkRead{MarkRead: &hubv1.MarkRead{ConversationId: id, MessageId: d.message(question).GetId()}}})
			answer := "Claro, já tratei disso. ✅"
			d.must(&hubv1.Command{Action: &hubv1.Command_SendMessage{SendMessage: &hubv1.SendMessage{ConversationId: id, Text: answer}}})
			d.until("delivered", func() bool { s := d.state(answer); return s == "delivered" || s == "read" })
			d.phone(http.MethodPost, "contacts/"+who.ID+"/read", nil, nil)
			d.until("read", func() bool { return d.state(answer) == "read" })
			m := d.message(answer)
			if m.GetAcceptedMs() == 0 || m.GetReadMs() == 0 || m.GetProviderId() == "" {
				t.Errorf("a state without its proof: %v", m)
			}

			d.must(&hubv1.Command{Action: &hubv1.Command_EndChat{EndChat: &hubv1.EndChat{ConversationId: id}}})
			d.until("the end", func() bool { return d.conversations[id].GetEndedMs() > 0 })
			wrapUp := d.touchpoints[c.GetTouchpointId()].GetWrapUp()
			if wrapUp != (channel == "whatsapp") {
				t.Fatalf("wrap-up on %s: %v", channel, wrapUp)
			}
			if wrapUp {
				var leaf string
				for _, label := range d.dispositions {
					if label.GetName() == "Tour added" {
						leaf = label.GetId()
					}
					if label.GetName() == "Complaint" {
						r := d.do(&hubv1.Command{Action: &hubv1.Command_SubmitWrapUp{SubmitWrapUp: &hubv1.SubmitWrapUp{ConversationId: id, DispositionId: label.GetId()}}})
						if r.GetRefusal().GetCode() != "disposition" {
							t.Errorf("a disposition with finer ones was taken: %v", r)
						}
					}
				}
				d.must(&hubv1.Command{Action: &hubv1.Command_SubmitWrapUp{SubmitWrapUp: &hubv1.SubmitWrapUp{ConversationId: id, DispositionId: leaf}}})
			}
			d.until("closed", func() bool { return d.conversations[id].GetStatus() == "closed" })

			again := "Afinal tenho outra pergunta"
			d.writes(who, again)
			d.until("the next question", func() bool { return d.message(again) != nil })
			if next := d.message(again).GetConversationId(); next == id {
				t.Error("a reply after the close went into the closed conversation")
			}
		})
	}
}

func TestWindow(t *testing.T) {
	for channel, length := range map[string]time.Duration{"whatsapp": 24 * time.Hour, "messenger": 7 * 24 * time.Hour} {
		t.Run(channel, func(t *testing.T) {
			d := start(t)
			who := d.contact(channel)
			d.writes(who, "hello")
			d.until("the message", func() bool { return d.message("hello") != nil })
			id := d.message("hello").GetConversationId()
			d.must(&hubv1.Command{Action: &hubv1.Command_Assign{Assign: &hubv1.Assign{ConversationId: id}}})
			send := func(text string) *hubv1.Refusal {
				return d.do(&hubv1.Command{Action: &hubv1.Command_SendMessage{SendMessage: &hubv1.SendMessage{ConversationId: id, Text: text}}}).GetRefusal()
			}
			d.hub.Advance((length - time.Hour).Milliseconds())
			if r := send("still open"); r != nil {
				t.Fatalf("refused an hour before the end: %v", r)
			}
			d.until("accepted by Meta an hour before the end", func() bool {
				s := d.state("still open")
				return s == "accepted" || s == "delivered" || s == "read" || s == "failed"
			})
			if m := d.message("still open"); m.GetState() == "failed" {
				t.Fatalf("Meta refused an hour before the end: %v", m)
			}
			d.hub.Advance((2 * time.Hour).Milliseconds())
			if r := send("too late"); r.GetCode() != "window" {
				t.Fatalf("sent after the window had closed: %v", r)
			}
			d.writes(who, "are you there?")
			d.until("the contact's next message", func() bool { return d.message("are you there?") != nil })
			if r := send("yes"); r != nil {
				t.Fatalf("refused although the contact has written again: %v", r)
			}
		})
	}
}

func TestMediaBothWays(t *testing.T) {
	for _, channel := range []string{"whatsapp", "messenger"} {
		t.Run(channel, func(t *testing.T) {
			d := start(t)
			who := d.contact(channel)
			d.phone(http.MethodPost, "contacts/"+who.ID+"/messages", map[string]string{"sample": "photo"}, nil)
			photo := func() *hubv1.Message {
				for _, m := range d.messages {
					if m.GetContent().GetKind() == "image" && m.GetDirection() == "in" {
						return m
					}
				}
				return nil
			}
			d.until("the image", func() bool { return photo().GetContent().GetMedia().GetState() == "ready" })
			media := photo().GetContent().GetMedia()
			response, err := d.client.Get(d.base + "/media/" + media.GetId())
			if err != nil {
				t.Fatal(err)
			}
			var body bytes.Buffer
			_, _ = body.ReadFrom(response.Body)
			response.Body.Close()
			if response.StatusCode != 200 || int64(body.Len()) != media.GetSizeBytes() || media.GetWidth() == 0 {
				t.Fatalf("%s, %d bytes of %v", response.Status, body.Len(), media)
			}

			if media.GetThumbSha256() == "" || media.GetFetchUntilMs() == 0 {
				t.Errorf("it has no thumbnail, or no deadline: %v", media)
			}
			d.looksLike(t, "/media/"+media.GetId()+"/thumb", int(media.GetThumbWidth()), int(media.GetThumbHeight()))

			id := photo().GetConversationId()
			if channel == "messenger" { // WhatsApp tells no pictures
				contact := d.conversations[id].GetContactId()
				d.until("the contact's picture", func() bool { return d.contacts[contact].GetPictureSha256() != "" })
				d.looksLike(t, "/contacts/"+contact+"/picture", 0, 0)
			}
			d.must(&hubv1.Command{Action: &hubv1.Command_Assign{Assign: &hubv1.Assign{ConversationId: id}}})
			response, err = d.client.Post(d.base+"/media?name=view.png", "image/png", bytes.NewReader(body.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			var uploaded struct{ ID, MIME string }
			if err := json.NewDecoder(response.Body).Decode(&uploaded); err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			d.must(&hubv1.Command{Action: &hubv1.Command_SendMessage{SendMessage: &hubv1.SendMessage{ConversationId: id, MediaId: uploaded.ID, MediaKind: "image"}}})
			d.until("our image delivered", func() bool {
				for _, m := range d.messages {
					if m.GetDirection() == "out" && m.GetContent().GetMedia().GetId() == uploaded.ID {
						if m.GetState() == "failed" {
							t.Fatalf("refused: %v", m.GetFailure())
						}
						return m.GetState() == "delivered" || m.GetState() == "read"
					}
				}
				return false
			})
		})
	}
}

// looksLike checks that an address of the hub gives an image of a size, or of at most 96 pixels a side for 0.
func (d *desk) looksLike(t *testing.T, path string, width, height int) {
	t.Helper()
	response, err := d.client.Get(d.base + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	config, _, err := image.DecodeConfig(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", path, response.Status, err)
	}
	if width == 0 && max(config.Width, config.Height) <= 96 {
		return
	}
	if config.Width != width || config.Height != height {
		t.Errorf("%s is %d × %d, want %d × %d", path, config.Width, config.Height, width, height)
	}
}

// A reply that is lost leaves a message unconfirmed at most; it is never sent twice.
func TestLostReply(t *testing.T) {
	d := start(t)
	who := d.contact("whatsapp")
	d.writes(who, "hi")
	d.until("the message", func() bool { return d.message("hi") != nil })
	id := d.message("hi").GetConversationId()
	d.must(&hubv1.Command{Action: &hubv1.Command_Assign{Assign: &hubv1.Assign{ConversationId: id}}})
	d.phone(http.MethodPost, "faults", map[string]any{"lostReply": true}, nil)
	d.must(&hubv1.Command{Action: &hubv1.Command_SendMessage{SendMessage: &hubv1.SendMessage{ConversationId: id, Text: "once"}}})
	d.until("an honest state", func() bool {
		s := d.state("once")
		return s == "unconfirmed" || s == "delivered" || s == "read"
	})
	d.until("the status webhook that settles it", func() bool { s := d.state("once"); return s == "delivered" || s == "read" })
	var thread struct{ Messages []struct{ Text string } }
	d.phone(http.MethodGet, "contacts/"+who.ID+"/messages", nil, &thread)
	n := 0
	for _, m := range thread.Messages {
		if m.Text == "once" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the contact got it %d times", n)
	}
}

func TestSessionEnds(t *testing.T) {
	d := start(t)
	sessions := hubv1connect.NewSessionServiceClient(d.client, d.base)
	if _, err := sessions.Me(t.Context(), &hubv1.MeRequest{}); err != nil {
		t.Fatal(err)
	}
	if _, err := sessions.SignOut(t.Context(), &hubv1.SignOutRequest{}); err != nil {
		t.Fatal(err)
	}
	_, err := sessions.Me(t.Context(), &hubv1.MeRequest{})
	if connect.CodeOf(err) != connect.CodeUnauthenticated {
		t.Errorf("a revoked session answers %v", err)
	}
	response, err := d.client.Get(d.base + "/media/" + fmt.Sprint(conversation.NewID()))
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusUnauthorized {
		t.Errorf("files answer %s to a revoked session", response.Status)
	}
}
