package sync

import (
	"context"
	"maps"
	"slices"

	"parley/backend/desk/cache"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Applied says what has changed in the cache. Lists name each id once.
type Applied struct {
	Conversations []string            // rows that look different: their own, their contact's or a command's change
	Messages      map[string][]string // ids by conversation
	Notes         []string            // conversations whose notes changed
	Workspace     bool                // configuration changed
	Templates     bool                // templates changed
	Drafts        []string            // conversations in which another draft stands
	Reset         bool                // everything may have changed
	Behind        bool                // came while catching up, so it is not news of this moment
	NewMessages   int                 // messages of contacts that were not here before
	Erased        []cache.Erased      // what was removed for good

	appeared []string // conversations that were not here before
	hidden   bool     // some may not be seen any more
}

// add adds what a later part of the same page has changed.
func (a *Applied) add(b Applied) {
	for _, list := range []struct{ to, from *[]string }{
		{&a.Conversations, &b.Conversations}, {&a.Notes, &b.Notes}, {&a.Drafts, &b.Drafts}, {&a.appeared, &b.appeared},
	} {
		for _, id := range *list.from {
			if !slices.Contains(*list.to, id) {
				*list.to = append(*list.to, id)
			}
		}
	}
	if a.Messages == nil {
		a.Messages = map[string][]string{}
	}
	for conversationID, ids := range b.Messages {
		for _, id := range ids {
			if !slices.Contains(a.Messages[conversationID], id) {
				a.Messages[conversationID] = append(a.Messages[conversationID], id)
			}
		}
	}
	a.Workspace, a.Templates, a.hidden = a.Workspace || b.Workspace, a.Templates || b.Templates, a.hidden || b.hidden
	a.NewMessages += b.NewMessages
	a.Erased = append(a.Erased, b.Erased...)
}

// Empty reports whether nothing has changed.
func (a Applied) Empty() bool {
	return len(a.Conversations) == 0 && len(a.Messages) == 0 && len(a.Notes) == 0 && len(a.Drafts) == 0 && len(a.Erased) == 0 && !a.Workspace && !a.Templates && !a.Reset
}

// applying collects what a transaction changes.
type applying struct {
	tx            *cache.Tx
	conversations map[string]struct{}
	messages      map[string][]string
	notes         map[string]struct{}
	workspace     bool
	templates     bool
	drafts        []string
	appeared      []string
	hidden        bool
	newMessages   int
	erased        []cache.Erased
}

func newApplying(tx *cache.Tx) *applying {
	return &applying{
		tx: tx, conversations: map[string]struct{}{}, messages: map[string][]string{}, notes: map[string]struct{}{},
	}
}

func (a *applying) result() Applied {
	return Applied{
		Conversations: slices.Sorted(maps.Keys(a.conversations)),
		Messages:      a.messages,
		Notes:         slices.Sorted(maps.Keys(a.notes)),
		Workspace:     a.workspace,
		Templates:     a.templates,
		Drafts:        a.drafts,
		NewMessages:   a.newMessages,
		Erased:        a.erased,
		appeared:      a.appeared,
		hidden:        a.hidden,
	}
}

// Apply writes a page of changes and moves the cursor. Pages may come twice and in any order: the entities end
// up the same, and the cursor at the furthest.
func Apply(ctx context.Context, tx *cache.Tx, page *hubv1.ChangePage) (Applied, error) {
	a := newApplying(tx)
	for _, change := range page.GetChanges() {
		if err := a.change(ctx, change); err != nil {
			return Applied{}, err
		}
	}
	if err := tx.Advance(ctx, page.GetCursor()); err != nil {
		return Applied{}, err
	}
	dropped, err := tx.DropApplied(ctx)
	if err != nil {
		return Applied{}, err
	}
	for _, row := range dropped {
		if row.ConversationID == "" {
			continue
		}
		a.conversations[row.ConversationID] = struct{}{}
		switch row.Kind {
		case "send_message":
			a.message(row.ConversationID, row.Command.Id)
		case "react":
			a.message(row.ConversationID, row.Command.GetReact().GetMessageId())
		case "save_note":
			a.notes[row.ConversationID] = struct{}{}
		}
	}
	return a.result(), nil
}

func (a *applying) change(ctx context.Context, change *hubv1.Change) error {
	switch {
	case change.Hidden:
		a.conversations[change.Id], a.hidden = struct{}{}, true
		return a.tx.Hide(ctx, change.Id, change.Seq)
	case change.Deleted:
		return a.deletion(ctx, change)
	case change.Entity.GetConversation() != nil:
		if err := a.tx.Reappear(ctx, change.Id, change.Seq); err != nil {
			return err
		}
	}
	return a.entity(ctx, change.Entity)
}

// entity writes one entity. A kind that this version does not know is skipped: its data is in the hub.
func (a *applying) entity(ctx context.Context, entity *hubv1.Entity) error {
	switch kind := entity.GetKind().(type) {
	case *hubv1.Entity_Conversation:
		return a.conversation(ctx, kind.Conversation)
	case *hubv1.Entity_Message:
		return a.putMessage(ctx, kind.Message)
	case *hubv1.Entity_Contact:
		return a.contact(ctx, kind.Contact)
	case *hubv1.Entity_Note:
		effect, err := a.tx.PutNote(ctx, kind.Note)
		if effect != cache.Unchanged {
			a.notes[kind.Note.ConversationId] = struct{}{}
		}
		return err
	case *hubv1.Entity_Workspace:
		return a.config(a.tx.PutWorkspace(ctx, kind.Workspace))
	case *hubv1.Entity_Touchpoint:
		return a.config(a.tx.PutTouchpoint(ctx, kind.Touchpoint))
	case *hubv1.Entity_Queue:
		return a.config(a.tx.PutQueue(ctx, kind.Queue))
	case *hubv1.Entity_Agent:
		return a.config(a.tx.PutAgent(ctx, kind.Agent))
	case *hubv1.Entity_Disposition:
		return a.config(a.tx.PutDisposition(ctx, kind.Disposition))
	case *hubv1.Entity_QuickReply:
		return a.config(a.tx.PutQuickReply(ctx, kind.QuickReply))
	case *hubv1.Entity_Template:
		effect, err := a.tx.PutTemplate(ctx, kind.Template)
		a.templates = a.templates || effect != cache.Unchanged
		return err
	case *hubv1.Entity_Draft:
		shown, err := a.tx.TakeDraft(ctx, kind.Draft)
		if shown {
			a.drafts = append(a.drafts, kind.Draft.ConversationId)
			a.conversations[kind.Draft.ConversationId] = struct{}{}
		}
		return err
	}
	return nil
}

func (a *applying) config(effect cache.Effect, err error) error {
	a.workspace = a.workspace || effect != cache.Unchanged
	return err
}

func (a *applying) conversation(ctx context.Context, e *hubv1.Conversation) error {
	effect, _, err := a.tx.PutConversation(ctx, e)
	if effect != cache.Unchanged {
		a.conversations[e.Id] = struct{}{}
	}
	if effect == cache.Inserted {
		a.appeared = append(a.appeared, e.Id)
	}
	return err
}

func (a *applying) putMessage(ctx context.Context, e *hubv1.Message) error {
	effect, err := a.tx.PutMessage(ctx, e)
	if effect == cache.Unchanged {
		return err
	}
	a.message(e.ConversationId, e.Id)
	if effect == cache.Inserted && e.Direction == "in" {
		a.newMessages++
	}
	if err != nil {
		return err
	}
	return a.related(ctx, e)
}

// related marks what looks different because of a message: the one that it is about, and those that came before it and
// are about it.
func (a *applying) related(ctx context.Context, e *hubv1.Message) error {
	if target := e.GetContent().GetTargetProviderId(); target != "" {
		found, err := a.tx.MessagesByProvider(ctx, []string{target})
		if err != nil {
			return err
		}
		for _, m := range found {
			a.message(m.ConversationId, m.Id)
		}
	}
	if e.ProviderId == "" {
		return nil
	}
	about, err := a.tx.MessagesAbout(ctx, []string{e.ProviderId})
	for _, m := range about {
		a.message(m.ConversationId, m.Id)
	}
	return err
}

func (a *applying) message(conversationID, id string) {
	if !slices.Contains(a.messages[conversationID], id) {
		a.messages[conversationID] = append(a.messages[conversationID], id)
	}
}

func (a *applying) contact(ctx context.Context, e *hubv1.Contact) error {
	effect, err := a.tx.PutContact(ctx, e)
	if err != nil || effect == cache.Unchanged {
		return err
	}
	return a.contactChanged(ctx, e.Id)
}

// contactChanged marks the rows that show a contact.
func (a *applying) contactChanged(ctx context.Context, contactID string) error {
	ids, err := a.tx.ConversationsOf(ctx, contactID)
	for _, id := range ids {
		a.conversations[id] = struct{}{}
	}
	return err
}

// deletion removes an entity for good, and marks what showed it.
func (a *applying) deletion(ctx context.Context, change *hubv1.Change) error {
	switch change.Type {
	case cache.KindConversation:
		a.conversations[change.Id] = struct{}{}
		return a.erase(a.tx.EraseConversation(ctx, change.Id))
	case cache.KindContact:
		if err := a.contactChanged(ctx, change.Id); err != nil {
			return err
		}
		return a.erase(a.tx.EraseContact(ctx, change.Id))
	case cache.KindMessage:
		m, err := a.tx.Message(ctx, change.Id)
		if err != nil {
			return err
		}
		if m != nil {
			a.message(m.ConversationId, m.Id)
			if err := a.related(ctx, m); err != nil {
				return err
			}
		}
		files, err := a.tx.EraseMessage(ctx, change.Id)
		return a.erase(cache.Erased{Media: files}, err)
	case cache.KindTemplate:
		a.templates = true
	case cache.KindDraft:
	case cache.KindNote:
		n, err := a.tx.Note(ctx, change.Id)
		if err != nil {
			return err
		}
		if n != nil {
			a.notes[n.ConversationId] = struct{}{}
		}
	default:
		a.workspace = true
	}
	return a.tx.Delete(ctx, change.Type, change.Id)
}

func (a *applying) erase(erased cache.Erased, err error) error {
	a.erased = append(a.erased, erased)
	return err
}
