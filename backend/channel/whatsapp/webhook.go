package whatsapp

import (
	"encoding/json"

	"parley/backend/channel"
	"parley/backend/channel/graph"
)

// The wire types mirror Meta's JSON. Lists hold raw elements, so that one damaged element costs no other.
// Source: Meta docs, "WhatsApp Cloud API: webhooks reference", 2026-09.

// wireBody is the envelope:
//
//	{"object":"whatsapp_business_account","entry":[{"id":"<WABA>","changes":[{"field":"messages","value":{…}}]}]}
type wireBody struct {
	Object string            `json:"object"`
	Entry  []json.RawMessage `json:"entry"`
}

// regularBody is wireBody when every part of the envelope has the shape that Meta documents.
type regularBody struct {
	Object string `json:"object"`
	Entry  []struct {
		ID      string            `json:"id"`
		Time    channel.Timestamp `json:"time"`
		Changes []wireChange      `json:"changes"`
	} `json:"entry"`
}

// wireEntry has a time only with fields about the account.
type wireEntry struct {
	ID      string            `json:"id"` // WhatsApp Business Account
	Time    json.RawMessage   `json:"time"`
	Changes []json.RawMessage `json:"changes"`
}

type wireChange struct {
	Field string          `json:"field"`
	Value json.RawMessage `json:"value"`
}

// wireValue is the value of the fields "messages" and "smb_message_echoes". metadata.display_phone_number is
// ignored on purpose: the touchpoint knows its number.
type wireValue struct {
	Metadata struct {
		PhoneNumberID string `json:"phone_number_id"`
	} `json:"metadata"`
	Contacts []json.RawMessage `json:"contacts"`
	Messages []json.RawMessage `json:"messages"`
	Echoes   []json.RawMessage `json:"message_echoes"`
	Statuses []json.RawMessage `json:"statuses"`
	Errors   []json.RawMessage `json:"errors"`
}

// wireContact has no wa_id for a person with a username, and no profile in status webhooks.
type wireContact struct {
	Profile struct {
		Name     string `json:"name"`
		Username string `json:"username"`
	} `json:"profile"`
	WaID         string `json:"wa_id"`
	UserID       string `json:"user_id"`
	ParentUserID string `json:"parent_user_id"`
}

// wireMessage is one element of messages[]:
//
//	{"id":"wamid.X","from":"447700900273","timestamp":"1749416383","type":"text","text":{"body":"Olá"}}
type wireMessage struct {
	ID               string            `json:"id"`
	From             string            `json:"from"`
	FromUserID       string            `json:"from_user_id"`
	FromParentUserID string            `json:"from_parent_user_id"`
	To               string            `json:"to"`         // echoes: the contact
	ToUserID         string            `json:"to_user_id"` // echoes: the contact
	ToParentUserID   string            `json:"to_parent_user_id"`
	GroupID          string            `json:"group_id"`
	Timestamp        channel.Timestamp `json:"timestamp"`
	wireContent
	Context *struct {
		ID                  string `json:"id"`
		Forwarded           bool   `json:"forwarded"`
		FrequentlyForwarded bool   `json:"frequently_forwarded"`
		Product             *struct {
			CatalogID string `json:"catalog_id"`
			ID        string `json:"product_retailer_id"`
		} `json:"referred_product"`
	} `json:"context"`
	Referral *wireReferral `json:"referral"`
}

// wireContent is the part of a message that depends on its type; an edit holds another one.
type wireContent struct {
	Type        string           `json:"type"`
	Text        *wireText        `json:"text"`
	Image       *wireMedia       `json:"image"`
	Video       *wireMedia       `json:"video"`
	Audio       *wireMedia       `json:"audio"`
	Voice       *wireMedia       `json:"voice"` // old fixtures; today audio with voice:true
	Document    *wireMedia       `json:"document"`
	Sticker     *wireMedia       `json:"sticker"`
	Location    *wireLocation    `json:"location"`
	Contacts    []wireCard       `json:"contacts"`
	Reaction    *wireReaction    `json:"reaction"`
	Button      *wireButton      `json:"button"`
	Interactive *wireInteractive `json:"interactive"` // can be missing although type says so
	Order       json.RawMessage  `json:"order"`
	System      *wireSystem      `json:"system"`
	Edit        *wireEdit        `json:"edit"`
	Revoke      *wireEdit        `json:"revoke"`
	Unsupported *wireUnsupported `json:"unsupported"`
	Errors      wireErrors       `json:"errors"`
}

type wireText struct {
	Body string `json:"body"`
}

// wireMedia carries the hash as base64. url lives 5 minutes, id 7 days (Meta docs, "Media", 2026-04-17).
type wireMedia struct {
	ID       string `json:"id"`
	MimeType string `json:"mime_type"`
	SHA256   string `json:"sha256"`
	URL      string `json:"url"`
	Caption  string `json:"caption"`
	Filename string `json:"filename"`
	Voice    bool   `json:"voice"`
	Animated bool   `json:"animated"`
}

