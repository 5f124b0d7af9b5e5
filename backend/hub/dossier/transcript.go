package dossier

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/store/db"

	"github.com/gabriel-vasile/mimetype"
)

const readme = `This archive holds everything that %s keeps about one contact.

conversations/  what was said, one file for each conversation, with what agents noted. Times are UTC.
files/          files that were sent, each named by its id, and the contact's picture.
data.jsonl      every stored field for programs, one JSON object a line: {"type": …, "data": {…}}. Times are milliseconds since 1970.

Names: %s
`

func (d *writer) readme(ctx context.Context) error {
	workspace, err := d.q.Workspace(ctx, d.workspaceID)
	if err != nil {
		return err
	}
	out, err := d.zip.Create("README.txt")
	if err != nil {
		return err
	}
	var names []string
	for _, c := range d.contacts {
		names = append(names, nameOf(c))
	}
	_, err = fmt.Fprintf(out, readme, workspace.Name, strings.Join(names, "; "))
	return err
}

// nameOf is how people know a contact.
func nameOf(c db.Contact) string {
	parts := []string{}
	for _, part := range []string{c.Name, c.Number, c.Email, c.Username} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return "unknown (" + c.ID + ")"
	}
	return strings.Join(parts, ", ")
}

// transcripts writes what was said, for people.
func (d *writer) transcripts(ctx context.Context) error {
	for i, c := range d.conversations {
		name := fmt.Sprintf("conversations/%s %s %d.txt", moment(c.OpenedMs).Format(time.DateOnly), tidy(d.touchpoints[c.TouchpointID]), i+1)
		to, err := d.zip.Create(name)
		if err != nil {
			return err
		}
		out := bufio.NewWriter(to)
		if err := d.transcript(ctx, c, out); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func (d *writer) transcript(ctx context.Context, c db.Conversation, out io.Writer) error {
	fmt.Fprintf(out, "Conversation %s on %s, begun %s\n\n", c.ID, d.touchpoints[c.TouchpointID], moment(c.OpenedMs).Format(time.DateTime))
	contact := ""
	for _, one := range d.contacts {
		if one.ID == c.ContactID {
			contact = nameOf(one)
		}
	}
	if err := d.eachMessage(ctx, c.ID, func(m db.Message) error {
		text, err := d.words(ctx, m)
		if err != nil {
			return err
		}
		from := contact
		if m.Direction != string(conversation.DirectionIn) {
			from = d.agents[m.AgentID]
		}
		if m.Direction == string(conversation.DirectionEvent) {
			_, err = fmt.Fprintf(out, "%s  (%s)\n", moment(m.SentMs).Format(time.DateTime), strings.TrimSpace(text+" "+from))
		} else {
			_, err = fmt.Fprintf(out, "%s  %s: %s\n", moment(m.SentMs).Format(time.DateTime), from, text)
		}
		return err
	}); err != nil {
		return err
	}
	notes, err := d.q.NotesOfConversation(ctx, db.NotesOfConversationParams{WorkspaceID: d.workspaceID, ConversationID: c.ID})
	if err != nil {
		return err
	}
	for _, note := range notes {
		if _, err := fmt.Fprintf(out, "\nNote of %s, %s:\n%s\n", d.agents[note.AgentID], moment(note.CreatedMs).Format(time.DateTime), note.Text); err != nil {
			return err
		}
	}
	return nil
}

// words is what a line says in words: its text, what is not text in the contract's terms, and where its file is.
func (d *writer) words(ctx context.Context, m db.Message) (string, error) {
	var content channel.Content
	if err := json.Unmarshal([]byte(m.Content), &content); err != nil {
		return "", fmt.Errorf("read message %s: %w", m.ID, err)
	}
	parts := []string{}
	if content.Kind != conversation.KindText {
		parts = append(parts, "["+strings.ReplaceAll(string(content.Kind), "_", " ")+"]")
	}
	for _, part := range []string{content.Text, content.Emoji} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if l := content.Location; l != nil {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%s %s %.6f, %.6f", l.Name, l.Address, l.Latitude, l.Longitude)))
	}
	for _, card := range content.Contacts {
		parts = append(parts, card.Name+" "+strings.Join(card.Phones, " "))
	}
	if m.MediaID != "" {
		row, err := d.media(ctx, m)
		if err != nil {
			return "", err
		}
		if row.State == "ready" {
			parts = append(parts, "→ "+fileName(row))
		}
	}
	return strings.Join(parts, " "), nil
}

// fileName is where a file stands in the archive. Its name came from a stranger.
func fileName(row db.Media) string {
	name := "files/" + row.ID
	if given := tidy(row.FileName); given != "" {
		return name + " " + given
	}
	if known := mimetype.Lookup(row.MIME); known != nil {
		name += known.Extension()
	}
	return name
}

// tidy makes a name out of what may be anything: no path, nothing that a system does not take.
func tidy(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
	return strings.Trim(name, " .")
}

func moment(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
