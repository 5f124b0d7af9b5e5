package conversation

import "github.com/google/uuid"

// NewID makes an id (UUIDv7 text) for anything of Parley's. Ids are made where the thing is born.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// ValidID reports whether text is an id that a client may have made, in its one spelling.
func ValidID(text string) bool {
	id, err := uuid.Parse(text)
	return err == nil && id.Version() == 7 && id.String() == text
}
