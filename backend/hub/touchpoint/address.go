package touchpoint

import (
	"parley/backend/channel"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// Address is where a contact of these identities is reached from here; without a user id where they are not known here. Who has
// written to two Pages has an id at each, and the one is nobody at the other.
func (t *Touchpoint) Address(known []db.ContactIdentity) (to channel.Address) {
	for _, row := range known {
		switch {
		case row.Channel != t.Channel:
		case row.Kind == store.IdentityPhone:
			to.Phone = row.Value
		case row.Kind == store.IdentityUser && (row.Scope == "" || row.Scope == t.AccountID):
			to.UserID, to.Scope = row.Value, row.Scope
		}
	}
	return to
}

// NeedsHumanAgent reports whether what a person writes now to a contact who wrote last at a time (Unix ms) has to say so: the
// window that is open to everything has closed, and a longer one is open to people.
func (t *Touchpoint) NeedsHumanAgent(lastInboundMs, nowMs int64) bool {
	return t.StandardWindowMs > 0 && nowMs >= lastInboundMs+t.StandardWindowMs
}
