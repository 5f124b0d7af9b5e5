package hook

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// event is what a hook is told: the body of a request.
type event struct {
	ID          string          `json:"id"`   // the same for each attempt to tell the same
	Type        string          `json:"type"` // message.changed, message.deleted, test, …
	WorkspaceID string          `json:"workspaceId"`
	AtMs        string          `json:"atMs"` // of this attempt, by the hub's clock
	Data        json.RawMessage `json:"data"` // the entity as the API has it; of what was deleted {"id": …}
}

// compose is what a hook is told of some news now; nil when it may not know of it.
func (t *Teller) compose(ctx context.Context, h db.Hook, news db.HookNews) (*event, error) {
	head, err := t.Book.Store.Read().Head(ctx, h.WorkspaceID)
	if err != nil {
		return nil, fmt.Errorf("read head: %w", err)
	}
	e := &event{
		// Positions are used again only after a restore, which changes the epoch.
		ID:   "evt_" + h.ID + "_" + head.Epoch + "_" + strconv.FormatInt(news.Seq, 10),
		Type: news.EntityType + ".changed", WorkspaceID: h.WorkspaceID, AtMs: strconv.FormatInt(t.Book.Now().UnixMilli(), 10),
	}
	entity, err := t.Entities.Entity(ctx, h.WorkspaceID, news.EntityType, news.EntityID)
	if news.Deleted || store.NotFound(err) {
		e.Type = news.EntityType + ".deleted"
		e.Data, err = json.Marshal(map[string]string{"id": news.EntityID})
		return e, err
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", news.EntityType, err)
	}
	var inner proto.Message
	conversations := []string{news.Lane}
	switch kind := entity.GetKind().(type) {
	case *hubv1.Entity_Conversation:
		if !has(h.Tells, Messages) {
			kind.Conversation.Preview = ""
		}
		inner = kind.Conversation
	case *hubv1.Entity_Message:
		inner = kind.Message
	case *hubv1.Entity_Note:
		inner = kind.Note
	case *hubv1.Entity_Contact:
		inner, conversations = kind.Contact, nil
	}
	if may, err := t.may(ctx, h, conversations, news.EntityID); err != nil || !may {
		return nil, err
	}
	e.Data, err = protojson.Marshal(inner)
	return e, err
}

// may reports whether a hook may know of a conversation, or of a contact, by its queues.
func (t *Teller) may(ctx context.Context, h db.Hook, conversations []string, contactID string) (bool, error) {
	if h.Queues == "" {
		return true, nil
	}
	queues, q := strings.Split(h.Queues, ","), t.Book.Store.Read()
	var rows []db.Conversation
	if conversations == nil {
		var err error
		if rows, err = q.ConversationsOfContact(ctx, db.ConversationsOfContactParams{WorkspaceID: h.WorkspaceID, ContactID: contactID}); err != nil {
			return false, fmt.Errorf("read conversations: %w", err)
		}
	}
	for _, id := range conversations {
		row, err := q.Conversation(ctx, db.ConversationParams{WorkspaceID: h.WorkspaceID, ID: id})
		if err != nil && !store.NotFound(err) {
			return false, fmt.Errorf("read conversation: %w", err)
		}
		rows = append(rows, row)
	}
	return slices.ContainsFunc(rows, func(c db.Conversation) bool { return slices.Contains(queues, c.QueueID) }), nil
}
