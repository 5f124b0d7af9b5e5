// Package phone plays the contacts of the practice workspace through the practice phone's control API.
package phone

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Phone is the practice phone at an address.
type Phone struct{ base string }

// At returns the phone at the address of its page, which ends in "/".
func At(page string) *Phone { return &Phone{base: page + "api/"} }

// Contact is a practice contact.
type Contact struct {
	ID, Channel, Name, Touchpoint string
	LastMs                        int64 // of the latest message; 0 when there is none
}

// Message is one message in a contact's own view of the thread. State is that of the business's messages.
type Message struct {
	ID, Text, Kind, State string
	FromContact           bool
	Seen                  bool // of the contact's: the business marked it read
}

// Quiet stops contacts from writing and reading by themselves.
func (p *Phone) Quiet(ctx context.Context) error {
	return p.post(ctx, "quiet", map[string]bool{"quiet": true})
}

// Contacts lists everybody.
func (p *Phone) Contacts(ctx context.Context) ([]Contact, error) {
	var answer struct{ Contacts []Contact }
	err := p.get(ctx, "contacts", &answer)
	return answer.Contacts, err
}

// Add makes another contact, who has not written yet.
func (p *Phone) Add(ctx context.Context, channel, name string) (id string, err error) {
	var added struct{ ID string }
	err = p.call(ctx, "contacts", map[string]string{"channel": channel, "name": name}, &added)
	return added.ID, err
}

// Write sends a text as the contact.
func (p *Phone) Write(ctx context.Context, contactID, text string) error {
	return p.post(ctx, "contacts/"+contactID+"/messages", map[string]string{"text": text})
}

// Sample lets a contact send something made for the occasion: "photo", "voice" or "document".
func (p *Phone) Sample(ctx context.Context, contactID, kind string) error {
	return p.post(ctx, "contacts/"+contactID+"/messages", map[string]string{"sample": kind})
}

// Say has the contact send anything that the phone knows: its fields are those of practice's phoneWrite.
func (p *Phone) Say(ctx context.Context, contactID string, what map[string]any) error {
	return p.post(ctx, "contacts/"+contactID+"/messages", what)
}

// Block has the contact block the business, or not any more.
func (p *Phone) Block(ctx context.Context, contactID string, blocked bool) error {
	return p.post(ctx, "contacts/"+contactID+"/block", map[string]bool{"blocked": blocked})
}

// Faults replaces all of Meta's troubles: the fields are those of practice's Faults.
func (p *Phone) Faults(ctx context.Context, faults map[string]any) error {
	return p.post(ctx, "faults", faults)
}

// Read has the contact read everything that the business wrote.
func (p *Phone) Read(ctx context.Context, contactID string) error {
	return p.post(ctx, "contacts/"+contactID+"/read", struct{}{})
}

// Thread lists what the contact sees, oldest first.
func (p *Phone) Thread(ctx context.Context, contactID string) ([]Message, error) {
	var answer struct{ Messages []Message }
	err := p.get(ctx, "contacts/"+contactID+"/messages", &answer)
	return answer.Messages, err
}

// Advance moves the practice clock forward.
func (p *Phone) Advance(ctx context.Context, by time.Duration) error {
	return p.post(ctx, "clock", map[string]int64{"advanceMs": by.Milliseconds()})
}

func (p *Phone) post(ctx context.Context, path string, body any) error {
	return p.call(ctx, path, body, nil)
}

func (p *Phone) call(ctx context.Context, path string, body, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.base+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	return p.do(request, into)
}

func (p *Phone) get(ctx context.Context, path string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.base+path, nil)
	if err != nil {
		return err
	}
	return p.do(request, into)
}

func (p *Phone) do(request *http.Request, into any) error {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("reach practice phone: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		reason, _ := io.ReadAll(io.LimitReader(response.Body, 200))
		return fmt.Errorf("practice phone answers %s to %s: %s", response.Status, request.URL.Path, reason)
	}
	if into == nil {
		return nil
	}
	return json.NewDecoder(response.Body).Decode(into)
}
