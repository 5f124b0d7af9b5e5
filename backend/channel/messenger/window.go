package messenger

import (
	"parley/backend/channel"
	"parley/backend/conversation"
)

// Window is Messenger's rule: 7 days from the contact's latest message, of which the first 24 hours need no
// human-agent mark. Source: Meta docs, "Human agent", 2026-09-28.
func (*Adapter) Window() channel.WindowRule {
	return channel.WindowRule{Length: conversation.MessengerHumanWindow, Standard: conversation.MessengerStandardWindow}
}
