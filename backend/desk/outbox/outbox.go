package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"parley/backend/conversation"
	"parley/backend/desk/cache"
	"parley/backend/desk/clock"
	"parley/backend/desk/hubclient"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Hub is what the outbox needs of the hub; hubclient.Client is one.
type Hub interface {
	Execute(ctx context.Context, command *hubv1.Command) (*hubv1.CommandAck, error)
	Upload(ctx context.Context, o hubclient.Outgoing) (hubclient.Media, error)
}

// Options are the parts of an Outbox; all are needed. Functions are called from its goroutines and must not block.
type Options struct {
	Hub       Hub
	Cache     *cache.Cache
	Clock     clock.Clock
	Log       *slog.Logger
	HubNowMs  func() int64                                // the hub's time
	Reachable func() bool                                 // whether the hub is thought to be there
	FilePath  func(attachmentID string) string            // where an attachment's bytes are
	Uploaded  func(a cache.Attachment, m hubclient.Media) // the file is the hub's, too
	Changed   func(Change)
}

// Change says that commands came, were answered or went.
type Change struct {
	ConversationID string
	MessageIDs     []string // sends that look different
	Notes          bool     // a note looks different
	Refused        []Refused
}

// Refused is a command that was given back after its maker had stopped waiting.
type Refused struct {
	ConversationID string
	CommandID      string // of a send: the id its message had
	Kind           string
	Refusal        *hubv1.Refusal
}

// Waits of Submit, and how long a command that needs the hub is meant.
const (
	answerWait = 3 * time.Second
	nowValid   = 10 * time.Second
)

// needsHub reports whether a command is about the state of this moment, which an agent has to see: it is not kept
// for later.
func needsHub(command *hubv1.Command) bool {
	switch command.GetAction().(type) {
	case *hubv1.Command_Assign, *hubv1.Command_Transfer, *hubv1.Command_MergeContacts, *hubv1.Command_UndoMerge,
		*hubv1.Command_SaveQuickReply, *hubv1.Command_DeleteQuickReply,
		*hubv1.Command_RejectOffer, *hubv1.Command_ChangeQueue, *hubv1.Command_ChangeTouchpoint:
		return true
	}
	return false
}

// endsRest reports whether a command says that what rests before it is meant: who closes the wrap-up has ended the chat.
func endsRest(command *hubv1.Command) bool {
	switch command.GetAction().(type) {
	case *hubv1.Command_SubmitWrapUp, *hubv1.Command_DismissWrapUp:
		return true
	}
	return false
}

// Rest writes a command that goes out after a while and can be taken back until then. It does not wait.
func (o *Outbox) Rest(ctx context.Context, command *hubv1.Command, conversationID string, rest time.Duration) error {
	row := o.Row(command, conversationID)
	row.NotBeforeMs = row.CreatedMs + rest.Milliseconds()
	if err := o.Cache.UpdateDurably(ctx, func(tx *cache.Tx) error { return tx.AddOutbox(ctx, row) }); err != nil {
		return fmt.Errorf("keep command: %w", err)
	}
	o.Changed(changeOf(row))
	o.Wake()
	return nil
}

// TakeBack removes a resting command of a conversation, named as the contract names its action. taken is false when it
// has gone out, or there is none.
func (o *Outbox) TakeBack(ctx context.Context, conversationID, kind string) (taken bool, err error) {
	err = o.Cache.UpdateDurably(ctx, func(tx *cache.Tx) (err error) {
		taken, err = tx.TakeBackOutbox(ctx, conversationID, kind, o.HubNowMs())
		return err
	})
	if err != nil {
		return false, fmt.Errorf("take command back: %w", err)
	}
	if taken {
		o.Changed(Change{ConversationID: conversationID})
	}
	return taken, nil
}

// CodeOffline is the refusal of a command that needs the hub when the hub is not there. It is made here.
const CodeOffline = "offline"

