// Package desktest is a small hub that works, for tests of the desk: it keeps entities with a feed, carries commands
// out once, takes and gives files, and answers through the contract's real handlers. It can be told to be down, to
// lose answers after the work, to send frames twice and to begin a new epoch.
package desktest

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"

	"parley/backend/conversation"
	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/proto/parley/hub/v1/hubv1connect"
)

// Ids of what every hub begins with.
var (
	AgentID      = conversation.NewID()
	ColleagueID  = conversation.NewID()
	WorkspaceID  = conversation.NewID()
	TouchpointID = conversation.NewID()
	QueueID      = conversation.NewID()
)

// AccountID is the business account whose templates the touchpoint sends.
const AccountID = "account"

// Token is the only token that the hub knows.
const Token = "token"

// Hub is the fake. Its methods may be called from any goroutine.
type Hub struct {
	mu       sync.Mutex
	epoch    string
	seq      int64
	entities map[string]*hubv1.Change // latest change by kind and id
	commands map[string]*hubv1.CommandAck
	executed map[string]int // how often a command's work was done
	media    map[string][]byte
	moved    chan struct{} // closed and replaced with each change
	offset   time.Duration

	breaks, breakAt int              // downloads that will break off, and where
	held            *hold            // where downloads stand still
	given           map[string]int64 // bytes of files
	parts           map[string][]byte
	taken           int64 // bytes of parts
	partsLost       int   // parts that will be taken without an answer
	holdParts       bool  // parts but the first of a file wait

	down        bool
	loseReplies int
	repeat      bool
	refuse      func(*hubv1.Command) *hubv1.Refusal
	typed       []string          // conversations, in the order of the calls
	begun       map[string]string // whose conversations were, by conversation
	draftsSaved int
	denyDrafts  bool
	words       []string    // what agents were said to do
	here        *hubv1.Here // the last that watches were told of colleagues
}

// New returns a hub with a workspace, a touchpoint, a queue and two agents.
func New() *Hub {
	h := &Hub{
		epoch: conversation.NewID(), entities: map[string]*hubv1.Change{}, commands: map[string]*hubv1.CommandAck{},
		executed: map[string]int{}, media: map[string][]byte{}, moved: make(chan struct{}),
		begun: map[string]string{}, given: map[string]int64{}, parts: map[string][]byte{},
	}
	h.Put(
		&hubv1.Workspace{Id: WorkspaceID, Name: "Ondaverde"},
		&hubv1.Touchpoint{
			Id: TouchpointID, Channel: "whatsapp", Name: "Bookings", QueueId: QueueID, WrapUp: true,
			WindowMs: conversation.WhatsAppWindow.Milliseconds(), Templates: true, AccountId: AccountID,
			Limits: &hubv1.ChannelLimits{TextRunes: 4096, CaptionRunes: 1024, Other: []string{"reaction", "location", "contacts", "template"}, Media: []*hubv1.MediaLimit{
				{Kind: "image", Mime: []string{"image/jpeg", "image/png"}, MaxBytes: 5 << 20, Caption: true},
				{Kind: "video", Mime: []string{"video/mp4"}, MaxBytes: 1 << 10, Caption: true},
				{Kind: "document", MaxBytes: 10 << 20, Caption: true},
			}},
		},
		&hubv1.Queue{Id: QueueID, Name: "Bookings"},
		&hubv1.Agent{Id: AgentID, Name: "Inês", Role: "agent"},
		&hubv1.Agent{Id: ColleagueID, Name: "Rui", Role: "agent"},
	)
	return h
}

