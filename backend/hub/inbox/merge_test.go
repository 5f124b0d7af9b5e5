package inbox_test

import (
	"testing"

	"parley/backend/conversation"
	"parley/backend/hub/inbox"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func (r *room) contact(t *testing.T, id string) db.Contact {
	t.Helper()
	row, err := r.Store.Read().Contact(t.Context(), db.ContactParams{WorkspaceID: r.ID, ID: id})
	if err != nil {
		t.Fatal(err)
	}
	return row
}

func (r *room) identities(t *testing.T, contactID string) int {
	t.Helper()
	rows, err := r.Store.Read().Identities(t.Context(), db.IdentitiesParams{WorkspaceID: r.ID, ContactID: contactID})
	if err != nil {
		t.Fatal(err)
	}
	return len(rows)
}

func merge(kept, merged string) *hubv1.Command {
	return &hubv1.Command{Action: &hubv1.Command_MergeContacts{MergeContacts: &hubv1.MergeContacts{KeptId: kept, MergedId: merged}}}
}

func undo(merged string) *hubv1.Command {
	return &hubv1.Command{Action: &hubv1.Command_UndoMerge{UndoMerge: &hubv1.UndoMerge{MergedId: merged}}}
}

// Two contacts that are one person get one history, and a mistake is taken back without loss.
func TestMerge(t *testing.T) {
	t.Parallel()
	onEach(t, 1, func(t *testing.T, r *room) {
		closed := func(t *testing.T) db.Conversation { return r.in(t, conversation.StatusClosed, r.Agents[0]) }
		t.Run("moves_everything_and_can_be_undone", func(t *testing.T) {
			kept, merged := r.in(t, conversation.StatusAssigned, r.Agents[0]), closed(t)
			if code := r.refused(t, merge(kept.ContactID, merged.ContactID)); code != "" {
				t.Fatal(code)
			}
			if got := r.Reread(t, merged.ID); got.ContactID != kept.ContactID || got.Version == merged.Version {
				t.Errorf("the conversation did not move: %+v", got)
			}
			if m := r.Thread(t, merged.ID)[0]; m.ContactID != kept.ContactID {
				t.Error("its messages did not move")
			}
			if r.identities(t, kept.ContactID) != 2 || r.identities(t, merged.ContactID) != 0 {
				t.Error("what channels know them by did not move")
			}
			if r.contact(t, merged.ContactID).MergedInto != kept.ContactID {
				t.Error("the merged contact does not say where it went")
			}
			if code := r.refused(t, undo(merged.ContactID)); code != "" {
				t.Fatal(code)
			}
			if got := r.Reread(t, merged.ID); got.ContactID != merged.ContactID {
				t.Error("the conversation did not come back")
			}
			if r.identities(t, kept.ContactID) != 1 || r.identities(t, merged.ContactID) != 1 || r.contact(t, merged.ContactID).MergedInto != "" {
				t.Error("the contact did not come back whole")
			}
			if code := r.refused(t, undo(merged.ContactID)); code != inbox.RefusedNotFound {
				t.Errorf("undone twice: %q", code)
			}
		})
		t.Run("not_while_both_have_an_open_conversation_on_one_touchpoint", func(t *testing.T) {
			kept, merged := r.in(t, conversation.StatusAssigned, r.Agents[0]), r.in(t, conversation.StatusQueued, r.Agents[0])
			before := r.head(t)
			if code := r.refused(t, merge(kept.ContactID, merged.ContactID)); code != inbox.RefusedConflict {
				t.Errorf("got %q", code)
			}
			if r.head(t) != before {
				t.Error("a refusal changed something")
			}
		})
		t.Run("not_while_a_message_is_under_way", func(t *testing.T) {
			kept, merged := r.in(t, conversation.StatusAssigned, r.Agents[0]), closed(t)
			r.execute(t, r.Agents[0], &hubv1.Command{Action: &hubv1.Command_SendMessage{SendMessage: &hubv1.SendMessage{ConversationId: kept.ID, Text: "hi"}}})
			if code := r.refused(t, merge(kept.ContactID, merged.ContactID)); code != inbox.RefusedConflict {
				t.Errorf("got %q", code)
			}
		})
		t.Run("not_with_itself_or_nobody_or_twice", func(t *testing.T) {
			a, b, c := closed(t), closed(t), closed(t)
			for code, command := range map[string]*hubv1.Command{
				inbox.RefusedInvalid: merge(a.ContactID, a.ContactID), inbox.RefusedNotFound: merge(a.ContactID, conversation.NewID()),
			} {
				if got := r.refused(t, command); got != code {
					t.Errorf("got %q, want %q", got, code)
				}
			}
			r.execute(t, r.Agents[0], merge(a.ContactID, b.ContactID))
			if got := r.refused(t, merge(c.ContactID, b.ContactID)); got != inbox.RefusedConflict {
				t.Errorf("got %q", got)
			}
		})
	})
}

// A suggestion that a person has turned down does not come back.
func TestSuggestion(t *testing.T) {
	t.Parallel()
	onEach(t, 1, func(t *testing.T, r *room) {
		owner, other := r.in(t, conversation.StatusClosed, r.Agents[0]), r.in(t, conversation.StatusClosed, r.Agents[0])
		if _, err := r.Store.InTx(t.Context(), r.ID, func(tx *store.Tx) error {
			return tx.InsertContactIdentity(t.Context(), db.InsertContactIdentityParams{
				WorkspaceID: r.ID, Channel: "whatsapp", Kind: "phone", Value: "351912345678", ContactID: owner.ContactID,
			})
		}); err != nil {
			t.Fatal(err)
		}
		number := func(text string) {
			r.execute(t, r.Agents[0], &hubv1.Command{Action: &hubv1.Command_UpdateContact{UpdateContact: &hubv1.UpdateContact{
				ContactId: other.ContactID, Name: "Zoë", Number: text,
			}}})
		}
		number("+351 912 345 678")
		if c := r.contact(t, other.ContactID); c.SuggestedID != owner.ContactID || c.SuggestedReason != "number" {
			t.Fatalf("nobody is suggested: %+v", c)
		}
		r.execute(t, r.Agents[0], &hubv1.Command{Action: &hubv1.Command_DismissSuggestion{DismissSuggestion: &hubv1.DismissSuggestion{ContactId: other.ContactID}}})
		number("")
		number("+351 912 345 678")
		if c := r.contact(t, other.ContactID); c.SuggestedID != "" {
			t.Error("the suggestion came back")
		}
	})
}
