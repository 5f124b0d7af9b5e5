// Package words are those that the system shows and not the page: in notifications, on their buttons, in the tray. The
// page tells the language; its own words are in frontend/messages.
package words

import (
	"fmt"
	"strings"
	"time"
)

// Words are all of them in one language. Places are those of fmt, in the same order in each language.
type Words struct {
	UnknownContact  string
	NewMessage      string
	NewConversation string
	FromInbox       string // name
	HubAway         string
	Closing         string // time of day, time left
	Returned        string
	Unconfirmed     string
	NotDelivered    string
	Given           string
	Offered         string // name
	Transferred     string // by whom

	Minutes      string // number
	Hours        string // number
	HoursMinutes string // hours, minutes

	CountClosing     Count
	CountClosed      Count
	CountTroubled    Count
	CountTransferred Count
	CountUnread      Count
	CountInbox       Count

	Open       string
	Reply      string
	MarkRead   string
	Accept     string
	Reject     string
	WriteReply string
	Send       string
	Test       string

	TrayOpen      string
	TrayUnread    Count
	NothingUnread string
	NoHub         string
	Away          string
	DoNotDisturb  string
	SnoozeHour    string
	Quit          string

	SignedIn string // in the browser
}

// Count is a number of conversations in words.
type Count struct {
	One  string
	Many string // number
}

// Of is the count of n; "" for none.
func (c Count) Of(n int) string {
	switch {
	case n <= 0:
		return ""
	case n == 1:
		return c.One
	default:
		return fmt.Sprintf(c.Many, n)
	}
}

// Left writes a time in full minutes, the last one begun counted: "30 min", "1 h 12 min".
func (w *Words) Left(d time.Duration) string {
	minutes := int((d + time.Minute - 1) / time.Minute)
	switch hours := minutes / 60; {
	case hours == 0:
		return fmt.Sprintf(w.Minutes, minutes)
	case minutes%60 == 0:
		return fmt.Sprintf(w.Hours, hours)
	default:
		return fmt.Sprintf(w.HoursMinutes, hours, minutes%60)
	}
}

// In returns the words of a language, such as "pt" or "pt-PT"; English for one that there is not.
func In(language string) *Words {
	base, _, _ := strings.Cut(strings.ToLower(language), "-")
	if w, any := languages[base]; any {
		return w
	}
	return &english
}

var languages = map[string]*Words{"en": &english, "pt": &portuguese, "es": &spanish}
