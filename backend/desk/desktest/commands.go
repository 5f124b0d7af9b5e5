package desktest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"

	"parley/backend/activity"
	"parley/backend/conversation"
	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/proto/parley/hub/v1/hubv1connect"
)

// Execute carries a command out once.
func (h *Hub) Execute(_ context.Context, command *hubv1.Command) (*hubv1.CommandAck, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	ack, known := h.commands[command.Id]
	if known {
		ack = proto.CloneOf(ack)
		ack.Replayed = true
	} else {
		ack = h.carryOutLocked(command)
		h.commands[command.Id] = ack
		h.executed[command.Id]++
		h.wakeLocked()
	}
	if h.loseReplies > 0 {
		h.loseReplies--
		return nil, connect.NewError(connect.CodeUnavailable, errors.New("the answer was lost"))
	}
	return ack, nil
}

func (h *Hub) carryOutLocked(command *hubv1.Command) *hubv1.CommandAck {
	if h.refuse != nil {
		if refusal := h.refuse(command); refusal != nil {
			return &hubv1.CommandAck{Refusal: refusal}
		}
	}
	switch action := command.Action.(type) {
	case *hubv1.Command_Assign:
		c := h.conversationLocked(action.Assign.ConversationId)
		if c.Status != "queued" {
			return &hubv1.CommandAck{Refusal: &hubv1.Refusal{Code: "taken", AgentId: c.AssigneeId, SinceMs: c.AssignedMs}}
		}
		c.Status, c.AssigneeId, c.AssignedMs = "assigned", AgentID, h.nowMsLocked()
		h.putLocked(c)
	case *hubv1.Command_SendToInbox:
		c := h.conversationLocked(action.SendToInbox.ConversationId)
		c.Status, c.AssigneeId = "queued", ""
		h.putLocked(c)
	case *hubv1.Command_Transfer:
		c := h.conversationLocked(action.Transfer.ConversationId)
		c.Status, c.AssigneeId, c.TransferredBy, c.TransferredMs = "assigned", action.Transfer.ToAgentId, AgentID, h.nowMsLocked()
		if action.Transfer.ToQueueId != "" {
			c.Status, c.QueueId = "queued", action.Transfer.ToQueueId
		}
		h.putLocked(c)
	case *hubv1.Command_SetStatus:
		me := proto.CloneOf(h.entities["agent"+AgentID].Entity.GetAgent())
		me.Status, me.StatusText = action.SetStatus.Status, action.SetStatus.Text
		h.putLocked(me)
	case *hubv1.Command_SaveQuickReply:
		save := action.SaveQuickReply
		reply := &hubv1.QuickReply{Id: save.Id, OwnerId: AgentID, Shortcut: save.Shortcut, Title: save.Title, Text: save.Text, Language: save.Language}
		if save.Shared {
			reply.OwnerId = ""
		}
		h.putLocked(reply)
	case *hubv1.Command_DeleteQuickReply:
		h.seq++
		id := action.DeleteQuickReply.Id
		h.entities["quick_reply"+id] = &hubv1.Change{Seq: h.seq, Type: "quick_reply", Id: id, Deleted: true}
	case *hubv1.Command_EndChat:
		c := h.conversationLocked(action.EndChat.ConversationId)
		if seen := action.EndChat.SeenMessageId; seen != "" && seen != c.LastInboundId {
			return &hubv1.CommandAck{Refusal: &hubv1.Refusal{Code: "news"}}
		}
		c.Status = "wrap_up"
		h.putLocked(c)
	case *hubv1.Command_SubmitWrapUp:
		c := h.conversationLocked(action.SubmitWrapUp.ConversationId)
		c.Status, c.DispositionId = "closed", action.SubmitWrapUp.DispositionId
		h.putLocked(c)
	case *hubv1.Command_DismissWrapUp:
		c := h.conversationLocked(action.DismissWrapUp.ConversationId)
		c.Status = "closed"
		h.putLocked(c)
	case *hubv1.Command_SendMessage:
		send := action.SendMessage
		content := &hubv1.Content{Kind: "text", Text: send.Text}
		if send.MediaId != "" {
			content.Kind = send.MediaKind
			content.Media = &hubv1.Media{
				Id: send.MediaId, State: "ready", SizeBytes: int64(len(h.media[send.MediaId])),
				Mime: http.DetectContentType(h.media[send.MediaId]),
			}
		}
		content.Location, content.Contacts = send.Location, send.Contacts
		switch {
		case send.Template != nil:
			content.Kind, content.Template = "template", &hubv1.SentTemplate{Name: send.Template.Name, Language: send.Template.Language}
		case send.Location != nil:
			content.Kind = "location"
		case len(send.Contacts) > 0:
			content.Kind = "contacts"
		}
		h.messageLocked(&hubv1.Message{
			Id: command.Id, ConversationId: send.ConversationId, Direction: "out", AgentId: AgentID,
			Content: content, State: "in_hub",
		})
	case *hubv1.Command_React:
		target := h.entities["message"+action.React.MessageId].Entity.GetMessage()
		h.messageLocked(&hubv1.Message{
			Id: command.Id, ConversationId: action.React.ConversationId, Direction: "out", AgentId: AgentID, State: "in_hub",
			Content: &hubv1.Content{Kind: "reaction", Emoji: action.React.Emoji, TargetProviderId: target.ProviderId},
		})
	case *hubv1.Command_MergeContacts:
		h.moveLocked(action.MergeContacts.MergedId, action.MergeContacts.KeptId, action.MergeContacts.KeptId)
	case *hubv1.Command_UndoMerge:
		merged := h.entities["contact"+action.UndoMerge.MergedId].Entity.GetContact()
		h.moveLocked(merged.Id, "", merged.Id)
	case *hubv1.Command_DismissSuggestion:
		c := proto.CloneOf(h.entities["contact"+action.DismissSuggestion.ContactId].Entity.GetContact())
		c.SuggestedContactId, c.SuggestedReason = "", ""
		h.putLocked(c)
	case *hubv1.Command_SaveNote:
		h.putLocked(&hubv1.Note{
			Id: action.SaveNote.NoteId, ConversationId: action.SaveNote.ConversationId, AgentId: AgentID,
			Text: action.SaveNote.Text, CreatedMs: h.nowMsLocked(),
		})
	case *hubv1.Command_MarkRead:
		c := h.conversationLocked(action.MarkRead.ConversationId)
		c.Unread, c.TransferredBy, c.TransferredMs = 0, "", 0
		h.putLocked(c)
	case *hubv1.Command_UpdateContact:
		edit := action.UpdateContact
		h.putLocked(&hubv1.Contact{Id: edit.ContactId, Name: edit.Name, Number: edit.Number, Email: edit.Email})
	}
	return &hubv1.CommandAck{AppliedSeq: h.seq, HubNowMs: h.nowMsLocked()}
}

