package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"parley/backend/desk/cache"
	"parley/backend/desk/outbox"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Person is a contact with what an agent needs to tell two of them apart.
type Person struct {
	*hubv1.Contact
	Conversations int      // that are known here
	Open          int      // of them, those that are not closed
	FirstMs       int64    // when the first of them began
	LastMs        int64    // their last message
	Touchpoints   []string // ids of the touchpoints that they wrote to, latest first
	LastText      string   // one line of the last message
}

// Person reads a contact to compare.
func (d *Desk) Person(ctx context.Context, contactID string) (person Person, err error) {
	if person.Contact, err = d.Contact(ctx, contactID); err != nil {
		return person, err
	}
	all, err := d.cache.Read().ContactConversations(ctx, contactID)
	for _, c := range all {
		person.Conversations++
		if c.Status != "closed" {
			person.Open++
		}
		if person.FirstMs == 0 || c.OpenedMs < person.FirstMs {
			person.FirstMs = c.OpenedMs
		}
		if c.LastMessageMs > person.LastMs {
			person.LastMs, person.LastText = c.LastMessageMs, c.Preview
		}
		if !slices.Contains(person.Touchpoints, c.TouchpointId) {
			person.Touchpoints = append(person.Touchpoints, c.TouchpointId)
		}
	}
	return person, err
}

// MergedInto lists the contacts that were merged into one and can be given back what they had.
func (d *Desk) MergedInto(ctx context.Context, contactID string) ([]*hubv1.Contact, error) {
	return d.cache.Read().MergedInto(ctx, contactID)
}

// MergeContacts says that two contacts are one person. It needs the hub.
func (d *Desk) MergeContacts(ctx context.Context, keptID, mergedID string) (outbox.Outcome, error) {
	return d.submit(ctx, "", &hubv1.Command{Action: &hubv1.Command_MergeContacts{
		MergeContacts: &hubv1.MergeContacts{KeptId: keptID, MergedId: mergedID},
	}})
}

// UndoMerge gives a merged contact back what it had. It needs the hub.
func (d *Desk) UndoMerge(ctx context.Context, mergedID string) (outbox.Outcome, error) {
	return d.submit(ctx, "", &hubv1.Command{Action: &hubv1.Command_UndoMerge{UndoMerge: &hubv1.UndoMerge{MergedId: mergedID}}})
}

// DismissSuggestion says that the contact who was suggested for this one is another person.
func (d *Desk) DismissSuggestion(ctx context.Context, contactID string) (outbox.Outcome, error) {
	outcome, err := d.submit(ctx, "", &hubv1.Command{Action: &hubv1.Command_DismissSuggestion{
		DismissSuggestion: &hubv1.DismissSuggestion{ContactId: contactID},
	}})
	if err != nil {
		return outcome, err
	}
	return outcome, d.contactChanged(ctx, contactID)
}

// contactChanged tells of the rows that show a contact.
func (d *Desk) contactChanged(ctx context.Context, contactID string) error {
	ids, err := d.cache.Read().ConversationsOf(ctx, contactID)
	if len(ids) > 0 {
		d.emit(Event{Kind: EventConversations, IDs: ids})
	}
	return err
}

// FindContacts lists up to limit contacts whose name, number or email holds what is looked for, by name. An empty query
// finds all.
func (d *Desk) FindContacts(ctx context.Context, query string, limit int) (found []*hubv1.Contact, err error) {
	words := strings.Fields(folded(query))
	err = d.cache.View(ctx, func(r cache.Reader) error {
		overlay, err := outbox.ReadOverlay(ctx, r)
		if err != nil {
			return err
		}
		found, err = r.FindContacts(ctx, func(c *hubv1.Contact) bool {
			if c.Name == "" && c.Number == "" {
				return false // nothing that could be told or sent
			}
			text := folded(c.Name + " " + c.Number + " " + c.Email + " " + c.Username)
			return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
		}, limit)
		for i := range found {
			found[i] = overlay.Contact(found[i])
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find contacts: %w", err)
	}
	slices.SortFunc(found, func(a, b *hubv1.Contact) int { return strings.Compare(folded(a.Name), folded(b.Name)) })
	return found, nil
}

// folded is text without case, accents and the spaces within numbers.
func folded(text string) string {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), text)
	if err != nil {
		plain = text
	}
	return strings.ToLower(plain)
}
