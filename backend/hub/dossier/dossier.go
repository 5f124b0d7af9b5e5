// Package dossier writes down everything about a contact, as whoever the data is about may ask for: one ZIP file that a person
// can read and a program, too.
//
//	README.txt                     what is where
//	data.jsonl                     every stored field, as parley-hub export writes it: {"type": …, "data": {…}}
//	conversations/DATE TOUCHPOINT N.txt  what was said, line by line
//	files/ID NAME                  files of messages and the contact's picture
//
// It reads page by page while the hub goes on; what comes meanwhile may be in it or not.
package dossier

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"parley/backend/hub/admin"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// Blobs opens the bytes of a file. ctx ends reading too.
type Blobs interface {
	Open(ctx context.Context, sha256 string) (io.ReadSeekCloser, error)
}

// ErrNoContact says that there is no such contact, or not any more.
var ErrNoContact = &admin.Problem{Code: "no_contact", Text: "there is no such contact"}

// Root is whom a contact was merged into, themselves when into nobody.
func Root(ctx context.Context, q *db.Queries, workspaceID, id string) (db.Contact, error) {
	for {
		row, err := q.Contact(ctx, db.ContactParams{WorkspaceID: workspaceID, ID: id})
		if store.NotFound(err) {
			return row, ErrNoContact
		}
		if err != nil || row.MergedInto == "" {
			return row, err
		}
		id = row.MergedInto
	}
}

// Group is a contact with all who were merged into them, the contact first.
func Group(ctx context.Context, q *db.Queries, workspaceID, id string) ([]string, error) {
	group := []string{id}
	for i := 0; i < len(group); i++ {
		merges, err := q.MergesInto(ctx, db.MergesIntoParams{WorkspaceID: workspaceID, KeptID: group[i]})
		if err != nil {
			return nil, err
		}
		for _, m := range merges {
			group = append(group, m.MergedID)
		}
	}
	return group, nil
}

// Write writes everything about a contact, and about who was merged into them. What w has got when it fails is not a whole ZIP
// file.
func Write(ctx context.Context, s *store.Store, blobs Blobs, workspaceID, contactID string, w io.Writer) error {
	d := &writer{zip: zip.NewWriter(w), q: s.Read(), blobs: blobs, workspaceID: workspaceID, agents: map[string]string{}, touchpoints: map[string]string{}}
	for _, step := range []func(context.Context) error{
		func(ctx context.Context) error { return d.find(ctx, contactID) }, d.readme, d.data, d.transcripts, d.files,
	} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("write down contact: %w", err)
		}
	}
	if err := d.zip.Close(); err != nil {
		return fmt.Errorf("write down contact: %w", err)
	}
	return nil
}

// writer writes one contact.
type writer struct {
	zip         *zip.Writer
	q           *db.Queries
	blobs       Blobs
	workspaceID string

	contacts            []db.Contact
	conversations       []db.Conversation
	agents, touchpoints map[string]string // names
	kept                []file            // in the order of messages, each once
}

// file is a file of the archive.
type file struct{ name, sum string }

// find reads what the rest is about.
func (d *writer) find(ctx context.Context, contactID string) error {
	root, err := Root(ctx, d.q, d.workspaceID, contactID)
	if err != nil {
		return err
	}
	group, err := Group(ctx, d.q, d.workspaceID, root.ID)
	if err != nil {
		return err
	}
	for _, id := range group {
		contact, err := d.q.Contact(ctx, db.ContactParams{WorkspaceID: d.workspaceID, ID: id})
		if err != nil {
			return err
		}
		d.contacts = append(d.contacts, contact)
		if contact.PictureSHA256 != "" {
			d.kept = append(d.kept, file{"files/" + id + " picture", contact.PictureSHA256})
		}
		rows, err := d.q.ConversationsOfContact(ctx, db.ConversationsOfContactParams{WorkspaceID: d.workspaceID, ContactID: id})
		if err != nil {
			return err
		}
		d.conversations = append(d.conversations, rows...)
	}
	agents, err := d.q.Agents(ctx, d.workspaceID)
	if err != nil {
		return err
	}
	for _, a := range agents {
		d.agents[a.ID] = a.Name
	}
	touchpoints, err := d.q.Touchpoints(ctx, d.workspaceID)
	for _, t := range touchpoints {
		d.touchpoints[t.ID] = t.Name
	}
	return err
}

