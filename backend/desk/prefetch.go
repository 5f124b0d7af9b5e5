package desk

import (
	"context"
	"maps"
	"slices"
	stdsync "sync"

	"parley/backend/desk/cache"
	"parley/backend/desk/sync"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// prefetchMost bounds how much waits to be looked at: after a long absence the newest is enough, the rest comes when it is
// shown.
const prefetchMost = 300

// prefetch holds what has just come, so that its small pictures are here before anybody looks.
type prefetch struct {
	mu            stdsync.Mutex
	messages      []string
	conversations []string
	wake          chan struct{}
}

func (p *prefetch) init() { p.wake = make(chan struct{}, 1) }

func (p *prefetch) add(a sync.Applied) {
	p.mu.Lock()
	for _, id := range slices.Sorted(maps.Keys(a.Messages)) {
		p.messages = append(p.messages, a.Messages[id]...)
	}
	p.conversations = append(p.conversations, a.Conversations...)
	p.messages = p.messages[max(0, len(p.messages)-prefetchMost):]
	p.conversations = p.conversations[max(0, len(p.conversations)-prefetchMost):]
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default: // it has not looked since the last one
	}
}

func (p *prefetch) take() (messages, conversations []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	messages, conversations = p.messages, p.conversations
	p.messages, p.conversations = nil, nil
	return messages, conversations
}

// servePrefetch fetches thumbnails of messages and pictures of contacts as they come.
func (d *Desk) servePrefetch(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-d.prefetch.wake:
		}
		messages, conversations := d.prefetch.take()
		wanted, err := d.small(ctx, messages, conversations)
		if err != nil {
			return err
		}
		for _, r := range wanted {
			if ctx.Err() != nil || !d.reachable() {
				break
			}
			if _, err := d.file(ctx, r); err != nil && ctx.Err() == nil {
				d.log.InfoContext(ctx, "Small picture did not come yet", "error", err) // it is asked for when it is shown
			}
		}
	}
}

// small lists the small pictures of messages and of the contacts of conversations.
func (d *Desk) small(ctx context.Context, messageIDs, conversationIDs []string) (wanted []remote, err error) {
	err = d.cache.View(ctx, func(r cache.Reader) error {
		messages, err := r.Messages(ctx, messageIDs)
		if err != nil {
			return err
		}
		for _, m := range messages {
			if media := m.GetContent().GetMedia(); media.GetThumbSha256() != "" && media.GetState() == "ready" {
				wanted = append(wanted, thumbnailOf(media.Id))
			}
		}
		rows, err := r.ConversationRows(ctx, conversationIDs)
		for _, row := range rows {
			if sum := row.Contact.GetPictureSha256(); sum != "" && open(row.Conversation) {
				wanted = append(wanted, pictureOf(row.Contact.Id, sum))
			}
		}
		return err
	})
	return wanted, err
}

func open(c *hubv1.Conversation) bool { return c.GetStatus() != "closed" }
