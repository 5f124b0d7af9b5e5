package desk

import (
	"context"

	"parley/backend/conversation"
	"parley/backend/desk/cache"
	"parley/backend/desk/outbox"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Conversation is a row of a list: the hub's state with the agent's own commands laid over it.
type Conversation struct {
	*hubv1.Conversation
	Contact *hubv1.Contact // never nil
	Draft   string         // one line; "" for none
	Pending string         // the command that will move it and waits on this computer; "" for none
	Here    []Colleague    // who else has it open
	RestMs  int64          // until when its End Chat can be taken back, by the hub's clock; 0 for not at all
}

// Lists are what the conversations panel shows.
type Lists struct {
	Inbox   []Conversation // queued, oldest first
	Mine    []Conversation // assigned to the agent or in their wrap-up, latest message first
	Drafted []Conversation // not among theirs, and something of theirs is still unsent there, latest first
}

// Lists reads both lists on one state of the cache.
func (d *Desk) Lists(ctx context.Context) (lists Lists, err error) {
	err = d.cache.View(ctx, func(r cache.Reader) error {
		overlay, err := outbox.ReadOverlay(ctx, r)
		if err != nil {
			return err
		}
		me, err := r.Meta(ctx, cache.MetaAgent)
		if err != nil {
			return err
		}
		inbox, err := r.Inbox(ctx)
		if err != nil {
			return err
		}
		if lists.Inbox, err = lay(ctx, r, overlay, inbox); err != nil {
			return err
		}
		mine, err := r.Mine(ctx, me)
		if err != nil {
			return err
		}
		if lists.Mine, err = lay(ctx, r, overlay, mine); err != nil {
			return err
		}
		drafted, err := r.Drafted(ctx, me)
		if err != nil {
			return err
		}
		lists.Drafted, err = lay(ctx, r, overlay, drafted)
		return err
	})
	for _, rows := range [][]Conversation{lists.Inbox, lists.Mine, lists.Drafted} {
		d.withHere(rows)
	}
	return lists, err
}

// Conversations reads the conversations with these ids that are known, open or closed, in no order.
func (d *Desk) Conversations(ctx context.Context, ids []string) (rows []Conversation, err error) {
	err = d.cache.View(ctx, func(r cache.Reader) error {
		overlay, err := outbox.ReadOverlay(ctx, r)
		if err != nil {
			return err
		}
		found, err := r.ConversationRows(ctx, ids)
		if err != nil {
			return err
		}
		rows, err = lay(ctx, r, overlay, found)
		return err
	})
	d.withHere(rows)
	return rows, err
}

// lay lays the overlay over rows, which it may change.
func lay(ctx context.Context, r cache.Reader, overlay outbox.Overlay, rows []cache.ConversationRow) ([]Conversation, error) {
	laid := make([]Conversation, 0, len(rows))
	for _, row := range rows {
		c := row.Conversation
		one := Conversation{
			Conversation: c, Contact: overlay.Contact(row.Contact),
			Draft: draftLine(row), Pending: overlay.Pending(c.Id),
		}
		if err := end(ctx, r, overlay, &one); err != nil {
			return nil, err
		}
		if readID := overlay.ReadUpTo(c.Id); readID != "" && c.Unread > 0 {
			read, err := r.Message(ctx, readID)
			if err != nil {
				return nil, err
			}
			if read != nil {
				after, err := r.InboundAfter(ctx, c.Id, read.No)
				if err != nil {
					return nil, err
				}
				c.Unread = min(c.Unread, after)
			}
		}
		if sends := overlay.Sends(c.Id); len(sends) > 0 {
			if send := sends[len(sends)-1]; send.Template != nil {
				if err := describeTemplate(ctx, r, send); err != nil {
					return nil, err
				}
			}
			last := sends[len(sends)-1].Message
			if last.SentMs >= c.LastMessageMs {
				c.LastMessageMs, c.LastMessageId = last.SentMs, last.Id
				c.Preview = conversation.Preview(last.Content.Text)
				c.LastKind, c.LastDirection, c.LastState = last.Content.Kind, last.Direction, last.State
			}
		}
		laid = append(laid, one)
	}
	return laid, nil
}

// end lays an End Chat over a conversation that the hub does not know to have ended.
func end(ctx context.Context, r cache.Reader, overlay outbox.Overlay, c *Conversation) error {
	ending, found := overlay.Ending(c.Id)
	if !found || c.Status != string(conversation.StatusAssigned) {
		return nil
	}
	touchpoint, err := r.Touchpoint(ctx, c.TouchpointId)
	if err != nil {
		return err
	}
	status, err := conversation.Next(conversation.StatusAssigned, conversation.EndAction(touchpoint.GetWrapUp()))
	if err != nil {
		return err
	}
	c.Status, c.EndedMs, c.RestMs = string(status), ending.AtMs, ending.RestMs
	c.Unread, c.WaitingSinceMs = 0, 0
	if !status.Open() {
		c.ClosedMs = ending.AtMs
	}
	return nil
}

// filesOnly stands for a draft that has attachments and no text.
const filesOnly = "📎"

func draftLine(row cache.ConversationRow) string {
	line := conversation.Preview(row.DraftText)
	if line == "" && row.DraftFiles {
		return filesOnly
	}
	return line
}

// Workspace is what a window starts with.
type Workspace struct {
	cache.Config
	Me *hubv1.Agent // never nil; only an id, or nothing at all, before the first contact with the hub
}

// Workspace reads the configuration and who is signed in.
func (d *Desk) Workspace(ctx context.Context) (w Workspace, err error) {
	err = d.cache.View(ctx, func(r cache.Reader) error {
		if w.Config, err = r.Config(ctx); err != nil {
			return err
		}
		id, err := r.Meta(ctx, cache.MetaAgent)
		if err != nil {
			return err
		}
		w.Me, err = r.Agent(ctx, id)
		if w.Me == nil {
			w.Me = &hubv1.Agent{Id: id}
		}
		if err != nil {
			return err
		}
		overlay, err := outbox.ReadOverlay(ctx, r)
		w.Me = overlay.Me(w.Me)
		return err
	})
	if w.Config.Workspace == nil {
		w.Config.Workspace = &hubv1.Workspace{}
	}
	return w, err
}

// AgentName is the name of an agent; "" when they are not known.
func (d *Desk) AgentName(ctx context.Context, id string) string {
	agent, err := d.cache.Read().Agent(ctx, id)
	if err != nil {
		d.log.WarnContext(ctx, "Agent could not be read", "agent", id, "error", err)
	}
	return agent.GetName()
}
