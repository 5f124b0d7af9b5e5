package app

import (
	"context"

	"parley/app/dto"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// PreviewErasure counts what erasing a contact would remove.
func (c *Admin) PreviewErasure(contactID string) (dto.Erasure, error) {
	request := &hubv1.PreviewErasureRequest{ContactId: contactID}
	return administer(c.app, "preview erasure", hubAdmin.PreviewErasure, request, func(r *hubv1.PreviewErasureResponse) dto.Erasure {
		return dto.Erasure{
			ContactID: r.GetContactId(), Name: r.GetName(), Number: r.GetNumber(), Merged: r.GetMerged(), Conversations: r.GetConversations(),
			Open: r.GetOpen(), Messages: r.GetMessages(), Files: r.GetFiles(), Notes: r.GetNotes(), Drafts: r.GetDrafts(), Unsent: r.GetUnsent(),
		}
	})
}

// EraseContact has a contact removed for good, here and everywhere. Events tell when they are gone.
func (c *Admin) EraseContact(contactID string) error {
	request := &hubv1.EraseContactRequest{ContactId: contactID}
	_, err := administer(c.app, "erase contact", hubAdmin.EraseContact, request, nothing)
	return err
}

// ExportContact writes everything about a contact into a file that the admin chooses, and returns which; "" when they chose none.
func (c *Admin) ExportContact(contactID string) (string, error) {
	return answer(c.app, "export contact", func(ctx context.Context) (string, error) {
		path, err := c.app.surface().ChooseTarget("contact.zip")
		if err != nil || path == "" {
			return "", err
		}
		return path, c.app.desk().ExportContact(ctx, contactID, path)
	})
}
