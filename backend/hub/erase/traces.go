package erase

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"strings"

	"parley/backend/hub/inbox"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

const (
	bodiesAtOnce = 20 // whole webhooks
	rowsAtOnce   = 500
)

// traces removes a contact from what is kept beside conversations: what was not understood of webhooks, statuses that wait for
// their message, and stored answers to commands.
func (j *job) traces(ctx context.Context) error {
	known, err := j.parts(ctx, partKnown)
	if err != nil {
		return err
	}
	if len(known) > 0 {
		for _, step := range []func(context.Context, []string) error{j.deadWebhooks, j.deadLetters, j.parked} {
			if err := step(ctx, known); err != nil {
				return fmt.Errorf("remove what was not understood: %w", err)
			}
		}
	}
	if err := j.answers(ctx); err != nil {
		return fmt.Errorf("blank stored answers: %w", err)
	}
	return nil
}

// names reports whether a text holds something that a contact is known by.
func names(text []byte, known []string) bool {
	for _, value := range known {
		if bytes.Contains(text, []byte(value)) {
			return true
		}
	}
	return false
}

// deadWebhooks removes webhooks that name the contact. What they hold of others can be read, and not be worked in again.
func (j *job) deadWebhooks(ctx context.Context, known []string) error {
	for after := ""; ; {
		rows, err := j.Store.Read().DeadWebhooks(ctx, db.DeadWebhooksParams{WorkspaceID: j.WorkspaceID, After: after, N: bodiesAtOnce})
		if err != nil {
			return err
		}
		for _, row := range rows {
			if after = row.ID; !names(row.Body, known) {
				continue
			}
			if _, err := j.Store.InTx(ctx, j.WorkspaceID, func(tx *store.Tx) error {
				if _, err := tx.TakeDeadWebhook(ctx, db.TakeDeadWebhookParams{WorkspaceID: tx.WorkspaceID, ID: row.ID}); err != nil && !store.NotFound(err) {
					return err
				}
				return tx.UnlinkDeadLetters(ctx, db.UnlinkDeadLettersParams{WorkspaceID: tx.WorkspaceID, WebhookID: row.ID})
			}); err != nil {
				return err
			}
		}
		if len(rows) < bodiesAtOnce {
			return nil
		}
	}
}

func (j *job) deadLetters(ctx context.Context, known []string) error {
	for before := ""; ; {
		rows, err := j.Store.Read().DeadLettersBefore(ctx, db.DeadLettersBeforeParams{WorkspaceID: j.WorkspaceID, Before: before, N: rowsAtOnce})
		if err != nil {
			return err
		}
		for _, row := range rows {
			if before = row.ID; !names([]byte(row.Body), known) {
				continue
			}
			if _, err := j.Store.InTx(ctx, j.WorkspaceID, func(tx *store.Tx) error {
				_, err := tx.DropDeadLetter(ctx, db.DropDeadLetterParams{WorkspaceID: tx.WorkspaceID, ID: row.ID})
				return err
			}); err != nil {
				return err
			}
		}
		if len(rows) < rowsAtOnce {
			return nil
		}
	}
}

// parked removes statuses that name the contact: WhatsApp's ids of messages are Base64 with the number in it.
func (j *job) parked(ctx context.Context, known []string) error {
	for after := ""; ; {
		rows, err := j.Store.Read().SomeParkedStatuses(ctx, db.SomeParkedStatusesParams{WorkspaceID: j.WorkspaceID, After: after, N: rowsAtOnce})
		if err != nil {
			return err
		}
		for _, row := range rows {
			after = row.ProviderID
			_, coded, _ := strings.Cut(row.ProviderID, ".")
			inside, _ := base64.StdEncoding.DecodeString(coded) // not all are
			if !names([]byte(row.Failure+" "+row.ProviderID), known) && !names(inside, known) {
				continue
			}
			if _, err := j.Store.InTx(ctx, j.WorkspaceID, func(tx *store.Tx) error {
				return tx.DropParkedStatuses(ctx, db.DropParkedStatusesParams{
					WorkspaceID: tx.WorkspaceID, TouchpointID: row.TouchpointID, ProviderID: row.ProviderID,
				})
			}); err != nil {
				return err
			}
		}
		if len(rows) < rowsAtOnce {
			return nil
		}
	}
}

// answers takes the contact, and conversations with them, out of the answers that are kept for commands which come again. A desk
// that asks again is told the same, without the state that the entity had then.
func (j *job) answers(ctx context.Context) error {
	gone := map[string]bool{}
	for _, kind := range []string{partContact, partConversation} {
		ids, err := j.parts(ctx, kind)
		if err != nil {
			return err
		}
		for _, id := range ids {
			gone[id] = true
		}
	}
	for after := ""; ; {
		rows, err := j.Store.Read().LongAnswers(ctx, db.LongAnswersParams{WorkspaceID: j.WorkspaceID, After: after, N: rowsAtOnce})
		if err != nil {
			return err
		}
		for _, row := range rows {
			after = row.ID
			answer, changed, err := inbox.AnswerWithout(row.Answer, gone)
			if err != nil {
				return err
			}
			if !changed {
				continue
			}
			if _, err := j.Store.InTx(ctx, j.WorkspaceID, func(tx *store.Tx) error {
				return tx.SetAnswer(ctx, db.SetAnswerParams{WorkspaceID: tx.WorkspaceID, ID: row.ID, Answer: answer})
			}); err != nil {
				return err
			}
		}
		if len(rows) < rowsAtOnce {
			return nil
		}
	}
}
