package inbox

import (
	"context"
	"encoding/json"
	"fmt"

	"parley/backend/conversation"
	"parley/backend/hub/ingest"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// moved is what a merge gave to the kept contact, so that it can be given back.
type moved struct {
	Identities    []store.IdentityKey `json:"identities"`
	Conversations []string            `json:"conversations"`
}

// merge gives everything of one contact to another one. The merged contact stays, pointing to the kept one, so that it
// can be undone.
func (r *run) merge(ctx context.Context, m *hubv1.MergeContacts) (*hubv1.Refusal, error) {
	// First of all, so that webhooks under way are finished and later ones see the new owner of every identity.
	if err := r.tx.BumpMerges(ctx, r.actor.WorkspaceID); err != nil {
		return nil, fmt.Errorf("merge contacts: %w", err)
	}
	kept, merged, refusal, err := r.twoContacts(ctx, m.GetKeptId(), m.GetMergedId())
	if refusal != nil || err != nil {
		return refusal, err
	}
	if refusal, err := r.mergeable(ctx, kept, merged); refusal != nil || err != nil {
		return refusal, err
	}
	given, err := r.moveAll(ctx, merged.ID, kept.ID)
	if err != nil {
		return nil, fmt.Errorf("merge contacts: %w", err)
	}
	text, err := json.Marshal(given)
	if err != nil {
		return nil, fmt.Errorf("merge contacts: %w", err)
	}
	if err := r.tx.PutContactMerge(ctx, db.PutContactMergeParams{
		WorkspaceID: r.actor.WorkspaceID, MergedID: merged.ID, KeptID: kept.ID, AgentID: r.actor.AgentID, AtMs: r.nowMs, Moved: string(text),
	}); err != nil {
		return nil, fmt.Errorf("merge contacts: %w", err)
	}
	merged.MergedInto = kept.ID
	complete(&kept, merged)
	for _, c := range []*db.Contact{&kept, &merged} {
		c.SuggestedID, c.SuggestedReason = "", ""
	}
	return nil, r.putContacts(ctx, kept, merged)
}

// complete fills in what the kept contact does not have.
func complete(kept *db.Contact, merged db.Contact) {
	for _, field := range []struct {
		to   *string
		from string
	}{{&kept.Name, merged.Name}, {&kept.Number, merged.Number}, {&kept.Email, merged.Email}, {&kept.Username, merged.Username}} {
		if *field.to == "" {
			*field.to = field.from
		}
	}
}

// twoContacts reads and locks both, in a fixed order.
func (r *run) twoContacts(ctx context.Context, firstID, secondID string) (first, second db.Contact, refusal *hubv1.Refusal, err error) {
	if firstID == secondID {
		return first, second, refuse(RefusedInvalid, "a contact cannot be merged with itself"), nil
	}
	rows, err := r.tx.LoadContacts(ctx, []string{min(firstID, secondID), max(firstID, secondID)})
	if err != nil {
		return first, second, nil, fmt.Errorf("read contacts: %w", err)
	}
	if len(rows) != 2 {
		return first, second, refuse(RefusedNotFound, "there is no such contact"), nil
	}
	if rows[0].ID != firstID {
		rows[0], rows[1] = rows[1], rows[0]
	}
	return rows[0], rows[1], nil, nil
}

// mergeable says why two contacts cannot be merged now.
func (r *run) mergeable(ctx context.Context, kept, merged db.Contact) (*hubv1.Refusal, error) {
	if kept.MergedInto != "" || merged.MergedInto != "" {
		return refuse(RefusedConflict, "one of them has been merged already"), nil
	}
	open := map[string]int{}
	for _, c := range []db.Contact{kept, merged} {
		unsent, err := r.tx.UnsentOf(ctx, db.UnsentOfParams{WorkspaceID: r.actor.WorkspaceID, ContactID: c.ID})
		if err != nil {
			return nil, fmt.Errorf("look for unsent messages: %w", err)
		}
		if unsent > 0 {
			return refuse(RefusedConflict, "a message to one of them is still being sent"), nil
		}
		conversations, err := r.tx.ConversationsOfContact(ctx, db.ConversationsOfContactParams{WorkspaceID: r.actor.WorkspaceID, ContactID: c.ID})
		if err != nil {
			return nil, fmt.Errorf("read conversations: %w", err)
		}
		for _, row := range conversations {
			if conversation.Status(row.Status).Open() {
				open[row.TouchpointID]++
			}
		}
	}
	for _, n := range open {
		if n > 1 {
			return refuse(RefusedConflict, "both have an open conversation on the same touchpoint"), nil
		}
	}
	return nil, nil
}

// moveAll gives a contact's identities and conversations to another one.
func (r *run) moveAll(ctx context.Context, fromID, toID string) (moved, error) {
	var given moved
	identities, err := r.tx.MoveIdentities(ctx, db.MoveIdentitiesParams{WorkspaceID: r.actor.WorkspaceID, ToID: toID, FromID: fromID})
	if err != nil {
		return given, fmt.Errorf("move identities: %w", err)
	}
	for _, row := range identities {
		given.Identities = append(given.Identities, store.IdentityKey{Channel: row.Channel, Kind: row.Kind, Scope: row.Scope, Value: row.Value})
	}
	conversations, err := r.tx.ConversationsOfContact(ctx, db.ConversationsOfContactParams{WorkspaceID: r.actor.WorkspaceID, ContactID: fromID})
	if err != nil {
		return given, fmt.Errorf("read conversations: %w", err)
	}
	for _, row := range conversations {
		given.Conversations = append(given.Conversations, row.ID)
	}
	return given, r.moveConversations(ctx, given.Conversations, fromID, toID)
}

func (r *run) moveConversations(ctx context.Context, ids []string, fromID, toID string) error {
	for _, id := range ids {
		n, err := r.tx.MoveConversation(ctx, db.MoveConversationParams{WorkspaceID: r.actor.WorkspaceID, ID: id, ToID: toID, FromID: fromID})
		if err != nil {
			return fmt.Errorf("move conversation: %w", err)
		}
		if n == 0 {
			continue // it has been moved on since
		}
		if err := r.tx.MoveMessages(ctx, db.MoveMessagesParams{WorkspaceID: r.actor.WorkspaceID, ConversationID: id, ToID: toID}); err != nil {
			return fmt.Errorf("move messages: %w", err)
		}
		r.tx.Changed(store.TypeConversation, id)
	}
	return nil
}

// undoMerge gives a merged contact back what it had. What came since stays with the contact that it came to.
func (r *run) undoMerge(ctx context.Context, mergedID string) (*hubv1.Refusal, error) {
	if err := r.tx.BumpMerges(ctx, r.actor.WorkspaceID); err != nil {
		return nil, fmt.Errorf("undo merge: %w", err)
	}
	record, err := r.tx.ContactMerge(ctx, db.ContactMergeParams{WorkspaceID: r.actor.WorkspaceID, MergedID: mergedID})
	if store.NotFound(err) {
		return refuse(RefusedNotFound, "the contact has not been merged"), nil
	}
	if err != nil {
		return nil, fmt.Errorf("undo merge: %w", err)
	}
	kept, merged, refusal, err := r.twoContacts(ctx, record.KeptID, mergedID)
	if refusal != nil || err != nil {
		return refusal, err
	}
	if unsent, err := r.tx.UnsentOf(ctx, db.UnsentOfParams{WorkspaceID: r.actor.WorkspaceID, ContactID: kept.ID}); err != nil || unsent > 0 {
		return refuse(RefusedConflict, "a message to them is still being sent"), err
	}
	var given moved
	if err := json.Unmarshal([]byte(record.Moved), &given); err != nil {
		return nil, fmt.Errorf("undo merge: %w", err)
	}
	for _, key := range given.Identities {
		if err := r.tx.MoveIdentity(ctx, db.MoveIdentityParams{
			WorkspaceID: r.actor.WorkspaceID, Channel: key.Channel, Kind: key.Kind, Scope: key.Scope, Value: key.Value, FromID: kept.ID, ToID: mergedID,
		}); err != nil {
			return nil, fmt.Errorf("undo merge: %w", err)
		}
	}
	if err := r.moveConversations(ctx, given.Conversations, kept.ID, mergedID); err != nil {
		return nil, fmt.Errorf("undo merge: %w", err)
	}
	if err := r.tx.DropContactMerge(ctx, db.DropContactMergeParams{WorkspaceID: r.actor.WorkspaceID, MergedID: mergedID}); err != nil {
		return nil, fmt.Errorf("undo merge: %w", err)
	}
	if err := r.tx.PutContactUnmerge(ctx, db.PutContactUnmergeParams{
		WorkspaceID: r.actor.WorkspaceID, MergedID: mergedID, KeptID: kept.ID,
		MergedBy: record.AgentID, MergedMs: record.AtMs, UndoneBy: r.actor.AgentID, UndoneMs: r.nowMs,
	}); err != nil {
		return nil, fmt.Errorf("undo merge: %w", err)
	}
	merged.MergedInto = ""
	return nil, r.putContacts(ctx, kept, merged)
}

// dismissSuggestion remembers that two contacts are different people.
func (r *run) dismissSuggestion(ctx context.Context, contactID string) (*hubv1.Refusal, error) {
	rows, err := r.tx.LoadContacts(ctx, []string{contactID})
	if err != nil {
		return nil, fmt.Errorf("dismiss suggestion: %w", err)
	}
	if len(rows) == 0 {
		return refuse(RefusedNotFound, "there is no such contact"), nil
	}
	contact := rows[0]
	if contact.SuggestedID == "" {
		return nil, nil
	}
	if err := r.tx.PutContactApart(ctx, db.PutContactApartParams{
		WorkspaceID: r.actor.WorkspaceID, LowID: min(contactID, contact.SuggestedID), HighID: max(contactID, contact.SuggestedID),
	}); err != nil {
		return nil, fmt.Errorf("dismiss suggestion: %w", err)
	}
	contact.SuggestedID, contact.SuggestedReason = "", ""
	return nil, r.putContacts(ctx, contact)
}

// suggestByNumber suggests the contact whom a channel knows by a number that an agent has written down for another one.
func (r *run) suggestByNumber(ctx context.Context, contactID, number string) error {
	if len(number) < 2 {
		return nil
	}
	owner, err := r.tx.Identity(ctx, db.IdentityParams{
		WorkspaceID: r.actor.WorkspaceID, Channel: string(conversation.ChannelWhatsApp), Kind: store.IdentityPhone, Value: number[1:],
	})
	if store.NotFound(err) || err == nil && owner.ContactID == contactID {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for the number: %w", err)
	}
	apart, err := r.tx.ContactsApart(ctx, db.ContactsApartParams{
		WorkspaceID: r.actor.WorkspaceID, LowID: min(contactID, owner.ContactID), HighID: max(contactID, owner.ContactID),
	})
	if err != nil || apart > 0 {
		return err
	}
	rows, err := r.tx.LoadContacts(ctx, []string{contactID})
	if err != nil || len(rows) == 0 {
		return err
	}
	rows[0].SuggestedID, rows[0].SuggestedReason = owner.ContactID, ingest.SuggestedNumber
	return r.putContacts(ctx, rows[0])
}

// putContacts writes contacts with a new version.
func (r *run) putContacts(ctx context.Context, contacts ...db.Contact) error {
	for i := range contacts {
		contacts[i].Version++
		r.tx.Changed(store.TypeContact, contacts[i].ID)
	}
	if err := r.tx.Write(ctx, store.Rows{Contacts: contacts}); err != nil {
		return fmt.Errorf("write contacts: %w", err)
	}
	return nil
}
