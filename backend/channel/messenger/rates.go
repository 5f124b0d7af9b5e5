package messenger

import (
	"time"

	"parley/backend/channel"
)

// rates keep a Page below its 300 messages a second. Source: Meta docs, "Messenger Platform: rate limits", 2026-03-23.
var rates = channel.Rates{Every: time.Second / 200, Burst: 50}

// Rates are how fast Messenger takes messages.
func (*Adapter) Rates() channel.Rates { return rates }
