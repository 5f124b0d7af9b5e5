package desk

import (
	"errors"
	"fmt"

	"parley/backend/desk/cache"
)

// Errors that a shell has words for.
var (
	// ErrErased says that a contact was erased, with all that was about them.
	ErrErased = cache.ErrErased
	// ErrNotFound says that a conversation, message, contact or file is not known here.
	ErrNotFound = errors.New("not found")
	// ErrEmptyMessage says that there is nothing to send.
	ErrEmptyMessage = errors.New("nothing to send")
	// ErrInvalid says that what was entered cannot be sent.
	ErrInvalid = errors.New("what was entered is not valid")
	// ErrUnfilled says that a template has places that were not filled.
	ErrUnfilled = errors.New("the template is not filled")
	// ErrUnsupported says that the channel does not take this kind of message.
	ErrUnsupported = errors.New("the channel does not take this kind of message")
	// ErrNotHere says that a file has not been fetched, and that the hub cannot be asked now.
	ErrNotHere = errors.New("the file is not on this computer")
)

// TextTooLongError says that a text is longer than its channel takes, and as how many messages it could go.
type TextTooLongError struct{ Runes, Most, Parts int }

func (e *TextTooLongError) Error() string {
	return fmt.Sprintf("the text has %d characters, the channel takes %d", e.Runes, e.Most)
}

// AttachmentError says why a file cannot be sent.
type AttachmentError struct {
	AttachmentID string
	Refusal      AttachmentRefusal
	LimitBytes   int64 // with RefusalTooLarge
}

func (e *AttachmentError) Error() string {
	return "the attachment cannot be sent: " + string(e.Refusal)
}
