// Package inbox does what agents do to conversations: assign, send back, transfer, end, wrap up, write, note.
//
// Every command is carried out exactly once: its answer is stored in the transaction that does it, under the id
// that the desk gave it, and given again when the command comes again. A refusal is an answer, too, and changes
// nothing. State changes are conditional updates, so of two agents who act at the same moment one is refused and
// told who was faster.
package inbox

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/feed"
	"parley/backend/hub/scope"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/thread"
	"parley/backend/hub/touchpoint"
	hubv1 "parley/backend/proto/parley/hub/v1"

	"google.golang.org/protobuf/proto"
)

// Codes of refusals, as the contract lists them.
const (
	RefusedTaken       = "taken"
	RefusedStatus      = "status"
	RefusedNotYours    = "not_yours"
	RefusedWindow      = "window"
	RefusedNews        = "news"
	RefusedExpired     = "expired"
	RefusedInvalid     = "invalid"
	RefusedNotFound    = "not_found"
	RefusedDisposition = "disposition"
	RefusedTemplate    = "template"
	RefusedConflict    = "conflict"
	RefusedForbidden   = "forbidden"
	RefusedReceiver    = "receiver"
	RefusedAway        = "away"
	RefusedFull        = "full"
)

// Inbox carries out commands. Its methods may run at the same time, on any number of hubs.
type Inbox struct {
	store     *store.Store
	directory *touchpoint.Directory
	scopes    *scope.Scopes
	now       func() time.Time
}

// New returns an inbox. now is the hub's clock.
func New(s *store.Store, d *touchpoint.Directory, now func() time.Time) *Inbox {
	return &Inbox{store: s, directory: d, scopes: scope.New(s), now: now}
}

// ErrCommandID says that a command has no id of the right form.
var ErrCommandID = errors.New("a command needs a UUIDv7 as its id")

// Execute carries out a command, or gives its stored answer again.
func (i *Inbox) Execute(ctx context.Context, actor access.Actor, command *hubv1.Command) (*hubv1.CommandAck, error) {
	if !conversation.ValidID(command.GetId()) {
		return nil, ErrCommandID
	}
	var ack *hubv1.CommandAck
	seq, err := i.store.InTx(ctx, actor.WorkspaceID, func(tx *store.Tx) error {
		ack = &hubv1.CommandAck{}
		stored, err := tx.Command(ctx, db.CommandParams{WorkspaceID: actor.WorkspaceID, ID: command.GetId()})
		if err == nil {
			return replay(stored, actor, ack)
		}
		if !store.NotFound(err) {
			return fmt.Errorf("look up command: %w", err)
		}
		sight, err := i.scopes.Sight(ctx, tx.Queries, actor)
		if err != nil {
			return err
		}
		run := &run{inbox: i, tx: tx, actor: actor, sight: sight, id: command.GetId(), nowMs: i.now().UnixMilli()}
		if ack.Refusal, err = run.do(ctx, command); err != nil {
			return err
		}
		return keep(ctx, tx, actor, command, ack)
	})
	if err != nil {
		return nil, fmt.Errorf("execute command: %w", err)
	}
	if ack.GetRefusal() == nil {
		ack.AppliedSeq = seq
		if seq == 0 { // replayed, or nothing to change: visible at the head at the latest
			head, err := i.store.Read().Head(ctx, actor.WorkspaceID)
			if err != nil {
				return nil, fmt.Errorf("read head: %w", err)
			}
			ack.AppliedSeq = head.Seq
		}
	}
	ack.HubNowMs = i.now().UnixMilli()
	return ack, nil
}

func replay(stored db.Command, actor access.Actor, ack *hubv1.CommandAck) error {
	if stored.AgentID != actor.AgentID {
		return ErrCommandID // somebody else's id is no key to their answers
	}
	raw, err := base64.StdEncoding.DecodeString(stored.Answer)
	if err != nil {
		return fmt.Errorf("read stored answer: %w", err)
	}
	if err := proto.Unmarshal(raw, ack); err != nil {
		return fmt.Errorf("read stored answer: %w", err)
	}
	ack.Replayed = true
	return nil
}

func keep(ctx context.Context, tx *store.Tx, actor access.Actor, command *hubv1.Command, ack *hubv1.CommandAck) error {
	raw, err := proto.Marshal(ack)
	if err != nil {
		return fmt.Errorf("keep answer: %w", err)
	}
	return tx.InsertCommand(ctx, db.InsertCommandParams{
		WorkspaceID: actor.WorkspaceID, ID: command.GetId(), AgentID: actor.AgentID, Kind: kindOf(command),
		Answer: base64.StdEncoding.EncodeToString(raw), CreatedMs: time.Now().UnixMilli(),
	})
}

// AnswerWithout is a stored answer without the entity that it tells the state of, if that is one of these ids.
func AnswerWithout(stored string, ids map[string]bool) (answer string, changed bool, err error) {
	ack := &hubv1.CommandAck{}
	raw, err := base64.StdEncoding.DecodeString(stored)
	if err == nil {
		err = proto.Unmarshal(raw, ack)
	}
	if err != nil {
		return "", false, fmt.Errorf("read stored answer: %w", err)
	}
	current := ack.GetRefusal().GetCurrent()
	if !ids[current.GetContact().GetId()] && !ids[current.GetConversation().GetId()] {
		return stored, false, nil
	}
	ack.Refusal.Current = nil
	if raw, err = proto.Marshal(ack); err != nil {
		return "", false, fmt.Errorf("keep answer: %w", err)
	}
	return base64.StdEncoding.EncodeToString(raw), true, nil
}

