package practice

import (
	"crypto/rand"
	"encoding/base64"
	"math/big"
	"slices"
	"time"

	"parley/backend/conversation"
)

// contact is a person who writes to the business, with their side of the thread.
type contact struct {
	ID        string               // in the control API
	Channel   conversation.Channel // which app they use
	AccountID string               // whom they write to
	Name      string               // first name on Messenger; "" shows none to the business
	LastName  string               // Messenger only
	Username  string               // WhatsApp: hides the number
	Phone     string               // digits; "" for a person with a username
	UserID    string               // BSUID or PSID
	Language  string
	PictureID string // Messenger: media of their picture, "" until somebody asks for it
	Added     bool   // by a person on the phone page, not by the seed

	thread
}

// thread is what changes about a contact, and is saved.
type thread struct {
	Messages  []*message
	LastInMs  int64 // when the contact last did what opens the session window
	Blocked   bool  // they blocked the business
	Opened    int   // how many of the persona's own lines were written
	Answered  int   // how many of the persona's answers were written
	PairDebt  float64
	PairSeen  int64 // when PairDebt was right, in practice milliseconds
	answering bool  // an answer is on its way

	typingUntilMs int64 // until when the contact sees that the business is writing, in practice milliseconds
}

// message is one message of a thread, seen from the contact's phone.
type message struct {
	ID          string `json:"id"` // wamid or mid
	FromContact bool   `json:"fromContact"`
	Kind        string `json:"kind"` // Meta's word on WhatsApp: text, image, audio, document, location, reaction …
	Text        string `json:"text,omitempty"`
	MediaID     string `json:"mediaId,omitempty"`
	MIME        string `json:"mime,omitempty"`
	FileName    string `json:"fileName,omitempty"`
	Voice       bool   `json:"voice,omitempty"`
	Place       *place `json:"location,omitempty"`
	Card        *card  `json:"card,omitempty"`
	Emoji       string `json:"emoji,omitempty"`
	TargetID    string `json:"targetId,omitempty"`
	ReplyTo     string `json:"replyTo,omitempty"`
	AtMs        int64  `json:"atMs"`
	State       string `json:"state,omitempty"` // of the business's: accepted, sent, delivered, read
	ClientRef   string `json:"clientRef,omitempty"`
	Seen        bool   `json:"seen,omitempty"` // of the contact's: the business marked it read

	Edited    bool     `json:"edited,omitempty"`
	Edits     int      `json:"edits,omitempty"`
	Deleted   bool     `json:"deleted,omitempty"`
	Forwarded bool     `json:"forwarded,omitempty"`
	Choices   []choice `json:"choices,omitempty"` // of the business's: what the contact can press
	Answer    *choice  `json:"answer,omitempty"`  // of the contact's: what they pressed
	Ad        *ad      `json:"ad,omitempty"`      // of the contact's: the ad that brought them
	RawKind   string   `json:"rawKind,omitempty"` // kind "unsupported" and "system": Meta's word
	StickerID string   `json:"stickerId,omitempty"`
	Header    string   `json:"header,omitempty"` // of a template or interactive message
	Footer    string   `json:"footer,omitempty"`
}

// choice is a button or a row of a list. Of is how Meta tells that it was pressed: "button" (template),
// "button_reply", "list_reply", "nfm_reply", "postback" or "quick_reply"; "" cannot be pressed (links).
type choice struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	Of          string `json:"of,omitempty"`
}

// ad is what a contact pressed before they wrote.
type ad struct {
	ID       string `json:"id"`
	Headline string `json:"headline"`
	URL      string `json:"url,omitempty"`
}

type place struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name,omitempty"`
	Address   string  `json:"address,omitempty"`
}

type card struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
}

func (c *contact) fullName() string {
	if c.LastName == "" {
		return c.Name
	}
	return c.Name + " " + c.LastName
}

func (c *contact) message(id string) *message {
	for _, message := range slices.Backward(c.Messages) {
		if message.ID == id {
			return message
		}
	}
	return nil
}

// Pair rate: one message for each 6 s, 45 of them may be borrowed. Source: Meta docs, "Rate limits: pair rate
// limit", 2026-09-11.
const (
	pairEvery = 6 * time.Second
	pairBurst = 45
)

// spendPair counts a message to the contact and reports whether it is within the pair rate.
func (c *contact) spendPair(nowMs int64) bool {
	paid := float64(nowMs-c.PairSeen) / float64(pairEvery.Milliseconds())
	c.PairDebt, c.PairSeen = max(0, c.PairDebt-paid), nowMs
	if c.PairDebt+1 > pairBurst {
		return false
	}
	c.PairDebt++
	return true
}

// windowOpen reports whether the business may still write freely after length.
func (c *contact) windowOpen(nowMs int64, length time.Duration) bool {
	return c.LastInMs != 0 && nowMs < c.LastInMs+length.Milliseconds()
}

// newMessageID makes an id like Meta's. It is random, not seeded: after a restart no id may come again.
func newMessageID(ch conversation.Channel) string {
	raw := make([]byte, 27)
	_, _ = rand.Read(raw)
	if ch == conversation.ChannelMessenger {
		return "m_" + base64.RawURLEncoding.EncodeToString(raw)
	}
	return "wamid." + base64.StdEncoding.EncodeToString(raw)
}

// newNumberID makes an id of 16 digits, as media have.
func newNumberID() string {
	n, err := rand.Int(rand.Reader, big.NewInt(9e15))
	if err != nil {
		panic("no random numbers: " + err.Error()) // crypto/rand never fails on supported systems
	}
	return n.Add(n, big.NewInt(1e15)).String()
}
