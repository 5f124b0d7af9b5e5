package whatsapp

import (
	"parley/backend/channel"
	"parley/backend/conversation"
)

// Window is WhatsApp's rule: 24 hours from the contact's latest message, approved templates afterwards. There
// is no human-agent mark. Source: Meta docs, "Customer service windows", 2026-09-28.
func (*Adapter) Window() channel.WindowRule {
	return channel.WindowRule{Length: conversation.WhatsAppWindow, Templates: true, WrapUp: true}
}
