package inbox

import (
	"context"
	"fmt"

	"parley/backend/hub/access"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// allowed refuses what the table of rights (access/RIGHTS.md) does not allow. It goes by the names of the fields, which mean
// the same in every command, so that a new one is not forgotten: the conversation or the contacts are what the command is
// about, a message or a file only has to be seen. What does not exist is left to the command, which has its own words for it.
func (r *run) allowed(ctx context.Context, command *hubv1.Command) (*hubv1.Refusal, error) {
	m := command.ProtoReflect()
	field := m.WhichOneof(m.Descriptor().Oneofs().ByName("action"))
	if field == nil {
		return nil, nil
	}
	does, of := access.Action(field.Name()), m.Get(field).Message()
	named := func(name protoreflect.Name) string {
		if f := of.Descriptor().Fields().ByName(name); f != nil && f.Kind() == protoreflect.StringKind {
			return of.Get(f).String()
		}
		return ""
	}
	if !r.actor.MayAtAll(does) {
		return refuse(RefusedForbidden, "this role or key may not"), nil
	}
	about := named("conversation_id")
	if message := named("message_id"); about == "" && message != "" {
		var err error
		if about, err = r.conversationOf(ctx, message); err != nil {
			return nil, err
		}
	}
	if err := r.hold(ctx, about); err != nil {
		return nil, err
	}
	for _, check := range []struct {
		id  string
		may func(ctx context.Context, action access.Action, id string) (bool, error)
	}{
		{named("message_id"), r.seesMessage}, {named("reply_to_message_id"), r.seesMessage}, {named("media_id"), r.seesFile},
		{named("contact_id"), r.mayContact}, {named("kept_id"), r.mayContact}, {named("merged_id"), r.mayContact},
	} {
		if check.id == "" {
			continue
		}
		if may, err := check.may(ctx, does, check.id); !may || err != nil {
			return refuse(RefusedForbidden, "it is not this agent's"), err
		}
	}
	return r.allowedWith(ctx, does, about)
}

// allowedWith refuses a command about a conversation. A colleague's of the same queue is refused with who has it.
func (r *run) allowedWith(ctx context.Context, does access.Action, conversationID string) (*hubv1.Refusal, error) {
	if conversationID == "" {
		return nil, nil
	}
	c, err := r.sight.Find(ctx, conversationID)
	if c == nil || err != nil {
		return nil, err
	}
	relation, err := r.sight.Relation(ctx, *c)
	if err != nil || access.May(r.actor.Role, does, relation) {
		return nil, err
	}
	if relation == access.Queue {
		return r.whyNot(ctx, c.ID)
	}
	return refuse(RefusedForbidden, "it is not this agent's"), nil
}

// hold keeps the conversation that a command is about as it is until the command ends: what is allowed, done and answered
// are then of one moment. On PostgreSQL a colleague could otherwise send it back between a refused assign and the look at who
// has it, and the agent would be told that it waits.
func (r *run) hold(ctx context.Context, id string) error {
	if id == "" {
		return nil
	}
	rows, err := r.tx.LockConversations(ctx, []string{id})
	if err != nil {
		return fmt.Errorf("hold conversation: %w", err)
	}
	if len(rows) > 0 {
		r.sight.Know(rows[0])
	}
	return nil
}

func (r *run) conversationOf(ctx context.Context, messageID string) (string, error) {
	m, err := r.tx.Message(ctx, db.MessageParams{WorkspaceID: r.actor.WorkspaceID, ID: messageID})
	if store.NotFound(err) {
		return "", nil
	}
	return m.ConversationID, err
}

func (r *run) seesMessage(ctx context.Context, _ access.Action, id string) (bool, error) {
	conversationID, err := r.conversationOf(ctx, id)
	if err != nil || conversationID == "" {
		return err == nil, err
	}
	return r.sight.Conversation(ctx, conversationID)
}

func (r *run) mayContact(ctx context.Context, does access.Action, id string) (bool, error) {
	relation := access.Foreign
	sees, err := r.sight.Contact(ctx, id)
	if sees {
		relation = access.Queue
	}
	return err == nil && access.May(r.actor.Role, does, relation), err
}

func (r *run) seesFile(ctx context.Context, _ access.Action, id string) (bool, error) {
	if r.sight.All() {
		return true, nil // whether there is one the command looks itself
	}
	return r.sight.File(ctx, id)
}