// wireLocation of a live pin has coordinates only.
type wireLocation struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name"`
	Address   string  `json:"address"`
	URL       string  `json:"url"`
}

// wireCard is one contact card. vcard is ignored on purpose: it repeats the fields. ims are too.
type wireCard struct {
	Name struct {
		FormattedName string `json:"formatted_name"`
		FirstName     string `json:"first_name"`
		LastName      string `json:"last_name"`
	} `json:"name"`
	Phones []struct {
		Phone string `json:"phone"`
		WaID  string `json:"wa_id"`
	} `json:"phones"`
	Emails []struct {
		Email string `json:"email"`
	} `json:"emails"`
	URLs []struct {
		URL string `json:"url"`
	} `json:"urls"`
	Addresses []struct {
		Street  string `json:"street"`
		Zip     string `json:"zip"`
		City    string `json:"city"`
		State   string `json:"state"`
		Country string `json:"country"`
	} `json:"addresses"`
	Org struct {
		Company    string `json:"company"`
		Department string `json:"department"`
		Title      string `json:"title"`
	} `json:"org"`
	Birthday string `json:"birthday"`
	Origin   string `json:"origin"` // contact_request or other
}

// wireReaction without an emoji, or with an empty one, takes the reaction back.
type wireReaction struct {
	MessageID string `json:"message_id"`
	Emoji     string `json:"emoji"`
}

type wireButton struct {
	Payload string `json:"payload"`
	Text    string `json:"text"`
}

type wireInteractive struct {
	ButtonReply *wireChoice `json:"button_reply"`
	ListReply   *wireChoice `json:"list_reply"`
	Form        *struct {
		Body         string          `json:"body"`
		ResponseJSON json.RawMessage `json:"response_json"`
	} `json:"nfm_reply"`
}

type wireChoice struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"` // of a list's row
}

// wireSystem names the new number (wa_id; new_wa_id before v12) or the new user id of a contact. The hash of
// customer_identity_changed (identity) is ignored on purpose: it means something only to Meta.
type wireSystem struct {
	Body         string `json:"body"`
	Type         string `json:"type"`
	WaID         string `json:"wa_id"`
	NewWaID      string `json:"new_wa_id"`
	UserID       string `json:"user_id"`
	ParentUserID string `json:"parent_user_id"`
}

type wireEdit struct {
	OriginalMessageID string       `json:"original_message_id"`
	Message           *wireContent `json:"message"`
}

type wireUnsupported struct {
	Type string `json:"type"`
}

type wireReferral struct {
	SourceType string `json:"source_type"`
	SourceID   string `json:"source_id"`
	SourceURL  string `json:"source_url"`
	Headline   string `json:"headline"`
	Body       string `json:"body"`
	Ref        string `json:"ref"`
	ClickID    string `json:"ctwa_clid"`
	ImageURL   string `json:"image_url"`
	VideoURL   string `json:"video_url"`
	Thumbnail  string `json:"thumbnail_url"`
	Welcome    struct {
		Text string `json:"text"`
	} `json:"welcome_message"`
}

// wireStatus is one element of statuses[]. conversation and pricing are ignored on purpose: they have changed
// shape three times and say nothing about delivery. A status may come with contacts, without profiles.
//
//	{"id":"wamid.X","status":"delivered","timestamp":"1749416390","biz_opaque_callback_data":"0197…"}
type wireStatus struct {
	ID           string            `json:"id"`
	Status       string            `json:"status"`
	Timestamp    channel.Timestamp `json:"timestamp"`
	CallbackData string            `json:"biz_opaque_callback_data"`
	Errors       wireErrors        `json:"errors"`

	RecipientID           string `json:"recipient_id"`
	RecipientUserID       string `json:"recipient_user_id"`
	RecipientParentUserID string `json:"recipient_parent_user_id"`
}

// wireErrors is a list of errors, or one error without a list around it. What is neither is left out: that
// something failed must not be lost for want of the reason.
type wireErrors []graph.WireError

func (e *wireErrors) UnmarshalJSON(raw []byte) error {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		list = []json.RawMessage{raw}
	}
	*e = nil
	for _, element := range list {
		var one graph.WireError
		if json.Unmarshal(element, &one) == nil && (one.Code != 0 || one.Text() != "") {
			*e = append(*e, one)
		}
	}
	return nil
}

// wireUserIDUpdate is one element of user_id_update[]: a person's BSUID was made anew.
type wireUserIDUpdate struct {
	WaID         string            `json:"wa_id"`
	Timestamp    channel.Timestamp `json:"timestamp"`
	UserID       wireRotation      `json:"user_id"`
	ParentUserID wireRotation      `json:"parent_user_id"`
}

type wireRotation struct {
	Previous string `json:"previous"`
	Current  string `json:"current"`
}
