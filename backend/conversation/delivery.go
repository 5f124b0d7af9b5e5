package conversation

// DeliveryState is how far an outgoing message has come. Each state has stored proof; none is assumed.
type DeliveryState string

// The states, in the order of their proof.
const (
	DeliveryOnComputer  DeliveryState = "on_computer" // a row in the desk's outbox
	DeliveryInHub       DeliveryState = "in_hub"      // a row in the hub
	DeliverySending     DeliveryState = "sending"     // handed to Meta, no answer yet
	DeliveryUnconfirmed DeliveryState = "unconfirmed" // handed to Meta, and the answer was lost
	DeliveryAccepted    DeliveryState = "accepted"    // Meta answered with its id
	DeliveryFailed      DeliveryState = "failed"      // Meta refused it, or gave up
	DeliveryDelivered   DeliveryState = "delivered"
	DeliveryRead        DeliveryState = "read"
)

// DeliveryStates lists every state, for exhaustive tests.
var DeliveryStates = []DeliveryState{
	DeliveryOnComputer, DeliveryInHub, DeliverySending, DeliveryUnconfirmed,
	DeliveryAccepted, DeliveryFailed, DeliveryDelivered, DeliveryRead,
}

// Rank orders states by the strength of their proof. Proof of receipt beats a failure that was reported
// before or after it (Meta sends both orders); a failure beats acceptance, which promised nothing.
func (s DeliveryState) Rank() int {
	switch s {
	case DeliveryInHub:
		return 1
	case DeliverySending:
		return 2
	case DeliveryUnconfirmed:
		return 3
	case DeliveryAccepted:
		return 4
	case DeliveryFailed:
		return 5
	case DeliveryDelivered:
		return 6
	case DeliveryRead:
		return 7
	default:
		return 0
	}
}

// Merge returns the state after a report of another one. Reports come late, twice and shuffled; the state
// after all of them is the same in every order.
func (s DeliveryState) Merge(reported DeliveryState) DeliveryState {
	if reported.Rank() > s.Rank() {
		return reported
	}
	return s
}

// Settled reports whether no further news of the message is needed to know what became of it.
func (s DeliveryState) Settled() bool { return s.Rank() >= DeliveryAccepted.Rank() }