// Handler answers the contract and /media.
func (h *Hub) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle(hubv1connect.NewSyncServiceHandler(h))
	mux.Handle(hubv1connect.NewDeskServiceHandler(h))
	mux.Handle(hubv1connect.NewSessionServiceHandler(session{hub: h}))
	mux.HandleFunc("GET /uploads/{id}", h.askUpload)
	mux.HandleFunc("PUT /uploads/{id}", h.takePart)
	mux.HandleFunc("GET /media/{id}", h.giveMedia)
	mux.HandleFunc("GET /media/{id}/thumb", h.giveMedia)
	mux.HandleFunc("GET /contacts/{id}/picture", h.giveMedia)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		down := h.down
		h.mu.Unlock()
		switch {
		case down:
			http.Error(w, "down", http.StatusServiceUnavailable)
		case r.Header.Get("Authorization") != "Bearer "+Token:
			http.Error(w, "who?", http.StatusUnauthorized)
		default:
			mux.ServeHTTP(w, r)
		}
	})
}

// SignIn gives the token.
func (h *Hub) SignIn(context.Context) (string, error) { return Token, nil }

// SetDown makes the hub answer nothing, and ends its watches.
func (h *Hub) SetDown(down bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.down = down
	h.wakeLocked()
}

// LoseReplies makes the next n commands be carried out without an answer.
func (h *Hub) LoseReplies(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.loseReplies = n
}

// RepeatFrames makes the watch send every frame twice.
func (h *Hub) RepeatFrames(repeat bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.repeat = repeat
}

// Refuse decides which commands are refused; nil refuses none.
func (h *Hub) Refuse(refuse func(*hubv1.Command) *hubv1.Refusal) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refuse = refuse
}

// Advance moves the hub's clock.
func (h *Hub) Advance(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.offset += d
	h.wakeLocked()
}

// NewEpoch is a restore from a backup: the numbers begin again, and the versions are lower than before.
func (h *Hub) NewEpoch() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.epoch = conversation.NewID()
	h.wakeLocked()
}

// Executed is how often the work of a command was done.
func (h *Hub) Executed(id string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.executed[id]
}

// Sends lists the messages that commands made, in order.
func (h *Hub) Sends() []*hubv1.Message {
	h.mu.Lock()
	defer h.mu.Unlock()
	var sends []*hubv1.Message
	for _, change := range h.entities {
		if m := change.Entity.GetMessage(); m != nil && m.AgentId == AgentID {
			sends = append(sends, m)
		}
	}
	slices.SortFunc(sends, func(a, b *hubv1.Message) int { return cmp.Compare(a.No, b.No) })
	return sends
}

// Put writes entities with the next versions and wakes the watches.
func (h *Hub) Put(entities ...proto.Message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, entity := range entities {
		h.putLocked(entity)
	}
	h.wakeLocked()
}

// Delete removes an entity.
func (h *Hub) Delete(kind, id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seq++
	h.entities[kind+id] = &hubv1.Change{Seq: h.seq, Type: kind, Id: id, Deleted: true}
	h.wakeLocked()
}

// Mislay makes the contact write something that the feed does not bring: its positions are behind every reader.
func (h *Hub) Mislay(conversationID, text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	seq := h.seq
	id := conversation.NewID()
	h.messageLocked(&hubv1.Message{Id: id, ConversationId: conversationID, Direction: "in", Content: &hubv1.Content{Kind: "text", Text: text}})
	h.entities["message"+id].Seq, h.entities["conversation"+conversationID].Seq, h.seq = 1, 1, seq
}

// MislayEnd ends a conversation without the feed saying so.
func (h *Hub) MislayEnd(conversationID string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	seq := h.seq
	c := h.conversationLocked(conversationID)
	c.Status = "closed"
	h.putLocked(c)
	h.entities["conversation"+conversationID].Seq, h.seq = 1, seq
}

// Hide takes a conversation out of the agent's sight until its next change.
func (h *Hub) Hide(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.seq++
	h.entities["hidden"+id] = &hubv1.Change{Seq: h.seq, Type: "conversation", Id: id, Deleted: true, Hidden: true}
	h.wakeLocked()
}

// Conversation is the present state of one.
func (h *Hub) Conversation(id string) *hubv1.Conversation {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.conversationLocked(id)
}