// data writes every stored field.
func (d *writer) data(ctx context.Context) error {
	out, err := d.zip.Create("data.jsonl")
	if err != nil {
		return err
	}
	lines := json.NewEncoder(out)
	line := func(kind string, row any, jsonColumns ...string) error {
		data, err := admin.Line(kind, row, jsonColumns...)
		if err != nil {
			return err
		}
		return lines.Encode(data)
	}
	for _, contact := range d.contacts {
		if err := line("contact", contact); err != nil {
			return err
		}
		identities, err := d.q.Identities(ctx, db.IdentitiesParams{WorkspaceID: d.workspaceID, ContactID: contact.ID})
		if err != nil {
			return err
		}
		for _, row := range identities {
			if err := line("contact_identity", row); err != nil {
				return err
			}
		}
	}
	for _, c := range d.conversations {
		if err := d.conversation(ctx, c, line); err != nil {
			return err
		}
	}
	return nil
}

func (d *writer) conversation(ctx context.Context, c db.Conversation, line func(string, any, ...string) error) error {
	if err := line("conversation", c); err != nil {
		return err
	}
	if err := d.eachMessage(ctx, c.ID, func(m db.Message) error {
		if err := line("message", m, "content", "failure"); err != nil || m.MediaID == "" {
			return err
		}
		row, err := d.media(ctx, m)
		if err != nil || row.ID == "" {
			return err
		}
		if row.State == "ready" {
			d.kept = append(d.kept, file{fileName(row), row.SHA256})
		}
		return line("media", row)
	}); err != nil {
		return err
	}
	notes, err := d.q.NotesOfConversation(ctx, db.NotesOfConversationParams{WorkspaceID: d.workspaceID, ConversationID: c.ID})
	if err != nil {
		return err
	}
	for _, note := range notes {
		if err := line("note", note, "earlier"); err != nil {
			return err
		}
	}
	return nil
}

// media is the file of a message; one without id when there is none any more.
func (d *writer) media(ctx context.Context, m db.Message) (db.Media, error) {
	row, err := d.q.Media(ctx, db.MediaParams{WorkspaceID: d.workspaceID, ID: m.MediaID})
	if store.NotFound(err) {
		err = nil
	}
	return row, err
}

// page is how many messages are read at a time.
const page = 500

// eachMessage goes through a conversation, oldest first.
func (d *writer) eachMessage(ctx context.Context, conversationID string, do func(db.Message) error) error {
	for after := int64(-1); ; {
		rows, err := d.q.MessagesAfter(ctx, db.MessagesAfterParams{WorkspaceID: d.workspaceID, ConversationID: conversationID, AfterNo: after, N: page})
		if err != nil {
			return err
		}
		for _, m := range rows {
			if err := do(m); err != nil {
				return err
			}
			after = m.No
		}
		if len(rows) < page {
			return nil
		}
	}
}

// files writes the bytes. One that is not there any more is left out: data.jsonl says which there were.
func (d *writer) files(ctx context.Context) error {
	written := map[string]bool{}
	for _, f := range d.kept {
		if written[f.name] {
			continue
		}
		written[f.name] = true
		from, err := d.blobs.Open(ctx, f.sum)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		to, err := d.zip.Create(f.name)
		if err == nil {
			_, err = io.Copy(to, from)
		}
		if err := errors.Join(err, from.Close()); err != nil {
			return err
		}
	}
	return nil
}