// Outbox holds the commands of one desk. Its methods may be called from any goroutine.
type Outbox struct {
	Options
	wake chan struct{}

	uploads uploads

	mu      sync.Mutex
	expects map[string]chan Outcome
	claimed map[string]chan Outcome // their outcome is being recorded
}

// New returns an outbox. Serve does the work.
func New(o Options) *Outbox {
	return &Outbox{Options: o, wake: make(chan struct{}, 1), expects: map[string]chan Outcome{}, claimed: map[string]chan Outcome{}}
}

// OutcomeState is how far a command has come when its maker stops waiting.
type OutcomeState string

// Outcome states.
const (
	Done    OutcomeState = "done"
	Waiting OutcomeState = "waiting" // on this computer; it will be carried out
	Denied  OutcomeState = "refused"
)

// Outcome is the result of a command as far as it is known.
type Outcome struct {
	State   OutcomeState
	Refusal *hubv1.Refusal // with Denied
}

// Row makes an outbox row of a command about a conversation ("" for a contact's). It gives the command its id
// unless it has one, and one that needs the hub its expiry.
func (o *Outbox) Row(command *hubv1.Command, conversationID string) cache.OutboxRow {
	if command.Id == "" {
		command.Id = conversation.NewID()
	}
	now := o.HubNowMs()
	if needsHub(command) {
		command.ExpiresMs = now + nowValid.Milliseconds()
	}
	lane := conversationID
	if contactID := contactOf(command); contactID != "" {
		lane = "contact:" + contactID
	}
	return cache.OutboxRow{
		Lane: lane, ConversationID: conversationID, Kind: kindOf(command), State: cache.OutboxWaiting,
		Command: command, CreatedMs: now,
	}
}

// Submit writes a command and waits a few seconds for its answer, so that a command usually ends as Done while the
// agent looks. After that it is Waiting, and a refusal comes as Change. What needs the hub is not kept for later:
// without a hub it is refused as CodeOffline.
func (o *Outbox) Submit(ctx context.Context, command *hubv1.Command, conversationID string) (Outcome, error) {
	return o.SubmitRow(ctx, o.Row(command, conversationID))
}

// SubmitRow is Submit for a row that was made before, such as one with a file.
func (o *Outbox) SubmitRow(ctx context.Context, row cache.OutboxRow) (Outcome, error) {
	command := row.Command
	now := needsHub(command)
	if now && !o.Reachable() {
		return Outcome{State: Denied, Refusal: &hubv1.Refusal{Code: CodeOffline}}, nil
	}
	answer := o.expect(command.Id)
	defer o.unexpect(command.Id)
	err := o.Cache.UpdateDurably(ctx, func(tx *cache.Tx) error {
		if endsRest(command) {
			if err := tx.ReleaseOutbox(ctx, row.Lane); err != nil {
				return err
			}
		}
		if command.GetSaveNote() != nil { // it is not being written any more
			if err := tx.PutNoteDraft(ctx, cache.NoteDraft{ConversationID: row.ConversationID}); err != nil {
				return err
			}
		}
		return tx.AddOutbox(ctx, row)
	})
	if err != nil {
		return Outcome{}, fmt.Errorf("keep command: %w", err)
	}
	o.Changed(changeOf(row))
	o.Wake()
	if !o.Reachable() {
		return Outcome{State: Waiting}, nil
	}
	wait := answerWait
	if now {
		wait = nowValid + time.Second // its expiry answers
	}
	expired, stop := o.Clock.After(wait)
	defer stop()
	select {
	case outcome := <-answer:
		return outcome, nil
	case <-expired:
	case <-ctx.Done():
	}
	return o.giveUpWaiting(command.Id, answer), nil
}

// Wake makes the runner look for commands, also when it waits after a failure: something new was written, or the
// hub is back.
func (o *Outbox) Wake() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

func (o *Outbox) expect(id string) chan Outcome {
	o.mu.Lock()
	defer o.mu.Unlock()
	answer := make(chan Outcome, 1)
	o.expects[id] = answer
	return answer
}

