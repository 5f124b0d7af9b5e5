package routing

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"parley/backend/conversation"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// Bounds of what can be set.
const (
	// DefaultOffer is how long an offer stands where nothing else is set.
	DefaultOffer = 30 * time.Second

	offerLeast      = 5 * time.Second
	offerMost       = time.Hour
	unansweredLeast = time.Minute
	unansweredMost  = 7 * 24 * time.Hour
	answerRunes     = 1000
)

// Settings are how a queue's conversations find their agent.
type Settings struct {
	Mode       Mode
	Offer      time.Duration // how long an offer stands; 0 takes DefaultOffer
	Unanswered time.Duration // how long an agent may leave a contact without an answer; 0 for ever
	HoursText  string        // see conversation.ParseHours; "" for always
	Zone       string
	Answer     string // to who writes outside of the hours; "" for none

	Hours conversation.Hours // of HoursText
}

// ErrNoQueue says that there is no such queue.
var ErrNoQueue = errors.New("there is no such queue")

// clean returns settings as they are kept. The error is a sentence for whoever made them.
func (s Settings) clean() (Settings, error) {
	if s.Mode == "" {
		s.Mode = Pick
	}
	if s.Offer == 0 {
		s.Offer = DefaultOffer
	}
	s.Answer = strings.TrimSpace(conversation.CleanText(s.Answer))
	s.HoursText, s.Zone = strings.TrimSpace(s.HoursText), strings.TrimSpace(s.Zone)
	var err error
	switch {
	case s.Mode != Pick && s.Mode != Assign && s.Mode != Offer:
		return s, fmt.Errorf("%q is not a way to route: pick, assign or offer", s.Mode)
	case s.Offer < offerLeast || s.Offer > offerMost:
		return s, fmt.Errorf("an offer stands for %v to %v", offerLeast, offerMost)
	case s.Unanswered != 0 && (s.Unanswered < unansweredLeast || s.Unanswered > unansweredMost):
		return s, fmt.Errorf("conversations go back after %v to %v, or never", unansweredLeast, unansweredMost)
	case utf8.RuneCountInString(s.Answer) > answerRunes:
		return s, fmt.Errorf("an automatic answer has at most %d characters", answerRunes)
	case s.Answer != "" && s.HoursText == "":
		return s, errors.New("an automatic answer is for outside of business hours: say when those are")
	}
	s.Hours, err = conversation.ParseHours(s.HoursText, s.Zone)
	return s, err
}

// Of reads a row's settings.
func Of(row db.QueueRouting) (Settings, error) {
	return Settings{
		Mode: Mode(row.Mode), Offer: time.Duration(row.OfferMs) * time.Millisecond, Unanswered: time.Duration(row.UnansweredMs) * time.Millisecond,
		HoursText: row.Hours, Zone: row.Zone, Answer: row.Answer,
	}.clean()
}

// SetQueue says how a queue's conversations find their agent. ErrNoQueue: there is none; an
// *InvalidError is a sentence for whoever wanted it.
func SetQueue(ctx context.Context, tx *store.Tx, queueID string, s Settings) error {
	s, err := s.clean()
	if err != nil {
		return &InvalidError{err}
	}
	if _, err := tx.BumpQueue(ctx, db.BumpQueueParams{WorkspaceID: tx.WorkspaceID, ID: queueID}); err != nil {
		if store.NotFound(err) {
			return ErrNoQueue
		}
		return fmt.Errorf("set routing: %w", err)
	}
	tx.Changed(store.TypeQueue, queueID)
	err = tx.PutQueueRouting(ctx, db.PutQueueRoutingParams{
		WorkspaceID: tx.WorkspaceID, QueueID: queueID, Mode: string(s.Mode), OfferMs: s.Offer.Milliseconds(),
		UnansweredMs: s.Unanswered.Milliseconds(), Hours: s.HoursText, Zone: s.Zone, Answer: s.Answer,
	})
	if err != nil {
		return fmt.Errorf("set routing: %w", err)
	}
	return nil
}

// InvalidError says what is wrong with settings, in a sentence.
type InvalidError struct{ reason error }

func (e *InvalidError) Error() string { return e.reason.Error() }
