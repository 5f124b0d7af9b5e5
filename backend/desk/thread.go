package desk

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"parley/backend/desk/cache"
	"parley/backend/desk/outbox"
	"parley/backend/desk/sync"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

const (
	// fetchLimit is how long a thread waits for older messages of the hub.
	fetchLimit = 5 * time.Second
	// fetchSize is how many messages are asked for at once.
	fetchSize = 200
	// fetchesMost bounds how often a jump far up asks.
	fetchesMost = 50
)

// ThreadPage is a run of a thread in shown order, oldest first.
type ThreadPage struct {
	Messages []Message
	Complete bool // nothing older exists
	Earlier  bool // older messages exist at the hub, and could not be fetched now
}

// FirstAnswer says when an agent first answered in a conversation, 0 for not yet. known is false while the beginning of the
// conversation is not on this computer.
func (d *Desk) FirstAnswer(ctx context.Context, conversationID string) (atMs int64, known bool, err error) {
	err = d.cache.View(ctx, func(r cache.Reader) error {
		floor, _, err := r.Floor(ctx, conversationID)
		if err != nil || floor != 1 {
			return err
		}
		first, err := r.FirstAnswer(ctx, conversationID)
		atMs, known = first.GetSentMs(), err == nil
		return err
	})
	return atMs, known, err
}

// OpenThread reads the newest messages of a conversation, with those still on their way at the end.
func (d *Desk) OpenThread(ctx context.Context, conversationID string, limit int) (ThreadPage, error) {
	c, err := d.cache.Read().Conversation(ctx, conversationID)
	if err != nil {
		return ThreadPage{}, err
	}
	if c == nil {
		return ThreadPage{}, fmt.Errorf("open thread: %w", d.whyGone(ctx, conversationID))
	}
	_, newest, err := d.cache.Read().Floor(ctx, conversationID)
	if err != nil {
		return ThreadPage{}, err
	}
	if newest < c.LastNo {
		// An earlier conversation whose messages were never here, or a message that is on its way.
		if err := d.fetchOlder(ctx, conversationID, 0); err != nil {
			d.log.InfoContext(ctx, "Newest messages could not be fetched", "conversation", conversationID, "error", err)
		}
	}
	return d.threadBefore(ctx, conversationID, nil, limit, true)
}

// ThreadBefore reads the messages shown before one, fetching them from the hub when they are not here.
func (d *Desk) ThreadBefore(ctx context.Context, conversationID, messageID string, limit int) (ThreadPage, error) {
	place, err := d.place(ctx, messageID)
	if err != nil {
		return ThreadPage{}, err
	}
	return d.threadBefore(ctx, conversationID, place, limit, false)
}

func (d *Desk) threadBefore(ctx context.Context, conversationID string, before *cache.Place, limit int, withSends bool) (ThreadPage, error) {
	for attempt := 0; ; attempt++ {
		page, floor, err := d.localBefore(ctx, conversationID, before, limit, withSends)
		if err != nil || len(page.Messages) > 0 || page.Complete {
			return page, err
		}
		if attempt == fetchesMost {
			return page, nil
		}
		if err := d.fetchOlder(ctx, conversationID, floor); err != nil {
			page.Earlier = true
			return page, nil
		}
	}
}

// localBefore reads a page of what is here without a gap.
func (d *Desk) localBefore(ctx context.Context, conversationID string, before *cache.Place, limit int, withSends bool) (page ThreadPage, floor int64, err error) {
	err = d.cache.View(ctx, func(r cache.Reader) error {
		if floor, _, err = r.Floor(ctx, conversationID); err != nil {
			return err
		}
		found, err := r.MessagesBefore(ctx, conversationID, before, floor, limit+1)
		if err != nil {
			return err
		}
		more := len(found) > limit
		if more {
			found = found[1:]
		}
		page.Complete = !more && floor <= 1 && (floor == 1 || d.nothingExists(ctx, r, conversationID))
		var sends []outbox.Send
		if withSends {
			if sends, err = pendingSends(ctx, r, conversationID); err != nil {
				return err
			}
		}
		page.Messages, err = d.present(ctx, r, found, sends)
		return err
	})
	return page, floor, err
}