func (o *Outbox) unexpect(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.expects, id)
}

// giveUpWaiting stops expecting an answer, and takes one that came in the same moment.
func (o *Outbox) giveUpWaiting(id string, answer chan Outcome) Outcome {
	o.mu.Lock()
	_, claimed := o.claimed[id]
	delete(o.expects, id)
	o.mu.Unlock()
	if claimed {
		return <-answer // it is being recorded, for this one to tell
	}
	select {
	case outcome := <-answer:
		return outcome
	default:
		return Outcome{State: Waiting}
	}
}

// claim says that an outcome is about to be recorded. Whoever waits for it waits on, until tell. taken is false when
// nobody does.
func (o *Outbox) claim(id string) (taken bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	answer, taken := o.expects[id]
	if taken {
		delete(o.expects, id)
		o.claimed[id] = answer
	}
	return taken
}

// tell gives an outcome to whoever waits for it. taken is false when nobody does.
func (o *Outbox) tell(id string, outcome Outcome) (taken bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, waiting := range []map[string]chan Outcome{o.expects, o.claimed} {
		if answer, found := waiting[id]; found {
			delete(waiting, id)
			answer <- outcome
			return true
		}
	}
	return false
}

// unclaim says that an outcome could not be recorded: nothing is known of the command after all.
func (o *Outbox) unclaim(id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if answer, found := o.claimed[id]; found {
		delete(o.claimed, id)
		answer <- Outcome{State: Waiting}
	}
}

// contactOf is the contact that a command is about; "" for all others.
func contactOf(command *hubv1.Command) string {
	switch action := command.GetAction().(type) {
	case *hubv1.Command_UpdateContact:
		return action.UpdateContact.ContactId
	case *hubv1.Command_MergeContacts:
		return action.MergeContacts.MergedId
	case *hubv1.Command_UndoMerge:
		return action.UndoMerge.MergedId
	case *hubv1.Command_DismissSuggestion:
		return action.DismissSuggestion.ContactId
	}
	return ""
}

// kindOf names a command as the contract names its action.
func kindOf(command *hubv1.Command) string {
	switch command.GetAction().(type) {
	case *hubv1.Command_Assign:
		return "assign"
	case *hubv1.Command_SendToInbox:
		return "send_to_inbox"
	case *hubv1.Command_EndChat:
		return "end_chat"
	case *hubv1.Command_SubmitWrapUp:
		return "submit_wrap_up"
	case *hubv1.Command_DismissWrapUp:
		return "dismiss_wrap_up"
	case *hubv1.Command_SendMessage:
		return "send_message"
	case *hubv1.Command_SaveNote:
		return "save_note"
	case *hubv1.Command_MarkRead:
		return "mark_read"
	case *hubv1.Command_UpdateContact:
		return "update_contact"
	case *hubv1.Command_ResolveUnconfirmed:
		return "resolve_unconfirmed"
	case *hubv1.Command_React:
		return "react"
	case *hubv1.Command_MergeContacts:
		return "merge_contacts"
	case *hubv1.Command_UndoMerge:
		return "undo_merge"
	case *hubv1.Command_DismissSuggestion:
		return "dismiss_suggestion"
	case *hubv1.Command_Transfer:
		return "transfer"
	case *hubv1.Command_SetStatus:
		return "set_status"
	case *hubv1.Command_SaveQuickReply:
		return "save_quick_reply"
	case *hubv1.Command_DeleteQuickReply:
		return "delete_quick_reply"
	}
	return "unknown"
}

// changeOf says what looks different because of a row.
func changeOf(row cache.OutboxRow) Change {
	change := Change{ConversationID: row.ConversationID, Notes: row.Kind == "save_note"}
	switch row.Kind {
	case "send_message":
		change.MessageIDs = []string{row.Command.Id}
	case "react":
		change.MessageIDs = []string{row.Command.GetReact().GetMessageId()}
	}
	return change
}
