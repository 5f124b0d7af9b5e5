package messenger

import (
	"parley/backend/channel"
	"parley/backend/conversation"
)

// Limits of what can be sent. A message is either text or an attachment, so there are no captions. Sources:
// Meta docs, "Send API" (text 2000, metadata 1000 characters) and "Attachments" (25 MB), 2026-04-22.
const (
	maxTextRunes     = 2000
	maxMetadataRunes = 999

	maxAttachmentBytes = 25 << 20
)

var limits = channel.Limits{
	TextRunes:    maxTextRunes,
	CaptionRunes: 0,
	Media: []channel.MediaLimit{
		{Kind: conversation.KindImage, MIME: []string{"image/jpeg", "image/png", "image/gif"}, MaxBytes: maxAttachmentBytes},
		{Kind: conversation.KindVideo, MIME: []string{"video/mp4", "video/quicktime", "video/webm", "video/ogg"}, MaxBytes: maxAttachmentBytes},
		{Kind: conversation.KindAudio, MIME: []string{"audio/aac", "audio/mp4", "audio/mpeg", "audio/wav", "audio/ogg"}, MaxBytes: maxAttachmentBytes},
		{Kind: conversation.KindDocument, MaxBytes: maxAttachmentBytes},
	},
	// No location and no contact card: channel.AsText says the same in words, if the agent agrees.
	Other: []conversation.Kind{conversation.KindReaction},
}

// Limits are Messenger's limits on what an agent may send.
func (*Adapter) Limits() channel.Limits { return limits.Published() }