// session is the contract's session service: only Me is of use, tests have the token.
type session struct {
	hub *Hub
	hubv1connect.UnimplementedSessionServiceHandler
}

// Me says who is signed in.
func (s session) Me(context.Context, *hubv1.MeRequest) (*hubv1.MeResponse, error) {
	return &hubv1.MeResponse{
		Agent: &hubv1.Agent{Id: AgentID, Name: "Inês"}, Workspace: &hubv1.Workspace{Id: WorkspaceID}, HubNowMs: s.hub.nowMs(),
	}, nil
}

func (h *Hub) askUpload(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answerPartLocked(w, r.PathValue("id"), int64(len(h.parts[r.PathValue("id")])))
}

func (h *Hub) answerPartLocked(w http.ResponseWriter, id string, offset int64) {
	answer := map[string]any{"offset": offset}
	if data, whole := h.media[id]; whole {
		sum := sha256.Sum256(data)
		answer["offset"], answer["file"] = len(data), map[string]any{"id": id, "sizeBytes": len(data), "sha256": hex.EncodeToString(sum[:])}
	}
	_ = json.NewEncoder(w).Encode(answer)
}

// takePart takes a part of a file.
func (h *Hub) takePart(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	id := r.PathValue("id")
	for h.holdParts && len(h.parts[id]) > 0 && r.Context().Err() == nil {
		h.mu.Unlock()
		time.Sleep(time.Millisecond)
		h.mu.Lock()
	}
	if r.Context().Err() != nil {
		return
	}
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	size, _ := strconv.Atoi(r.URL.Query().Get("size"))
	if offset != len(h.parts[id]) {
		w.WriteHeader(http.StatusConflict)
		h.answerPartLocked(w, id, int64(len(h.parts[id])))
		return
	}
	h.taken += int64(len(data))
	h.parts[id] = append(h.parts[id], data...)
	if len(h.parts[id]) == size {
		h.media[id] = h.parts[id]
		delete(h.parts, id)
	}
	if h.partsLost > 0 {
		h.partsLost--
		panic(http.ErrAbortHandler)
	}
	h.answerPartLocked(w, id, int64(len(h.parts[id])))
}

