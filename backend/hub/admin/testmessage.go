package admin

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/audit"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/touchpoint"

	"github.com/nyaruka/phonenumbers"
)

// Test is what is sent to see whether a touchpoint works. A WhatsApp number writes to a phone, a template without places or a
// line of text; a Page writes a line of text to somebody who has written to it, within their window.
type Test struct {
	Number, Template, Language string
	ConversationID             string // whose contact a Page writes to
}

// testText is in English: it is read by whoever sets the hub up.
const testText = "This is a test from Parley."

// testContactsMost is how many contacts are offered for a test.
const testContactsMost = 50

// TestContacts are the conversations of a touchpoint whose contacts may be written to now, each contact once, the latest first.
func (c *Channels) TestContacts(ctx context.Context, workspaceID, touchpointID string) ([]db.TestContactsRow, error) {
	if _, known := c.Directory.ByID(workspaceID, touchpointID); !known {
		return nil, ErrNoTouchpoint
	}
	rows, err := c.Store.Read().TestContacts(ctx, db.TestContactsParams{
		WorkspaceID: workspaceID, TouchpointID: touchpointID, NowMs: c.Now().UnixMilli(), N: 4 * testContactsMost,
	})
	if err != nil {
		return nil, fmt.Errorf("list contacts for a test: %w", err)
	}
	seen, contacts := map[string]bool{}, rows[:0]
	for _, row := range rows {
		if !seen[row.ContactID] && len(contacts) < testContactsMost {
			contacts = append(contacts, row)
		}
		seen[row.ContactID] = true
	}
	return contacts, nil
}

// SendTest has a touchpoint write to somebody. A refusal of Meta's is its answer and no error.
func (c *Channels) SendTest(ctx context.Context, by access.Actor, touchpointID string, test Test) (channel.Outcome, error) {
	t, known := c.Directory.ByID(by.WorkspaceID, touchpointID)
	if !known {
		return channel.Outcome{}, ErrNoTouchpoint
	}
	out, err := c.testOf(ctx, t, test)
	if err != nil {
		return channel.Outcome{}, err
	}
	// Written down first: what Meta has taken is never without its entry.
	err = inWorkspace(ctx, c.Store, by, "send test", func(tx *store.Tx) error {
		return note(ctx, tx, by, audit.Entry{Action: audit.TestSent, SubjectID: t.ID, Detail: string(out.Kind)})
	})
	if err != nil {
		return channel.Outcome{}, err
	}
	outcome := t.Adapter.Send(ctx, t.Account, out)
	if err := ctx.Err(); err != nil {
		return outcome, errors.Join(err, errors.New("nobody knows whether Meta has taken the test"))
	}
	return outcome, nil
}

// testOf is the message that a test sends.
func (c *Channels) testOf(ctx context.Context, t *touchpoint.Touchpoint, test Test) (channel.Outgoing, error) {
	out := channel.Outgoing{ClientRef: conversation.NewID(), Kind: conversation.KindText, Text: testText}
	if t.Channel != string(conversation.ChannelWhatsApp) {
		err := c.toContact(ctx, t, test.ConversationID, &out)
		return out, err
	}
	number := international(test.Number)
	if number == "" {
		return out, ErrNumber
	}
	out.To.Phone = strings.TrimPrefix(number, "+")
	if test.Template != "" {
		out.Kind, out.Text = conversation.KindTemplate, ""
		out.Template = &channel.OutgoingTemplate{Name: test.Template, Language: test.Language}
	}
	return out, nil
}

// toContact addresses a test to the contact of a conversation that is open to messages.
func (c *Channels) toContact(ctx context.Context, t *touchpoint.Touchpoint, conversationID string, out *channel.Outgoing) error {
	q := c.Store.Read()
	row, err := q.Conversation(ctx, db.ConversationParams{WorkspaceID: t.WorkspaceID, ID: conversationID})
	if err != nil && !store.NotFound(err) {
		return fmt.Errorf("read conversation: %w", err)
	}
	nowMs := c.Now().UnixMilli()
	if err != nil || row.TouchpointID != t.ID || !(conversation.Window{UntilMs: row.WindowUntilMs}).Open(nowMs) {
		return ErrTestContact
	}
	known, err := q.Identities(ctx, db.IdentitiesParams{WorkspaceID: t.WorkspaceID, ContactID: row.ContactID})
	if err != nil {
		return fmt.Errorf("read identities: %w", err)
	}
	if out.To = t.Address(known); out.To.UserID == "" {
		return ErrTestContact
	}
	out.HumanAgent = t.NeedsHumanAgent(row.LastInboundMs, nowMs)
	return nil
}

// international is a phone number as E.164; "" when it is none.
func international(text string) string {
	number, err := phonenumbers.Parse(strings.TrimSpace(text), "ZZ")
	if err != nil || !phonenumbers.IsPossibleNumber(number) {
		return ""
	}
	return phonenumbers.Format(number, phonenumbers.E164)
}
