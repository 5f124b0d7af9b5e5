package desk

import (
	"context"
	"maps"
	"slices"

	"parley/backend/desk/outbox"
	"parley/backend/desk/sync"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// EventKind says what an event is about.
type EventKind string

// Event kinds. Events carry ids: who gets one asks for what it shows.
const (
	EventConversations EventKind = "conversations" // IDs: rows that look different, or have left
	EventMessages      EventKind = "messages"      // ConversationID, IDs
	EventNotes         EventKind = "notes"         // ConversationID
	EventWorkspace     EventKind = "workspace"     // configuration
	EventTemplates     EventKind = "templates"     // of any touchpoint
	EventDrafts        EventKind = "drafts"        // ConversationID: another draft stands, of another computer
	EventConnection    EventKind = "connection"
	EventRefused       EventKind = "refused" // ConversationID, MessageID, Command, Refusal: a waiting command was given back
	EventErased        EventKind = "erased"  // ConversationID, Unsent: its contact was erased
	EventReset         EventKind = "reset"   // everything may look different
)

// Event says that something has changed.
type Event struct {
	Kind           EventKind
	ConversationID string
	IDs            []string
	MessageID      string
	Command        string // its kind, as the contract names its action: "send_message" and so on
	Refusal        *hubv1.Refusal
	Unsent         bool // something of the agent's that was not sent has gone with it
}

func (d *Desk) emit(event Event) {
	if d.options.Event != nil {
		d.options.Event(event)
	}
}

// applied turns what the feed has brought into events.
func (d *Desk) applied(a sync.Applied) {
	d.prefetch.add(a)
	if a.Reset {
		d.eraser.note(nil, true)
		d.emit(Event{Kind: EventReset})
		d.alerter.wake(true)
		return
	}
	if a.Workspace {
		d.emit(Event{Kind: EventWorkspace})
	}
	if a.Templates {
		d.emit(Event{Kind: EventTemplates})
	}
	if len(a.Conversations) > 0 {
		d.emit(Event{Kind: EventConversations, IDs: a.Conversations})
	}
	for _, id := range slices.Sorted(maps.Keys(a.Messages)) {
		d.emit(Event{Kind: EventMessages, ConversationID: id, IDs: a.Messages[id]})
	}
	for _, id := range a.Notes {
		d.emit(Event{Kind: EventNotes, ConversationID: id})
	}
	d.eraser.note(a.Erased, false)
	for _, erased := range a.Erased {
		if erased.ConversationID != "" {
			d.emit(Event{Kind: EventErased, ConversationID: erased.ConversationID, Unsent: erased.Draft || erased.Unsent > 0})
		}
	}
	for _, id := range a.Drafts {
		d.emit(Event{Kind: EventDrafts, ConversationID: id})
	}
	d.alerter.wake(a.Behind)
}

// commandsChanged turns what happened in the outbox into events.
func (d *Desk) commandsChanged(c outbox.Change) {
	if c.ConversationID != "" {
		d.emit(Event{Kind: EventConversations, IDs: []string{c.ConversationID}})
	}
	if len(c.MessageIDs) > 0 {
		d.emit(Event{Kind: EventMessages, ConversationID: c.ConversationID, IDs: c.MessageIDs})
	}
	if c.Notes {
		d.emit(Event{Kind: EventNotes, ConversationID: c.ConversationID})
	}
	for _, refused := range c.Refused {
		d.emit(Event{
			Kind: EventRefused, ConversationID: refused.ConversationID, MessageID: refused.CommandID,
			Command: refused.Kind, Refusal: refused.Refusal,
		})
	}
	d.emit(Event{Kind: EventConnection}) // it counts what waits
	d.alerter.sendsReturned(c.Refused)
	d.alerter.wake(false)
}

func (d *Desk) connectionChanged(c sync.Connection) {
	if c.Error == sync.ErrorRevoked && d.options.Revoked != nil {
		d.options.Revoked()
	}
	d.emit(Event{Kind: EventConnection})
	d.alerter.wake(false) // the hub has come or gone, or its clock has moved
	if c.State == sync.Live {
		d.outbox.Wake()
		d.drafts.Wake()
	} else {
		d.hereChanged(nil)
	}
	d.here.wake()
}

// Connection is how the desk stands to the hub.
type Connection struct {
	sync.Connection
	Waiting     int  // commands without an answer
	Messages    int  // those of them that are messages
	AccessEnded bool // what is kept here may not be shown
}

// Connection is how the desk stands to the hub now.
func (d *Desk) Connection(ctx context.Context) (Connection, error) {
	waiting, messages, err := d.cache.Read().OutboxWaiting(ctx)
	if err != nil {
		return Connection{Connection: d.sync.Connection()}, err
	}
	ended, err := d.AccessEnded(ctx)
	return Connection{Connection: d.sync.Connection(), Waiting: waiting, Messages: messages, AccessEnded: ended}, err
}

// Refresh catches up with the hub now and returns how it went. A hub that is not there is no error: the
// connection says so.
func (d *Desk) Refresh(ctx context.Context) (Connection, error) {
	if err := d.sync.CatchUp(ctx); err != nil {
		d.log.InfoContext(ctx, "Refresh was not complete", "error", err)
	}
	d.outbox.Wake()
	return d.Connection(ctx)
}

// Nudge asks the hub for news without waiting, as after the practice clock was moved.
func (d *Desk) Nudge() { d.sync.Nudge() }
