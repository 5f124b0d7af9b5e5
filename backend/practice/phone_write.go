package practice

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"parley/backend/conversation"
)

// phoneWrite is what a person has a contact send: exactly one of text (without a file), image, file, voice, sticker,
// location, contact, reaction, answer, edit, delete, order, event, unsupported and sample. Text beside a file is its
// caption, beside an edit the new text.
type phoneWrite struct {
	Text     string         `json:"text"`
	Image    *phoneFile     `json:"image"`
	File     *phoneFile     `json:"file"`
	Voice    *phoneFile     `json:"voice"`
	Sticker  *phoneFile     `json:"sticker"`
	Location *place         `json:"location"`
	Contact  *card          `json:"contact"`
	Reaction *phoneReaction `json:"reaction"`
	Answer   *phoneAnswer   `json:"answer"`
	Edit     string         `json:"edit"`   // id of an own message
	Delete   string         `json:"delete"` // id of an own message
	Order    bool           `json:"order"`  // WhatsApp: two tickets of the practice catalogue
	// Event is something that happened and says nothing: request_welcome on WhatsApp; optin, referral,
	// pass_thread_control, take_thread_control or account_linking on Messenger.
	Event       string `json:"event"`
	Unsupported string `json:"unsupported"` // Meta's word for a kind that it does not pass on, such as "poll"
	Sample      string `json:"sample"`      // photo, video, voice, document, sticker, thumb: something made for the occasion

	ReplyTo   string `json:"replyTo"`   // id of the quoted message
	Forwarded bool   `json:"forwarded"` // WhatsApp
	FromAd    bool   `json:"fromAd"`    // they pressed an ad before
}

// phoneAnswer presses a button or row of the business's message.
type phoneAnswer struct {
	MessageID string `json:"messageId"`
	Index     int    `json:"index"` // of Choices, from 0
}

// phoneFile is a file; data is base64.
type phoneFile struct {
	Data     []byte `json:"data"`
	MIME     string `json:"mime"` // "" is sniffed
	FileName string `json:"fileName"`
}

// phoneReaction without an emoji takes a reaction back.
type phoneReaction struct {
	MessageID string `json:"messageId"`
	Emoji     string `json:"emoji"`
}

func (m *Meta) writeMessage(w http.ResponseWriter, r *http.Request, c *contact) {
	var body phoneWrite
	if !decodePhone(w, r, &body) {
		return
	}
	m.mu.Lock()
	in := m.composeWritten(c, body)
	if in != nil {
		if in.ReplyTo == "" {
			in.ReplyTo = body.ReplyTo
		}
		in.Forwarded = body.Forwarded
		if body.FromAd {
			in.Ad = &ad{ID: "120200000000001", Headline: "Whales in June", URL: "https://fb.me/practice-ad"}
		}
		m.wrote(c, in)
	}
	m.mu.Unlock()
	if in == nil {
		http.Error(w, "Send one of text, image, file, voice, sticker, location, contact, reaction, answer, edit, delete, order, event, unsupported or sample. "+
			"An edit, deletion, answer or reaction has to name a message of this thread.", http.StatusBadRequest)
		return
	}
	answerJSON(w, http.StatusOK, object{"id": in.ID})
}

// composeWritten returns the message, nil when there is none in body. m.mu is held.
func (m *Meta) composeWritten(c *contact, body phoneWrite) *message {
	switch {
	case body.Image != nil:
		return m.withFile(c, "image", body.Image, "photo.jpg", body.Text)
	case body.Voice != nil:
		return voice(m.withFile(c, "audio", body.Voice, "voice.ogg", ""))
	case body.Sticker != nil:
		return m.withFile(c, "sticker", body.Sticker, "sticker.webp", "")
	case body.File != nil:
		return m.withFile(c, kindOfFile(body.File), body.File, "document", body.Text)
	case body.Location != nil:
		return &message{Kind: "location", Place: body.Location}
	case body.Contact != nil && body.Contact.Name != "":
		return &message{Kind: "contacts", Card: body.Contact, Text: body.Contact.Name + " " + body.Contact.Phone}
	case body.Reaction != nil && c.message(body.Reaction.MessageID) != nil:
		return &message{Kind: "reaction", TargetID: body.Reaction.MessageID, Emoji: body.Reaction.Emoji}
	case body.Sample != "":
		return m.sample(c, body.Sample, body.Text)
	case body.Answer != nil:
		return press(c.message(body.Answer.MessageID), body.Answer.Index)
	case body.Edit != "":
		return change(c.message(body.Edit), body.Text)
	case body.Delete != "":
		return retract(c.message(body.Delete))
	case body.Order && c.Channel == conversation.ChannelWhatsApp:
		return &message{Kind: "order", Text: body.Text}
	case body.Unsupported != "":
		return &message{Kind: "unsupported", RawKind: body.Unsupported}
	case body.Event != "":
		return happen(c.Channel, body.Event)
	case body.Text != "":
		return &message{Kind: "text", Text: body.Text}
	default:
		return nil
	}
}

