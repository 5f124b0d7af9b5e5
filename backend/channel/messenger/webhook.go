package messenger

import (
	"encoding/json"

	"parley/backend/channel"
)

// The wire types mirror Meta's JSON. Lists hold raw elements, so that one damaged element costs no other.
// Source: Meta docs, "Messenger Platform: webhook events", 2026-09.

// wireBody is the envelope:
//
//	{"object":"page","entry":[{"id":"<PAGE>","time":1749416383000,"messaging":[{"sender":{"id":"<PSID>"},…}]}]}
type wireBody struct {
	Object string            `json:"object"`
	Entry  []json.RawMessage `json:"entry"`
}

// wireEntry holds standby instead of messaging while another app owns the thread.
type wireEntry struct {
	ID        string            `json:"id"`
	Time      channel.Timestamp `json:"time"`
	Messaging []json.RawMessage `json:"messaging"`
	Standby   []json.RawMessage `json:"standby"`
	Changes   []json.RawMessage `json:"changes"`
}

type wireParty struct {
	ID string `json:"id"`
}

// wireEvent is one element of messaging[] or standby[]. Exactly one of the pointers is set.
type wireEvent struct {
	Sender    wireParty         `json:"sender"`
	Recipient wireParty         `json:"recipient"`
	Timestamp channel.Timestamp `json:"timestamp"`

	Message  *wireMessage   `json:"message"`
	Edit     *wireEdit      `json:"message_edit"`
	Postback *wirePostback  `json:"postback"`
	Reaction *wireReaction  `json:"reaction"`
	Referral *wireReferral  `json:"referral"`
	Delivery *wireWatermark `json:"delivery"`
	Read     *wireWatermark `json:"read"`
	Policy   *wirePolicy    `json:"policy_enforcement"`

	Optin   *wireOptin    `json:"optin"`
	Linking *wireLinking  `json:"account_linking"`
	Pass    *wireHandover `json:"pass_thread_control"`
	Take    *wireHandover `json:"take_thread_control"`
	Request *wireHandover `json:"request_thread_control"`
	Roles   *wireHandover `json:"app_roles"`
}

// wireOptin without a sender (user_ref only) names nobody whom we know.
type wireOptin struct {
	Ref     string `json:"ref"`
	Payload string `json:"payload"`
	Type    string `json:"type"`
}

type wireLinking struct {
	Status string `json:"status"` // linked or unlinked
}

// wireHandover says that a thread changed hands. app_roles is {"<app id>":["primary_receiver"]}; it and the rest
// are ignored on purpose, whoever owns the thread is told by Meta's answer to a send.
type wireHandover struct {
	NewOwner       json.RawMessage `json:"new_owner_app_id"` // number or text; the Page's own inbox is 263902037430900
	PreviousOwner  json.RawMessage `json:"previous_owner_app_id"`
	RequestedOwner json.RawMessage `json:"requested_owner_app_id"`
	Metadata       string          `json:"metadata"`
}

// wireMessage is a message of the contact, or an echo of one that the Page sent:
//
//	{"mid":"m_X","text":"Olá","reply_to":{"mid":"m_W"}}
//	{"mid":"m_Y","is_echo":true,"app_id":123,"metadata":"0197…","text":"Bom dia"}
type wireMessage struct {
	MID        string          `json:"mid"`
	Text       string          `json:"text"`
	IsEcho     bool            `json:"is_echo"`
	IsDeleted  bool            `json:"is_deleted"`
	Unreadable bool            `json:"is_unsupported"`
	AppID      json.RawMessage `json:"app_id"` // number or text
	Metadata   string          `json:"metadata"`
	QuickReply *struct {
		Payload string `json:"payload"`
	} `json:"quick_reply"`
	ReplyTo *struct {
		MID string `json:"mid"`
	} `json:"reply_to"`
	Attachments []wireAttachment `json:"attachments"`
	Referral    *wireReferral    `json:"referral"`
}

// wireAttachment of the type fallback may come without a payload, or with an address that is no web page.
type wireAttachment struct {
	Type    string `json:"type"`
	Title   string `json:"title"`
	URL     string `json:"url"` // fallback only, before 2021
	Payload struct {
		URL         string          `json:"url"`
		Title       string          `json:"title"`
		StickerID   json.RawMessage `json:"sticker_id"` // number or text
		Coordinates *struct {
			Latitude  float64 `json:"lat"`
			Longitude float64 `json:"long"`
		} `json:"coordinates"`
		Text     string        `json:"text"` // button template
		Elements []wireElement `json:"elements"`
		Product  *struct {
			Elements []wireElement `json:"elements"`
		} `json:"product"`
	} `json:"payload"`
}

// wireElement is one card of a template that the Page sent, or a product that the contact shared.
type wireElement struct {
	ID       string `json:"id"`
	Retailer string `json:"retailer_id"`
	Title    string `json:"title"`
	Subtitle string `json:"subtitle"`
	URL      string `json:"item_url"`
}

// wireEdit is the new text of a message.
type wireEdit struct {
	MID     string      `json:"mid"`
	Text    string      `json:"text"`
	NumEdit json.Number `json:"num_edit"`
}

// wirePostback is a pressed button. Older ones have no mid.
type wirePostback struct {
	MID      string        `json:"mid"`
	Title    string        `json:"title"`
	Payload  string        `json:"payload"`
	Referral *wireReferral `json:"referral"`
}

// wireReaction is about the message mid; it has no id of its own.
type wireReaction struct {
	Reaction string `json:"reaction"` // love, like, other …
	Emoji    string `json:"emoji"`
	Action   string `json:"action"` // react or unreact
	MID      string `json:"mid"`
}

type wireReferral struct {
	Ref    string `json:"ref"`
	Source string `json:"source"` // SHORTLINK, ADS, …
	Type   string `json:"type"`
	AdID   string `json:"ad_id"`
	Ads    *struct {
		Title    string `json:"ad_title"`
		PhotoURL string `json:"photo_url"`
		VideoURL string `json:"video_url"`
		PostID   string `json:"post_id"`
	} `json:"ads_context_data"`
	Product *struct {
		ID string `json:"id"`
	} `json:"product"`
	Address string `json:"referer_uri"`
}

// wireWatermark covers all messages of the thread: a delivery those before it, a read also the one at it.
type wireWatermark struct {
	Watermark channel.Timestamp `json:"watermark"`
	MIDs      []string          `json:"mids"`
}

type wirePolicy struct {
	Action string `json:"action"` // block, unblock, warning
	Reason string `json:"reason"`
}
