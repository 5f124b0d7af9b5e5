package desktest

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"connectrpc.com/connect"

	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/search"
)

// snapshotPage and snapshotMessages keep snapshots in several pages, and incomplete.
const (
	snapshotPage     = 7
	snapshotMessages = 3
)

// Snapshot pages through all entities; of messages only the newest of each conversation.
func (h *Hub) Snapshot(_ context.Context, r *hubv1.SnapshotRequest) (*hubv1.SnapshotPage, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	begin, _ := strconv.Atoi(r.PageToken)
	var all []*hubv1.Entity
	for _, change := range h.sortedLocked(0) {
		m := change.Entity.GetMessage()
		if change.Deleted || (m != nil && m.No <= h.conversationLocked(m.ConversationId).LastNo-snapshotMessages) {
			continue
		}
		all = append(all, change.Entity)
	}
	page := &hubv1.SnapshotPage{Cursor: &hubv1.Cursor{Epoch: h.epoch, Seq: h.seq}, HubNowMs: h.nowMsLocked()}
	end := min(begin+snapshotPage, len(all))
	if begin < end {
		page.Entities = all[begin:end]
	}
	if end < len(all) {
		page.NextPageToken = strconv.Itoa(end)
	}
	return page, nil
}

// Pull gives the changes after a position.
func (h *Hub) Pull(_ context.Context, r *hubv1.PullRequest) (*hubv1.ChangePage, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.pageLocked(r)
}

func (h *Hub) pageLocked(r *hubv1.PullRequest) (*hubv1.ChangePage, error) {
	if r.After.GetEpoch() != h.epoch || r.After.Seq > h.seq {
		return nil, errReset()
	}
	limit := int(r.Limit)
	if limit == 0 {
		limit = 500
	}
	changes := h.sortedLocked(r.After.Seq)
	at := h.seq
	if len(changes) > limit {
		changes = changes[:limit]
		at = changes[limit-1].Seq
	}
	return &hubv1.ChangePage{
		Changes: changes, Cursor: &hubv1.Cursor{Epoch: h.epoch, Seq: at}, HeadSeq: h.seq, HubNowMs: h.nowMsLocked(),
	}, nil
}

// Watch streams changes until the hub is down or the reader gone.
func (h *Hub) Watch(ctx context.Context, r *hubv1.PullRequest, stream *connect.ServerStream[hubv1.Frame]) error {
	after := r.After
	heart := time.NewTicker(25 * time.Second)
	defer heart.Stop()
	h.mu.Lock()
	here := h.here
	h.mu.Unlock()
	for {
		h.mu.Lock()
		moved, down, repeat := h.moved, h.down, h.repeat
		news := h.here
		page, err := h.pageLocked(&hubv1.PullRequest{After: after})
		h.mu.Unlock()
		if down {
			return connect.NewError(connect.CodeUnavailable, nil)
		}
		if err != nil {
			return err
		}
		frame := &hubv1.Frame{Kind: &hubv1.Frame_Changes{Changes: page}}
		if len(page.Changes) == 0 {
			frame.Kind = &hubv1.Frame_Heartbeat{Heartbeat: &hubv1.Heartbeat{HubNowMs: page.HubNowMs, HeadSeq: page.HeadSeq}}
		}
		times := 1
		if repeat {
			times = 2
		}
		for range times {
			if err := stream.Send(frame); err != nil {
				return err
			}
		}
		after = page.Cursor
		if news != here {
			here = news
			if err := stream.Send(&hubv1.Frame{Kind: &hubv1.Frame_Here{Here: news}}); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-moved:
		case <-heart.C:
		}
	}
}

// ListMessages pages backwards through a conversation.
func (h *Hub) ListMessages(_ context.Context, r *hubv1.ListMessagesRequest) (*hubv1.MessagePage, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var messages []*hubv1.Message
	for _, change := range h.entities {
		m := change.Entity.GetMessage()
		if m != nil && m.ConversationId == r.ConversationId && (r.BeforeNo == 0 || m.No < r.BeforeNo) {
			messages = append(messages, m)
		}
	}
	slices.SortFunc(messages, func(a, b *hubv1.Message) int { return cmp.Compare(b.No, a.No) })
	limit := int(r.Limit)
	if limit == 0 {
		limit = 100
	}
	page := &hubv1.MessagePage{Messages: messages, Complete: true}
	if len(messages) > limit {
		page.Messages, page.Complete = messages[:limit], false
	}
	return page, nil
}

// Search finds messages, files, notes and contacts that match in all that the hub has.
func (h *Hub) Search(_ context.Context, r *hubv1.SearchRequest) (*hubv1.SearchPage, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	query, page := search.Parse(r.Text), &hubv1.SearchPage{}
	for _, change := range h.sortedLocked(-1) {
		switch kind := change.GetEntity().GetKind().(type) {
		case *hubv1.Entity_Message:
			if query.In(search.MessageText(kind.Message)) {
				page.Messages = append(page.Messages, kind.Message)
			}
			if query.In(search.FileName(kind.Message)) {
				page.Files = append(page.Files, kind.Message)
			}
		case *hubv1.Entity_Note:
			if query.In(kind.Note.Text) {
				page.Notes = append(page.Notes, kind.Note)
			}
		case *hubv1.Entity_Contact:
			if query.In(search.ContactWords(kind.Contact)) {
				page.Contacts = append(page.Contacts, kind.Contact)
			}
			page.Related = append(page.Related, change.Entity)
		case *hubv1.Entity_Conversation:
			page.Related = append(page.Related, change.Entity)
		}
	}
	return page, nil
}

// FetchConversations gives conversations with what belongs to them.
func (h *Hub) FetchConversations(_ context.Context, r *hubv1.FetchConversationsRequest) (*hubv1.FetchConversationsResponse, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	answer := &hubv1.FetchConversationsResponse{}
	for _, change := range h.sortedLocked(0) {
		e := change.Entity
		of := ""
		switch {
		case change.Deleted:
		case e.GetConversation() != nil:
			of = e.GetConversation().Id
		case e.GetMessage() != nil:
			of = e.GetMessage().ConversationId
		case e.GetNote() != nil:
			of = e.GetNote().ConversationId
		case e.GetContact() != nil:
			for _, id := range r.ConversationIds {
				if c := h.conversationLocked(id); c != nil && c.ContactId == e.GetContact().Id {
					of = id
				}
			}
		}
		if slices.Contains(r.ConversationIds, of) {
			answer.Entities = append(answer.Entities, e)
		}
	}
	return answer, nil
}

// CheckOpen says how far open conversations have come.
func (h *Hub) CheckOpen(context.Context, *hubv1.CheckOpenRequest) (*hubv1.CheckOpenPage, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	page := &hubv1.CheckOpenPage{}
	notes := map[string]int64{}
	for _, change := range h.entities {
		if n := change.Entity.GetNote(); n != nil && !change.Deleted {
			notes[n.ConversationId]++
		}
	}
	for _, change := range h.sortedLocked(0) {
		if c := change.Entity.GetConversation(); c != nil && !change.Deleted && c.Status != "closed" {
			page.Conversations = append(page.Conversations, &hubv1.OpenConversation{Id: c.Id, Version: c.Version, LastNo: c.LastNo, Notes: notes[c.Id]})
		}
	}
	return page, nil
}