// LoseParts makes the next n parts of files be taken without an answer.
func (h *Hub) LoseParts(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.partsLost = n
}

// HoldParts makes all parts of a file but the first wait until release is called.
func (h *Hub) HoldParts() (release func()) {
	set := func(hold bool) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.holdParts = hold
	}
	set(true)
	return func() { set(false) }
}

// Taken is how many bytes came up in parts.
func (h *Hub) Taken() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.taken
}

func (h *Hub) giveMedia(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	data, known := h.media[r.PathValue("id")]
	small, isSmall := h.media[r.URL.Path]
	breakAt, held := h.breakAt, h.held
	if h.breaks > 0 {
		h.breaks--
	} else {
		breakAt = 0
	}
	h.mu.Unlock()
	if isSmall {
		data, known = small, true
	}
	if !known {
		http.NotFound(w, r)
		return
	}
	sum := sha256.Sum256(data)
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:])+`"`)
	http.ServeContent(&limited{ResponseWriter: w, hub: h, request: r, breakAt: breakAt, held: held}, r, "", time.Time{}, bytes.NewReader(data))
}

// limited is an answer that breaks off, or stands still until it is released.
type limited struct {
	http.ResponseWriter
	hub     *Hub
	request *http.Request
	written int
	breakAt int // 0: never
	held    *hold
}

// hold is where answers stand still.
type hold struct {
	at       int
	released chan struct{}
}

func (l *limited) Write(p []byte) (int, error) {
	if l.breakAt > 0 && l.written >= l.breakAt {
		panic(http.ErrAbortHandler)
	}
	if l.held != nil && l.written >= l.held.at {
		select {
		case <-l.held.released:
		case <-l.request.Context().Done():
			return 0, l.request.Context().Err()
		}
	}
	p2 := p
	if l.breakAt > 0 {
		p2 = p[:min(len(p), l.breakAt-l.written)]
	}
	n, err := l.ResponseWriter.Write(p2)
	l.written += n
	if flusher, ok := l.ResponseWriter.(http.Flusher); ok {
		flusher.Flush()
	}
	l.hub.mu.Lock()
	l.hub.given[l.request.PathValue("id")] += int64(n)
	l.hub.mu.Unlock()
	if err == nil && n < len(p) {
		panic(http.ErrAbortHandler)
	}
	return n, err
}

// BreakDownloads makes the next n downloads break off after so many bytes.
func (h *Hub) BreakDownloads(n, after int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.breaks, h.breakAt = n, after
}

// HoldDownloads makes downloads stand still after so many bytes, until release is called.
func (h *Hub) HoldDownloads(after int) (release func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	held := &hold{at: after, released: make(chan struct{})}
	h.held = held
	return func() {
		h.mu.Lock()
		h.held = nil
		h.mu.Unlock()
		close(held.released)
	}
}

// Given is how many bytes of a file were given.
func (h *Hub) Given(mediaID string) int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.given[mediaID]
}

// PutSmall makes a small picture known at a path.
func (h *Hub) PutSmall(path string, data []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.media[path] = data
}

// PutMedia makes a file known and returns its id.
func (h *Hub) PutMedia(data []byte) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	id := conversation.NewID()
	h.media[id] = data
	return id
}

