package hook

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

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

// typeLeft says that a conversation has left the queues that a hook is kept to: the last that it hears of it.
const typeLeft = store.TypeConversation + ".left"

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
	switch kind := entity.GetKind().(type) {
	case *hubv1.Entity_Contact:
		if may, err := t.mayContact(ctx, h, news.EntityID); err != nil || !may {
			return nil, err
		}
		e.Data, err = protojson.Marshal(kind.Contact)
		return e, err
	case *hubv1.Entity_Conversation:
		if !has(h.Tells, Messages) {
			kind.Conversation.Preview = ""
		}
		inner = kind.Conversation
	case *hubv1.Entity_Message:
		inner = kind.Message
	case *hubv1.Entity_Note:
		inner = kind.Note
	}
	switch may, err := t.mayConversation(ctx, h, news.Lane); {
	case err != nil:
		return nil, err
	case !may:
		return t.left(ctx, h, news, e)
	case !has(h.Tells, kinds[news.EntityType]): // followed only so that its leaving is seen
		return nil, nil
	}
	e.Data, err = protojson.Marshal(inner)
	return e, err
}

// mayConversation reports whether a hook may know of a conversation, by its queue.
func (t *Teller) mayConversation(ctx context.Context, h db.Hook, id string) (bool, error) {
	if h.Queues == "" {
		return true, nil
	}
	row, err := t.Book.Store.Read().Conversation(ctx, db.ConversationParams{WorkspaceID: h.WorkspaceID, ID: id})
	if err != nil && !store.NotFound(err) {
		return false, fmt.Errorf("read conversation: %w", err)
	}
	return err == nil && has(h.Queues, row.QueueID), nil
}

// mayContact reports whether a hook may know of a contact: one who has a conversation in its queues.
func (t *Teller) mayContact(ctx context.Context, h db.Hook, id string) (bool, error) {
	if h.Queues == "" {
		return true, nil
	}
	rows, err := t.Book.Store.Read().ConversationsOfContact(ctx, db.ConversationsOfContactParams{WorkspaceID: h.WorkspaceID, ContactID: id})
	if err != nil {
		return false, fmt.Errorf("read conversations: %w", err)
	}
	return slices.ContainsFunc(rows, func(c db.Conversation) bool { return has(h.Queues, c.QueueID) }), nil
}

// left is what a hook is told instead of something in a conversation that it may not know of: once that it left, where it was
// told of it before, and else nothing.
func (t *Teller) left(ctx context.Context, h db.Hook, news db.HookNews, e *event) (*event, error) {
	knows, err := t.knows(ctx, h, news.Lane)
	if err != nil || !knows {
		return nil, err
	}
	e.Type = typeLeft
	e.Data, err = json.Marshal(map[string]string{"id": news.Lane})
	return e, err
}

func (t *Teller) knows(ctx context.Context, h db.Hook, conversationID string) (bool, error) {
	n, err := t.Book.Store.Read().HookKnows(ctx, db.HookKnowsParams{WorkspaceID: h.WorkspaceID, ConversationID: conversationID, HookID: h.ID})
	if err != nil {
		return false, fmt.Errorf("read what a webhook was told of: %w", err)
	}
	return n > 0, nil
}

// know notes, before a hook is told something of a conversation, that it was: its answer may be lost.
func (t *Teller) know(ctx context.Context, h db.Hook, news db.HookNews, e *event) error {
	if h.Queues == "" || news.EntityType == store.TypeContact || e.Type == typeLeft || news.Deleted {
		return nil
	}
	knows, err := t.knows(ctx, h, news.Lane)
	if err != nil || knows {
		return err
	}
	_, err = t.Book.Store.InTx(ctx, h.WorkspaceID, func(tx *store.Tx) error {
		rows, err := tx.LockConversations(ctx, []string{news.Lane})
		if err != nil || len(rows) == 0 { // erased meanwhile
			return err
		}
		return tx.PutHookKnown(ctx, db.PutHookKnownParams{WorkspaceID: h.WorkspaceID, ConversationID: news.Lane, HookID: h.ID})
	})
	if err != nil {
		return fmt.Errorf("note what a webhook is told of: %w", err)
	}
	return nil
}
