package desk

import (
	"context"
	"fmt"
	"time"

	"parley/backend/conversation"
	"parley/backend/desk/cache"
	"parley/backend/desk/outbox"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Assign takes a queued conversation. It needs the hub: without it, it is refused as outbox.CodeOffline.
func (d *Desk) Assign(ctx context.Context, conversationID string) (outbox.Outcome, error) {
	return d.submit(ctx, conversationID, &hubv1.Command{Action: &hubv1.Command_Assign{
		Assign: &hubv1.Assign{ConversationId: conversationID},
	}})
}

// RejectOffer lets a conversation that is offered to the agent go to the next one; Assign accepts it. It needs the hub.
func (d *Desk) RejectOffer(ctx context.Context, conversationID string) (outbox.Outcome, error) {
	return d.submit(ctx, conversationID, &hubv1.Command{Action: &hubv1.Command_RejectOffer{
		RejectOffer: &hubv1.RejectOffer{ConversationId: conversationID},
	}})
}

// ChangeQueue says how a queue's conversations find their agent. It needs the hub, which refuses everybody but admins.
func (d *Desk) ChangeQueue(ctx context.Context, queueID string, routing *hubv1.Routing) (outbox.Outcome, error) {
	return d.submit(ctx, "", &hubv1.Command{Action: &hubv1.Command_ChangeQueue{
		ChangeQueue: &hubv1.ChangeQueue{QueueId: queueID, Routing: routing},
	}})
}

// ChangeTouchpoint sets what can be changed of a touchpoint. It needs the hub, which refuses everybody but admins.
func (d *Desk) ChangeTouchpoint(ctx context.Context, change *hubv1.ChangeTouchpoint) (outbox.Outcome, error) {
	return d.submit(ctx, "", &hubv1.Command{Action: &hubv1.Command_ChangeTouchpoint{ChangeTouchpoint: change}})
}

// SendToInbox gives a conversation back to its queue, with a note unless that is empty.
func (d *Desk) SendToInbox(ctx context.Context, conversationID, note string) (outbox.Outcome, error) {
	return d.submit(ctx, conversationID, &hubv1.Command{Action: &hubv1.Command_SendToInbox{
		SendToInbox: &hubv1.SendToInbox{ConversationId: conversationID, Note: conversation.CleanText(note)},
	}})
}

// Transfer gives a conversation to an agent or into a queue, one of which is "", with a note unless that is empty. It needs
// the hub: without it, it is refused as outbox.CodeOffline.
func (d *Desk) Transfer(ctx context.Context, conversationID, agentID, queueID, note string) (outbox.Outcome, error) {
	return d.submit(ctx, conversationID, &hubv1.Command{Action: &hubv1.Command_Transfer{
		Transfer: &hubv1.Transfer{ConversationId: conversationID, ToAgentId: agentID, ToQueueId: queueID, Note: conversation.CleanText(note)},
	}})
}

// Loads asks the hub how much each agent has now.
func (d *Desk) Loads(ctx context.Context) ([]*hubv1.Load, error) { return d.hub.ListLoads(ctx) }

// Wallboard is how the team stands now. It asks the hub.
func (d *Desk) Wallboard(ctx context.Context) (*hubv1.WallboardResponse, error) {
	return d.hub.Wallboard(ctx)
}

// SetStatus says whether the agent is there, by a word of their own unless that is "".
func (d *Desk) SetStatus(ctx context.Context, presence conversation.Presence, text string) (outbox.Outcome, error) {
	outcome, err := d.submit(ctx, "", &hubv1.Command{Action: &hubv1.Command_SetStatus{
		SetStatus: &hubv1.SetStatus{Status: string(presence), Text: conversation.CleanText(text)},
	}})
	d.emit(Event{Kind: EventWorkspace})
	return outcome, err
}

// endRest is how long an End Chat can be taken back.
const endRest = 10 * time.Second

// EndChat ends a conversation: to wrap-up where the touchpoint has it, else closed. It looks so at once, and rests on this
// computer for ten seconds, in which UndoEndChat takes it back; the wrap-up ends that rest. When the contact writes
// before the hub knows, the chat goes on.
func (d *Desk) EndChat(ctx context.Context, conversationID string) (outbox.Outcome, error) {
	rows, err := d.Conversations(ctx, []string{conversationID})
	if err != nil {
		return outbox.Outcome{}, fmt.Errorf("end chat: %w", err)
	}
	if len(rows) == 0 {
		return outbox.Outcome{}, fmt.Errorf("end chat: %w", ErrNotFound)
	}
	if rows[0].Pending == "end_chat" {
		return outbox.Outcome{State: outbox.Waiting}, nil
	}
	err = d.outbox.Rest(ctx, &hubv1.Command{Action: &hubv1.Command_EndChat{
		EndChat: &hubv1.EndChat{ConversationId: conversationID, SeenMessageId: rows[0].LastInboundId},
	}}, conversationID, endRest)
	return outbox.Outcome{State: outbox.Waiting}, err
}

// UndoEndChat takes an End Chat back that still rests. It is refused as "status" when it has gone out.
func (d *Desk) UndoEndChat(ctx context.Context, conversationID string) (outbox.Outcome, error) {
	taken, err := d.outbox.TakeBack(ctx, conversationID, "end_chat")
	if err != nil || taken {
		return outbox.Outcome{State: outbox.Done}, err
	}
	return outbox.Outcome{State: outbox.Denied, Refusal: &hubv1.Refusal{Code: "status"}}, nil
}

// SubmitWrapUp closes a conversation with a disposition.
func (d *Desk) SubmitWrapUp(ctx context.Context, conversationID, dispositionID string) (outbox.Outcome, error) {
	return d.submit(ctx, conversationID, &hubv1.Command{Action: &hubv1.Command_SubmitWrapUp{
		SubmitWrapUp: &hubv1.SubmitWrapUp{ConversationId: conversationID, DispositionId: dispositionID},
	}})
}

// DismissWrapUp closes a conversation without one.
func (d *Desk) DismissWrapUp(ctx context.Context, conversationID string) (outbox.Outcome, error) {
	return d.submit(ctx, conversationID, &hubv1.Command{Action: &hubv1.Command_DismissWrapUp{
		DismissWrapUp: &hubv1.DismissWrapUp{ConversationId: conversationID},
	}})
}

// ResolveUnconfirmed is the agent's decision about a message whose outcome is not known: send it again, or give it up.
func (d *Desk) ResolveUnconfirmed(ctx context.Context, messageID string, sendAgain bool) (outbox.Outcome, error) {
	message, err := d.cache.Read().Message(ctx, messageID)
	if err != nil {
		return outbox.Outcome{}, err
	}
	if message == nil {
		return outbox.Outcome{}, fmt.Errorf("resolve message: %w", ErrNotFound)
	}
	return d.submit(ctx, message.ConversationId, &hubv1.Command{Action: &hubv1.Command_ResolveUnconfirmed{
		ResolveUnconfirmed: &hubv1.ResolveUnconfirmed{MessageId: messageID, SendAgain: sendAgain},
	}})
}

// SaveNote writes a note (noteID "") or replaces one.
func (d *Desk) SaveNote(ctx context.Context, conversationID, noteID, text string) (outbox.Outcome, error) {
	if noteID == "" {
		noteID = conversation.NewID()
	}
	return d.submit(ctx, conversationID, &hubv1.Command{Action: &hubv1.Command_SaveNote{
		SaveNote: &hubv1.SaveNote{ConversationId: conversationID, NoteId: noteID, Text: conversation.CleanText(text)},
	}})
}

// UpdateContact replaces what agents know of a contact: name, number and email of edited.
func (d *Desk) UpdateContact(ctx context.Context, edited *hubv1.Contact) (outbox.Outcome, error) {
	outcome, err := d.outbox.Submit(ctx, &hubv1.Command{Action: &hubv1.Command_UpdateContact{
		UpdateContact: &hubv1.UpdateContact{
			ContactId: edited.Id, Name: conversation.CleanText(edited.Name),
			Number: conversation.CleanText(edited.Number), Email: conversation.CleanText(edited.Email),
		},
	}}, "")
	if err != nil {
		return outcome, err
	}
	return outcome, d.contactChanged(ctx, edited.Id)
}

// MarkRead records that the agent has seen everything up to a message. It does not wait: the hub and the contact's
// phone learn of it when they can. What has been read already is not said again.
func (d *Desk) MarkRead(ctx context.Context, conversationID, messageID string) error {
	rows, err := d.Conversations(ctx, []string{conversationID})
	if err != nil {
		return fmt.Errorf("mark read: %w", err)
	}
	if len(rows) == 0 || rows[0].Unread == 0 && rows[0].TransferredBy == "" {
		return nil
	}
	message, err := d.cache.Read().Message(ctx, messageID)
	if err != nil || message == nil || message.ConversationId != conversationID {
		return err // not a message of the feed: a later mark will do
	}
	row := d.outbox.Row(&hubv1.Command{Action: &hubv1.Command_MarkRead{
		MarkRead: &hubv1.MarkRead{ConversationId: conversationID, MessageId: messageID},
	}}, conversationID)
	if err := d.cache.Update(ctx, func(tx *cache.Tx) error { return tx.AddOutbox(ctx, row) }); err != nil {
		return fmt.Errorf("mark read: %w", err)
	}
	d.outbox.Wake()
	d.emit(Event{Kind: EventConversations, IDs: []string{conversationID}})
	d.alerter.wake(false)
	return nil
}

func (d *Desk) submit(ctx context.Context, conversationID string, command *hubv1.Command) (outbox.Outcome, error) {
	return d.outbox.Submit(ctx, command, conversationID)
}