// nothingExists reports whether a conversation has no messages at all.
func (d *Desk) nothingExists(ctx context.Context, r cache.Reader, conversationID string) bool {
	c, err := r.Conversation(ctx, conversationID)
	return err == nil && (c == nil || c.LastNo == 0)
}

// ThreadAfter reads the messages shown after one; at the end, with those still on their way.
func (d *Desk) ThreadAfter(ctx context.Context, conversationID, messageID string, limit int) (page ThreadPage, err error) {
	place, err := d.place(ctx, messageID)
	if err != nil {
		return page, err
	}
	err = d.cache.View(ctx, func(r cache.Reader) error {
		floor, _, err := r.Floor(ctx, conversationID)
		if err != nil {
			return err
		}
		page.Messages, err = d.after(ctx, r, conversationID, *place, floor, limit)
		return err
	})
	return page, err
}

func (d *Desk) after(ctx context.Context, r cache.Reader, conversationID string, place cache.Place, floor int64, limit int) ([]Message, error) {
	found, err := r.MessagesAfter(ctx, conversationID, place, floor, limit)
	if err != nil {
		return nil, err
	}
	var sends []outbox.Send
	if len(found) < limit && place.No != math.MaxInt64 {
		if sends, err = pendingSends(ctx, r, conversationID); err != nil {
			return nil, err
		}
	}
	return d.present(ctx, r, found, sends)
}

// ThreadAround reads a run of messages with one in the middle, as a search hit or a quotation asks for.
func (d *Desk) ThreadAround(ctx context.Context, conversationID, messageID string, limit int) (ThreadPage, error) {
	message, err := d.cache.Read().Message(ctx, messageID)
	if err != nil {
		return ThreadPage{}, err
	}
	if message == nil {
		return d.OpenThread(ctx, conversationID, limit) // still on its way: it is at the end
	}
	floor, err := d.reachDown(ctx, conversationID, message.No)
	if err != nil {
		return ThreadPage{}, err
	}
	var page ThreadPage
	err = d.cache.View(ctx, func(r cache.Reader) error {
		page.Earlier = floor > message.No
		floor = min(floor, message.No)
		at := cache.Place{SentMs: message.SentMs, No: message.No}
		before, err := r.MessagesBefore(ctx, conversationID, &at, floor, limit/2+1)
		if err != nil {
			return err
		}
		page.Complete = floor <= 1 && len(before) <= limit/2
		if len(before) > limit/2 {
			before = before[1:]
		}
		shown, err := d.present(ctx, r, append(before, message), nil)
		if err != nil {
			return err
		}
		after, err := d.after(ctx, r, conversationID, at, floor, limit-limit/2)
		page.Messages = slices.Concat(shown, after)
		return err
	})
	return page, err
}

// reachDown fetches older messages until the thread is here without a gap down to no, and returns the floor.
func (d *Desk) reachDown(ctx context.Context, conversationID string, no int64) (floor int64, err error) {
	for range fetchesMost {
		if floor, _, err = d.cache.Read().Floor(ctx, conversationID); err != nil || floor <= no {
			return floor, err
		}
		if err := d.fetchOlder(ctx, conversationID, floor); err != nil {
			return floor, nil
		}
	}
	return floor, nil
}

// fetchOlder asks the hub for messages numbered below beforeNo (0: the newest).
func (d *Desk) fetchOlder(ctx context.Context, conversationID string, beforeNo int64) error {
	switch d.sync.Connection().State {
	case sync.Live, sync.CatchingUp:
	default:
		return ErrNotHere // an agent does not wait for a hub that may not be there
	}
	ctx, cancel := context.WithTimeout(ctx, fetchLimit)
	defer cancel()
	_, err := d.sync.History(ctx, conversationID, beforeNo, fetchSize)
	return err
}

// place is where a message is shown. One that is still on its way is behind all others.
func (d *Desk) place(ctx context.Context, messageID string) (*cache.Place, error) {
	message, err := d.cache.Read().Message(ctx, messageID)
	if err != nil {
		return nil, err
	}
	if message == nil {
		return &cache.Place{SentMs: math.MaxInt64, No: math.MaxInt64}, nil
	}
	return &cache.Place{SentMs: message.SentMs, No: message.No}, nil
}

