package inbox

import (
	"context"

	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// allowed refuses what is not the agent's: a conversation that they do not work with, a contact or a file that they do not
// see. It goes by the names of the fields, which mean the same in every command, so that a new one is not forgotten. What
// does not exist is left to the command, which has its own words for it.
func (r *run) allowed(ctx context.Context, command *hubv1.Command) (*hubv1.Refusal, error) {
	if r.sight.All() {
		return nil, nil
	}
	m := command.ProtoReflect()
	field := m.WhichOneof(m.Descriptor().Oneofs().ByName("action"))
	if field == nil {
		return nil, nil
	}
	action := m.Get(field).Message()
	for _, check := range []struct {
		field  protoreflect.Name
		denied func(ctx context.Context, id string) (bool, error)
	}{
		{"conversation_id", r.foreignConversation}, {"message_id", r.foreignMessage}, {"media_id", r.foreignFile},
		{"contact_id", r.foreignContact}, {"kept_id", r.foreignContact}, {"merged_id", r.foreignContact},
	} {
		named := action.Descriptor().Fields().ByName(check.field)
		if named == nil || action.Get(named).String() == "" {
			continue
		}
		if denied, err := check.denied(ctx, action.Get(named).String()); denied || err != nil {
			return refuse(RefusedForbidden, "it is not this agent's"), err
		}
	}
	return nil, nil
}

func (r *run) foreignConversation(ctx context.Context, id string) (bool, error) {
	c, err := r.sight.Find(ctx, id)
	return c != nil && !r.sight.Works(*c), err
}

func (r *run) foreignMessage(ctx context.Context, id string) (bool, error) {
	m, err := r.tx.Message(ctx, db.MessageParams{WorkspaceID: r.actor.WorkspaceID, ID: id})
	if store.NotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return r.foreignConversation(ctx, m.ConversationID)
}

func (r *run) foreignContact(ctx context.Context, id string) (bool, error) {
	sees, err := r.sight.Contact(ctx, id)
	return !sees, err
}

func (r *run) foreignFile(ctx context.Context, id string) (bool, error) {
	sees, err := r.sight.File(ctx, id)
	return !sees, err
}