func (h *Hub) conversationLocked(id string) *hubv1.Conversation {
	if change := h.entities["conversation"+id]; change != nil && !change.Deleted {
		return proto.CloneOf(change.Entity.GetConversation())
	}
	return nil
}

// Begin makes a contact with a queued conversation and returns its id.
func (h *Hub) Begin(name string) string {
	contact := &hubv1.Contact{Id: conversation.NewID(), Name: name, Number: "+447700900014"}
	c := &hubv1.Conversation{
		Id: conversation.NewID(), ContactId: contact.Id, TouchpointId: TouchpointID, QueueId: QueueID,
		Status: "queued", OpenedMs: h.nowMs(),
	}
	h.mu.Lock()
	h.begun[c.Id] = contact.Id
	h.mu.Unlock()
	h.Put(contact, c)
	return c.Id
}

// Archive makes a closed conversation of a contact that no feed brings: only who asks for it gets it. It returns the ids of
// the conversation and of the messages with these texts.
func (h *Hub) Archive(name string, texts ...string) (conversationID string, messageIDs []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	contact := &hubv1.Contact{Id: conversation.NewID(), Name: name}
	c := &hubv1.Conversation{
		Id: conversation.NewID(), ContactId: contact.Id, TouchpointId: TouchpointID, QueueId: QueueID,
		Status: "closed", OpenedMs: 1, ClosedMs: h.nowMsLocked(),
	}
	h.putLocked(contact)
	h.putLocked(c)
	keys := []string{"contact" + contact.Id, "conversation" + c.Id}
	for _, text := range texts {
		id := conversation.NewID()
		h.messageLocked(&hubv1.Message{
			Id: id, ConversationId: c.Id, Direction: "in", ProviderId: "wamid." + id, Content: &hubv1.Content{Kind: "text", Text: text},
		})
		messageIDs, keys = append(messageIDs, id), append(keys, "message"+id)
	}
	for _, key := range keys {
		h.entities[key].Seq = 0
	}
	return c.Id, messageIDs
}

// Write is a message of the contact. It returns its id.
func (h *Hub) Write(conversationID, text string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	id := conversation.NewID()
	h.messageLocked(&hubv1.Message{
		Id: id, ConversationId: conversationID, Direction: "in", ProviderId: "wamid." + id,
		Content: &hubv1.Content{Kind: "text", Text: text},
	})
	h.wakeLocked()
	return id
}

// Say is a message of the contact, or an event, with any content. It returns its id; its id at Meta is "wamid." and that.
func (h *Hub) Say(conversationID, direction string, content *hubv1.Content) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	id := conversation.NewID()
	h.messageLocked(&hubv1.Message{
		Id: id, ConversationId: conversationID, Direction: direction, ProviderId: "wamid." + id, Content: content,
	})
	h.wakeLocked()
	return id
}

// Fail is Meta's answer that one of our messages cannot be delivered.
func (h *Hub) Fail(messageID string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	m := proto.CloneOf(h.entities["message"+messageID].Entity.GetMessage())
	c := h.conversationLocked(m.ConversationId)
	m.State, m.FailedMs = "failed", h.nowMsLocked()
	c.Troubled++
	h.putLocked(m)
	h.putLocked(c)
	h.wakeLocked()
}

// messageLocked numbers and writes a message, and its conversation.
func (h *Hub) messageLocked(m *hubv1.Message) {
	c := h.conversationLocked(m.ConversationId)
	c.LastNo++
	now := h.nowMsLocked()
	m.No, m.SentMs, m.CreatedMs = c.LastNo, now, now
	c.LastMessageMs, c.LastMessageId, c.LastDirection = now, m.Id, m.Direction
	c.LastKind, c.Preview = m.Content.Kind, conversation.Preview(m.Content.Text)
	if m.Direction == "in" {
		c.Unread++
		c.LastInboundMs, c.LastInboundId = now, m.Id
		c.WindowUntilMs, c.WindowReason = now+conversation.WhatsAppWindow.Milliseconds(), "message"
		c.WaitingSinceMs = cmp.Or(c.WaitingSinceMs, now)
	}
	if m.Direction == "out" {
		c.WaitingSinceMs, c.LastState = 0, m.State
	}
	h.putLocked(m)
	h.putLocked(c)
}

