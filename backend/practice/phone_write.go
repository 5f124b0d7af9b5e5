package practice

import (
	"net/http"
	"strings"
	"time"
)

// phoneWrite is what a person has a contact send: exactly one of text (without a file), image, file, voice,
// location, reaction, contact and sample. Text beside a file is its caption.
type phoneWrite struct {
	Text     string         `json:"text"`
	Image    *phoneFile     `json:"image"`
	File     *phoneFile     `json:"file"`
	Voice    *phoneFile     `json:"voice"`
	Location *place         `json:"location"`
	Contact  *card          `json:"contact"`
	Reaction *phoneReaction `json:"reaction"`
	Sample   string         `json:"sample"`  // "photo", "voice", "document": something made for the occasion
	ReplyTo  string         `json:"replyTo"` // id of the quoted message
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
		in.ReplyTo = body.ReplyTo
		m.wrote(c, in)
	}
	m.mu.Unlock()
	if in == nil {
		http.Error(w, "Send one of text, image, file, voice, location, contact, reaction or sample.", http.StatusBadRequest)
		return
	}
	answerJSON(w, http.StatusOK, object{"id": in.ID})
}

// composeWritten returns the message, nil when there is none in body. m.mu is held.
func (m *Meta) composeWritten(c *contact, body phoneWrite) *message {
	withFile := func(kind string, file *phoneFile, name string) *message {
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
		in.Text = body.Text
		return in
	}
	switch {
	case body.Image != nil:
		return withFile("image", body.Image, "photo.jpg")
	case body.Voice != nil:
		in := withFile("audio", body.Voice, "voice.ogg")
		if in != nil {
			in.Voice, in.Text = true, ""
		}
		return in
	case body.File != nil:
		return withFile(kindOfFile(body.File), body.File, "document")
	case body.Location != nil:
		return &message{Kind: "location", Place: body.Location}
	case body.Contact != nil && body.Contact.Name != "":
		return &message{Kind: "contacts", Card: body.Contact, Text: body.Contact.Name + " " + body.Contact.Phone}
	case body.Reaction != nil && c.message(body.Reaction.MessageID) != nil:
		return &message{Kind: "reaction", TargetID: body.Reaction.MessageID, Emoji: body.Reaction.Emoji}
	case body.Sample == "photo":
		return withFile("image", &phoneFile{Data: samplePhoto(len(c.Messages)), MIME: "image/jpeg"}, "photo.jpg")
	case body.Sample == "document":
		return withFile("document", &phoneFile{Data: samplePDF(), MIME: "application/pdf"}, "booking.pdf")
	case body.Sample == "voice":
		in := withFile("audio", &phoneFile{Data: sampleVoice(3 * time.Second), MIME: "audio/ogg; codecs=opus"}, "voice.ogg")
		in.Voice, in.Text = true, ""
		return in
	case body.Text != "":
		return &message{Kind: "text", Text: body.Text}
	default:
		return nil
	}
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
