package main

import (
	"bytes"
	"context"
	"net/http"

	"parley/app/dto"
	"parley/app/notify"
	"parley/app/words"
)

// A browser is the Surface on which the application shows its page.

func (b *browser) Emit(events []dto.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for page := range b.pages {
		select {
		case page <- events:
		default: // a page that hangs: it sees the gap and resumes
		}
	}
}

func (b *browser) OpenURL(address string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done.Opened = append(b.done.Opened, address)
}

func (b *browser) CopyText(text string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done.Copied = append(b.done.Copied, text)
	return nil
}

func (b *browser) ChooseFiles() ([]string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	chosen := b.choice
	b.choice = nil
	return chosen, nil
}

func (b *browser) ChooseTarget(string) (string, error) {
	chosen, err := b.ChooseFiles()
	if err != nil || len(chosen) == 0 {
		return "", err
	}
	return chosen[0], nil
}

func (b *browser) Raise() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done.Raised++
}

func (b *browser) SetUnread(unread int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done.Unread = unread
}

// Speak does nothing: a browser checks spelling by itself.
func (b *browser) Speak(string) {}

func (b *browser) Notifier(_ func() *words.Words, responded func(notify.Response)) (notify.Notifier, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.responded = responded
	return notifier{b}, nil
}

// notifier keeps what a system would show.
type notifier struct{ *browser }

func (n notifier) Show(_ context.Context, shown notify.Notification) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.done.Notified = append(n.done.Notified, shown)
	return nil
}

func (n notifier) Withdraw(_ context.Context, key string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := range n.done.Notified {
		if n.done.Notified[i].Key == key {
			n.done.Notified = append(n.done.Notified[:i:i], n.done.Notified[i+1:]...)
			return nil
		}
	}
	return nil // nothing is shown under it
}

func (n notifier) About() notify.About {
	return notify.About{Way: notify.WayDBus, Service: "headless", Clicks: true, Replies: true}
}

func (n notifier) Close() error { return nil }

// keeper keeps an answer.
type keeper struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (k *keeper) Header() http.Header            { return k.header }
func (k *keeper) WriteHeader(status int)         { k.status = status }
func (k *keeper) Write(part []byte) (int, error) { return k.body.Write(part) }
