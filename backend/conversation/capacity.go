package conversation

// Capacity is counted in points: an agent may have some, and each conversation takes as many as its touchpoint weighs.
const (
	DefaultCapacity = 100
	DefaultWeight   = 20
)

// Room reports whether an agent who has load points can take weight more. Picking by hand may go beyond it, transfers
// and what is assigned by itself may not.
func Room(load, weight, capacity int64) bool { return load+weight <= capacity }

// ByRouting stands in the place of a colleague where the hub gave a conversation to an agent.
const ByRouting = "routing"

// Presence says whether an agent is there. They may call it by a word of their own.
type Presence string

// Presences. Only those who are available are given conversations.
const (
	PresenceAvailable Presence = "available"
	PresenceAway      Presence = "away"
)
