package whatsapp

import (
	"time"

	"parley/backend/channel"
)

// rates keep a number at three quarters of its 80 messages a second, since what comes in counts, too, and a contact at
// one message in 6 seconds with most of the 45 that may be borrowed. Source: Meta docs, "Throughput" and "Pair rate
// limits", 2026-09-11.
var rates = channel.Rates{Every: time.Second / 60, Burst: 30, PairEvery: 6 * time.Second, PairBurst: 40}

// Rates are how fast WhatsApp takes messages.
func (*Adapter) Rates() channel.Rates { return rates }