// withFile is a message with a file, nil when that is empty. m.mu is held.
func (m *Meta) withFile(c *contact, kind string, file *phoneFile, name, text string) *message {
	if len(file.Data) == 0 {
		return nil
	}
	if file.MIME == "" {
		file.MIME = http.DetectContentType(file.Data)
	}
	if file.FileName == "" {
		file.FileName = name
	}
	in := m.sampleMessage(c, kind, file.MIME, file.FileName, file.Data)
	in.Text = text
	return in
}

func voice(in *message) *message {
	if in != nil {
		in.Voice = true
	}
	return in
}

// thumbsUpID is Messenger's like button. Source: Meta docs, "message webhook: sticker_id", 2026-09.
const thumbsUpID = "369239263222822"

// sample is a message with something made for the occasion, nil for a word that is not known. m.mu is held.
func (m *Meta) sample(c *contact, what, text string) *message {
	made := func(kind, mime, name string, data []byte, text string) *message {
		return m.withFile(c, kind, &phoneFile{Data: data, MIME: mime}, name, text)
	}
	switch what {
	case "photo":
		return made("image", "image/jpeg", "photo.jpg", samplePhoto(len(c.Messages)), text)
	case "video":
		return made("video", "video/mp4", "video.mp4", sampleVideo(), text)
	case "document":
		return made("document", "application/pdf", "booking.pdf", samplePDF(), text)
	case "voice":
		return voice(made("audio", "audio/ogg; codecs=opus", "voice.ogg", sampleVoice(3*time.Second), ""))
	case "sticker", "thumb":
		in := made("sticker", "image/webp", "sticker.webp", sampleSticker(), "")
		if in != nil && c.Channel == conversation.ChannelMessenger {
			in.StickerID = "144885022352412"
			if what == "thumb" {
				in.StickerID = thumbsUpID
			}
		}
		return in
	default:
		return nil
	}
}

// press is what the contact sends by pressing a button or row, nil when there is none to press.
func press(of *message, index int) *message {
	if of == nil || index < 0 || index >= len(of.Choices) || of.Choices[index].Of == "" {
		return nil
	}
	pressed := of.Choices[index]
	return &message{Kind: "answer", Text: pressed.Title, Answer: &pressed, ReplyTo: of.ID}
}

// change edits one of the contact's own texts.
func change(of *message, text string) *message {
	if of == nil || !of.FromContact || of.Deleted || of.Kind != "text" || text == "" {
		return nil
	}
	of.Text, of.Edited = text, true
	of.Edits++
	return &message{Kind: "edit", TargetID: of.ID, Text: text, Edits: of.Edits}
}

// retract deletes one of the contact's own messages for everybody.
func retract(of *message) *message {
	if of == nil || !of.FromContact || of.Deleted || of.Kind == "system" {
		return nil
	}
	of.Deleted = true
	return &message{Kind: "revoke", TargetID: of.ID}
}

// happen is an event that says nothing, nil when the channel has none of that name.
func happen(ch conversation.Channel, event string) *message {
	known := map[conversation.Channel][]string{
		conversation.ChannelWhatsApp:  {"request_welcome"},
		conversation.ChannelMessenger: {"optin", "referral", "pass_thread_control", "take_thread_control", "account_linking"},
	}[ch]
	if !slices.Contains(known, event) {
		return nil
	}
	if event == "request_welcome" {
		return &message{Kind: event, Text: "opened the conversation", RawKind: event}
	}
	return &message{Kind: "system", Text: event, RawKind: event}
}

// kindOfFile says as what a chosen file goes: phones send videos and music as such, everything else as a
// document.
func kindOfFile(file *phoneFile) string {
	if file.MIME == "" {
		file.MIME = http.DetectContentType(file.Data)
	}
	for _, kind := range []string{"image", "video", "audio"} {
		if strings.HasPrefix(file.MIME, kind+"/") {
			return kind
		}
	}
	return "document"
}