// putLocked writes an entity with the next number, which is its version, too.
func (h *Hub) putLocked(entity proto.Message) {
	h.seq++
	change := &hubv1.Change{Seq: h.seq, Entity: &hubv1.Entity{}}
	entity = proto.Clone(entity)
	switch e := entity.(type) {
	case *hubv1.Workspace:
		e.Version, change.Type, change.Id, change.Entity.Kind = h.seq, "workspace", e.Id, &hubv1.Entity_Workspace{Workspace: e}
	case *hubv1.Touchpoint:
		e.Version, change.Type, change.Id, change.Entity.Kind = h.seq, "touchpoint", e.Id, &hubv1.Entity_Touchpoint{Touchpoint: e}
	case *hubv1.Queue:
		e.Version, change.Type, change.Id, change.Entity.Kind = h.seq, "queue", e.Id, &hubv1.Entity_Queue{Queue: e}
	case *hubv1.Agent:
		e.Version, change.Type, change.Id, change.Entity.Kind = h.seq, "agent", e.Id, &hubv1.Entity_Agent{Agent: e}
	case *hubv1.Contact:
		e.Version, change.Type, change.Id, change.Entity.Kind = h.seq, "contact", e.Id, &hubv1.Entity_Contact{Contact: e}
	case *hubv1.Conversation:
		e.Version, change.Type, change.Id, change.Entity.Kind = h.seq, "conversation", e.Id, &hubv1.Entity_Conversation{Conversation: e}
	case *hubv1.Message:
		e.Version, change.Type, change.Id, change.Entity.Kind = h.seq, "message", e.Id, &hubv1.Entity_Message{Message: e}
	case *hubv1.Note:
		e.Version, change.Type, change.Id, change.Entity.Kind = h.seq, "note", e.Id, &hubv1.Entity_Note{Note: e}
	case *hubv1.Disposition:
		e.Version, change.Type, change.Id, change.Entity.Kind = h.seq, "disposition", e.Id, &hubv1.Entity_Disposition{Disposition: e}
	case *hubv1.Template:
		e.Version, change.Type, change.Id, change.Entity.Kind = h.seq, "template", e.Id, &hubv1.Entity_Template{Template: e}
	case *hubv1.Draft:
		e.Version, change.Type, change.Id, change.Entity.Kind = h.seq, "draft", e.Id, &hubv1.Entity_Draft{Draft: e}
	case *hubv1.QuickReply:
		e.Version, change.Type, change.Id, change.Entity.Kind = h.seq, "quick_reply", e.Id, &hubv1.Entity_QuickReply{QuickReply: e}
	default:
		panic(fmt.Sprintf("no entity: %T", entity))
	}
	h.entities[change.Type+change.Id] = change
}

func (h *Hub) wakeLocked() {
	close(h.moved)
	h.moved = make(chan struct{})
}

func (h *Hub) nowMs() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.nowMsLocked()
}

func (h *Hub) nowMsLocked() int64 { return time.Now().Add(h.offset).UnixMilli() }

// sortedLocked lists the changes after a position, in order.
func (h *Hub) sortedLocked(after int64) []*hubv1.Change {
	var changes []*hubv1.Change
	for _, change := range h.entities {
		if change.Seq > after {
			changes = append(changes, change)
		}
	}
	slices.SortFunc(changes, func(a, b *hubv1.Change) int { return cmp.Compare(a.Seq, b.Seq) })
	return changes
}

func errReset() error { return connect.NewError(connect.CodeAborted, fmt.Errorf("reset")) }