// run is one command being carried out.
type run struct {
	inbox *Inbox
	tx    *store.Tx
	actor access.Actor
	sight *scope.Sight
	id    string
	nowMs int64
}

func (r *run) do(ctx context.Context, command *hubv1.Command) (*hubv1.Refusal, error) {
	if command.GetExpiresMs() > 0 && r.nowMs > command.GetExpiresMs() {
		return refuse(RefusedExpired, "the command has expired"), nil
	}
	if refusal, err := r.allowed(ctx, command); refusal != nil || err != nil {
		return refusal, err
	}
	switch action := command.GetAction().(type) {
	case *hubv1.Command_Assign:
		return r.assign(ctx, action.Assign)
	case *hubv1.Command_SendToInbox:
		return r.sendToInbox(ctx, action.SendToInbox)
	case *hubv1.Command_EndChat:
		return r.endChat(ctx, action.EndChat)
	case *hubv1.Command_SubmitWrapUp:
		return r.submitWrapUp(ctx, action.SubmitWrapUp)
	case *hubv1.Command_DismissWrapUp:
		return r.closeWrapUp(ctx, action.DismissWrapUp.GetConversationId(), "")
	case *hubv1.Command_SendMessage:
		return r.sendMessage(ctx, action.SendMessage)
	case *hubv1.Command_SaveNote:
		return r.saveNote(ctx, action.SaveNote)
	case *hubv1.Command_MarkRead:
		return r.markRead(ctx, action.MarkRead)
	case *hubv1.Command_UpdateContact:
		return r.updateContact(ctx, action.UpdateContact)
	case *hubv1.Command_ResolveUnconfirmed:
		return r.resolve(ctx, action.ResolveUnconfirmed)
	case *hubv1.Command_React:
		return r.react(ctx, action.React)
	case *hubv1.Command_MergeContacts:
		return r.merge(ctx, action.MergeContacts)
	case *hubv1.Command_UndoMerge:
		return r.undoMerge(ctx, action.UndoMerge.GetMergedId())
	case *hubv1.Command_DismissSuggestion:
		return r.dismissSuggestion(ctx, action.DismissSuggestion.GetContactId())
	case *hubv1.Command_Transfer:
		return r.transfer(ctx, action.Transfer)
	case *hubv1.Command_SetStatus:
		return r.setStatus(ctx, action.SetStatus)
	case *hubv1.Command_RejectOffer:
		return r.rejectOffer(ctx, action.RejectOffer.GetConversationId())
	case *hubv1.Command_ChangeQueue:
		return r.changeQueue(ctx, action.ChangeQueue)
	case *hubv1.Command_ChangeTouchpoint:
		return r.changeTouchpoint(ctx, action.ChangeTouchpoint)
	case *hubv1.Command_SaveQuickReply:
		return r.saveQuickReply(ctx, action.SaveQuickReply)
	case *hubv1.Command_DeleteQuickReply:
		return r.deleteQuickReply(ctx, action.DeleteQuickReply.GetId())
	default:
		return refuse(RefusedInvalid, "the hub does not know this command"), nil
	}
}

// kindOf names a command's action, for the record.
func kindOf(command *hubv1.Command) string {
	m := command.ProtoReflect()
	if field := m.WhichOneof(m.Descriptor().Oneofs().ByName("action")); field != nil {
		return string(field.Name())
	}
	return ""
}

func refuse(code, message string) *hubv1.Refusal {
	return &hubv1.Refusal{Code: code, Message: message}
}

// whyNot explains a conditional update that found no row.
func (r *run) whyNot(ctx context.Context, conversationID string) (*hubv1.Refusal, error) {
	row, err := r.tx.Conversation(ctx, db.ConversationParams{WorkspaceID: r.actor.WorkspaceID, ID: conversationID})
	if store.NotFound(err) {
		return refuse(RefusedNotFound, "there is no such conversation"), nil
	}
	if err != nil {
		return nil, fmt.Errorf("read conversation: %w", err)
	}
	refusal := refuse(RefusedStatus, "the conversation is "+row.Status)
	if row.AssigneeID != "" && row.AssigneeID != r.actor.AgentID && row.Status != string(conversation.StatusClosed) {
		refusal = refuse(RefusedNotYours, "somebody else has the conversation")
		refusal.AgentId, refusal.SinceMs = row.AssigneeID, row.AssignedMs
	}
	refusal.Current = feed.ConversationEntity(row)
	return refusal, nil
}

// held is the conversation that the command is about, as it is until the end of the transaction; false when there is none.
func (r *run) held(ctx context.Context, id string) (db.Conversation, bool, error) {
	row, err := r.sight.Find(ctx, id)
	if err != nil || row == nil {
		return db.Conversation{}, false, err
	}
	return *row, true, nil
}

// changed notes a conversation's new state, and adds the line that tells of it to the thread. The conditional
// update has taken the line's number.
func (r *run) changed(ctx context.Context, row db.Conversation, kind conversation.Kind) error {
	return r.told(ctx, row, channel.Content{Kind: kind})
}

// told is changed for a line that says more than its kind.
func (r *run) told(ctx context.Context, row db.Conversation, what channel.Content) error {
	return thread.Tell(ctx, r.tx, row, r.actor.AgentID, what, r.nowMs)
}