// moveLocked marks a contact as merged into another one and gives the conversations that it began to owner.
func (h *Hub) moveLocked(contactID, into, owner string) {
	contact := proto.CloneOf(h.entities["contact"+contactID].Entity.GetContact())
	contact.MergedIntoId, contact.SuggestedContactId, contact.SuggestedReason = into, "", ""
	h.putLocked(contact)
	for _, change := range h.sortedLocked(0) {
		if c := change.Entity.GetConversation(); c != nil && h.begun[c.Id] == contactID {
			moved := proto.CloneOf(c)
			moved.ContactId = owner
			h.putLocked(moved)
		}
	}
}

// ListLoads counts what agents have, at 20 points each.
func (h *Hub) ListLoads(context.Context, *hubv1.ListLoadsRequest) (*hubv1.ListLoadsResponse, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	counts := map[string]int64{}
	for _, change := range h.sortedLocked(0) {
		if c := change.Entity.GetConversation(); c.GetStatus() == "assigned" {
			counts[c.AssigneeId]++
		}
	}
	answer := &hubv1.ListLoadsResponse{}
	for id, n := range counts {
		answer.Loads = append(answer.Loads, &hubv1.Load{AgentId: id, Points: 20 * n, Conversations: n})
	}
	return answer, nil
}

// Typing notes that an agent writes.
func (h *Hub) Typing(_ context.Context, r *hubv1.TypingRequest) (*hubv1.TypingResponse, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.typed = append(h.typed, r.ConversationId)
	return &hubv1.TypingResponse{}, nil
}

// ListActivities tells what the hub's entities say; that it was the hub that said so shows in a merge that only it knows.
func (h *Hub) ListActivities(_ context.Context, r *hubv1.ListActivitiesRequest) (*hubv1.ActivityPage, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var all activity.List
	for _, change := range h.entities {
		if m := change.Entity.GetMessage(); m.GetDirection() == "event" {
			all.Event(m, h.conversationLocked(m.GetConversationId()))
		} else if n := change.Entity.GetNote(); n != nil {
			all.Note(n, h.conversationLocked(n.GetConversationId()))
		} else if c := change.Entity.GetConversation(); c != nil && c.GetContactId() == r.GetContactId() {
			all.Conversation(c, h.nowMsLocked())
		}
	}
	all.Merge("merged", "Somebody else", ColleagueID, 1)
	return all.Page(r), nil
}

// Here notes what an agent does with the conversation that they have open.
func (h *Hub) Here(_ context.Context, r *hubv1.HereRequest) (*hubv1.HereResponse, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.words = append(h.words, strings.TrimSpace(r.GetConversationId()+" "+r.GetDoing()))
	return &hubv1.HereResponse{}, nil
}

// Words lists what agents were said to do: a conversation and what they do there, "" for nothing.
func (h *Hub) Words() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.words)
}

// ColleagueIs says that the colleague does something in a conversation; "" that they have left. Watches that begin later hear
// nothing of it.
func (h *Hub) ColleagueIs(conversationID, doing string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	in := &hubv1.InConversation{ConversationId: conversationID}
	if doing != "" {
		in.Colleagues = []*hubv1.Colleague{{AgentId: ColleagueID, Doing: doing}}
	}
	h.here = &hubv1.Here{Conversations: []*hubv1.InConversation{in}}
	h.wakeLocked()
}

// Typed lists the conversations in which an agent was said to write, in order.
func (h *Hub) Typed() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.typed)
}

// RefreshTemplates approves all templates.
func (h *Hub) RefreshTemplates(_ context.Context, r *hubv1.RefreshTemplatesRequest) (*hubv1.RefreshTemplatesResponse, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, change := range h.sortedLocked(0) {
		if t := change.Entity.GetTemplate(); t != nil && r.TouchpointId == TouchpointID {
			t = proto.CloneOf(t)
			t.Status = "APPROVED"
			h.putLocked(t)
		}
	}
	h.wakeLocked()
	return &hubv1.RefreshTemplatesResponse{}, nil
}