// FindQuoted looks for the message that another one answers, also far up in the history, and returns its id; "" when
// it is not in this conversation, or cannot be fetched now.
func (d *Desk) FindQuoted(ctx context.Context, messageID string) (string, error) {
	message, err := d.cache.Read().Message(ctx, messageID)
	if err != nil || message.GetContent().GetReplyToProviderId() == "" {
		return "", err
	}
	wanted := []string{message.Content.ReplyToProviderId}
	fetching, cancel := context.WithTimeout(ctx, fetchLimit)
	defer cancel()
	for range fetchesMost {
		found, err := d.cache.Read().MessagesByProvider(ctx, wanted)
		if err != nil || len(found) > 0 {
			return idOf(found), err
		}
		floor, _, err := d.cache.Read().Floor(ctx, message.ConversationId)
		if err != nil || floor <= 1 || d.fetchOlder(fetching, message.ConversationId, floor) != nil {
			return "", err
		}
	}
	return "", nil
}

func idOf(found []*hubv1.Message) string {
	if len(found) == 0 {
		return ""
	}
	return found[0].Id
}

// ThreadHits are what a search in one conversation found on this computer.
type ThreadHits struct {
	Hits     []cache.Hit // newest first
	Complete bool        // the whole history is here, so that these are all
}

// SearchThread finds messages of a conversation in what is here, at once. FetchThread brings the rest of its history.
func (d *Desk) SearchThread(ctx context.Context, conversationID, query string) (found ThreadHits, err error) {
	err = d.cache.View(ctx, func(r cache.Reader) error {
		floor, _, err := r.Floor(ctx, conversationID)
		if err != nil {
			return err
		}
		found.Complete = floor == 1 || d.nothingExists(ctx, r, conversationID)
		found.Hits, err = r.Search(ctx, conversationID, query)
		return err
	})
	return found, err
}

// historySize is how many older messages a search brings at once, and historyPages how often for one call: some tenths of a
// second, so that hits appear while it goes on.
const (
	historySize  = 500
	historyPages = 4
)

// FetchThread brings older messages of a conversation onto this computer. complete says that all are here; ErrNotHere that
// the hub cannot be asked.
func (d *Desk) FetchThread(ctx context.Context, conversationID string) (complete bool, err error) {
	for range historyPages {
		floor, _, err := d.cache.Read().Floor(ctx, conversationID)
		if err != nil || floor == 1 {
			return floor == 1, err
		}
		if !d.reachable() {
			return false, fmt.Errorf("fetch thread: %w", ErrNotHere)
		}
		if complete, err := d.sync.History(ctx, conversationID, floor, historySize); err != nil || complete {
			return complete, err
		}
	}
	return false, nil
}

// Messages reads the messages with these ids that are known, also those still on their way, in shown order.
func (d *Desk) Messages(ctx context.Context, ids []string) (messages []Message, err error) {
	err = d.cache.View(ctx, func(r cache.Reader) error {
		messages, err = d.messagesIn(ctx, r, ids)
		return err
	})
	return messages, err
}

func (d *Desk) messagesIn(ctx context.Context, r cache.Reader, ids []string) ([]Message, error) {
	found, err := r.Messages(ctx, ids)
	if err != nil {
		return nil, err
	}
	here := map[string]bool{}
	for _, m := range found {
		here[m.Id] = true
	}
	overlay, err := outbox.ReadOverlay(ctx, r)
	if err != nil {
		return nil, err
	}
	var sends []outbox.Send
	for _, send := range overlay.AllSends() {
		if !here[send.Message.Id] && slices.Contains(ids, send.Message.Id) {
			sends = append(sends, send)
		}
	}
	return d.present(ctx, r, found, sends)
}

// pendingSends lists the sends of a conversation that the feed has not brought.
func pendingSends(ctx context.Context, r cache.Reader, conversationID string) ([]outbox.Send, error) {
	overlay, err := outbox.ReadOverlay(ctx, r)
	if err != nil {
		return nil, err
	}
	sends := overlay.Sends(conversationID)
	ids := make([]string, len(sends))
	for i, send := range sends {
		ids[i] = send.Message.Id
	}
	here, err := r.Messages(ctx, ids)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(sends, func(send outbox.Send) bool {
		return slices.ContainsFunc(here, func(m *hubv1.Message) bool { return m.Id == send.Message.Id })
	}), nil
}
