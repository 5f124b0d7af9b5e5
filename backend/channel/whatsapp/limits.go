package whatsapp

import (
	"parley/backend/channel"
	"parley/backend/conversation"
)

// Limits of what can be sent. Sizes are Meta's megabytes, read as MiB. Sources: Meta docs, "Messages" (text
// 4096, caption 1024 characters) and "Media: supported types", 2026-04-17.
const (
	maxTextRunes    = 4096
	maxCaptionRunes = 1024

	kib = 1 << 10
	mib = 1 << 20
)

var limits = channel.Limits{
	TextRunes:    maxTextRunes,
	CaptionRunes: maxCaptionRunes,
	Formats:      true,
	Media: []channel.MediaLimit{
		{Kind: conversation.KindImage, MIME: []string{"image/jpeg", "image/png"}, MaxBytes: 5 * mib, Caption: true},
		{Kind: conversation.KindVideo, MIME: []string{"video/mp4", "video/3gpp"}, MaxBytes: 16 * mib, Caption: true},
		{Kind: conversation.KindAudio, MIME: []string{"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}, MaxBytes: 16 * mib},
		// 500 KB are allowed for animated stickers only, which cannot be told from the type.
		{Kind: conversation.KindSticker, MIME: []string{"image/webp"}, MaxBytes: 100 * kib},
		{Kind: conversation.KindDocument, MaxBytes: 100 * mib, Caption: true},
	},
	Other: []conversation.Kind{
		conversation.KindReaction, conversation.KindLocation, conversation.KindContacts, conversation.KindTemplate,
	},
}

// Limits are WhatsApp's limits on what an agent may send.
func (*Adapter) Limits() channel.Limits { return limits.Published() }
