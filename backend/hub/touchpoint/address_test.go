package touchpoint

import (
	"testing"

	"parley/backend/channel"
	"parley/backend/hub/store/db"
)

// Whoever has written to two Pages, or on two channels, is reached at each by the id that they have there.
func TestAddress(t *testing.T) {
	identities := []db.ContactIdentity{
		{Channel: "messenger", Kind: "user", Scope: "page-1", Value: "psid-1"},
		{Channel: "messenger", Kind: "user", Scope: "page-2", Value: "psid-2"},
		{Channel: "whatsapp", Kind: "user", Value: "GB.1"},
		{Channel: "whatsapp", Kind: "phone", Value: "447700900014"},
	}
	for _, test := range []struct {
		from db.Touchpoint
		want channel.Address
	}{
		{db.Touchpoint{Channel: "messenger", AccountID: "page-1"}, channel.Address{UserID: "psid-1", Scope: "page-1"}},
		{db.Touchpoint{Channel: "messenger", AccountID: "page-2"}, channel.Address{UserID: "psid-2", Scope: "page-2"}},
		{db.Touchpoint{Channel: "messenger", AccountID: "page-3"}, channel.Address{}},
		{db.Touchpoint{Channel: "whatsapp", AccountID: "number"}, channel.Address{UserID: "GB.1", Phone: "447700900014"}},
	} {
		if got := (&Touchpoint{Touchpoint: test.from}).Address(identities); got != test.want {
			t.Errorf("from %s of %s: %+v, not %+v", test.from.AccountID, test.from.Channel, got, test.want)
		}
	}
}
