package practice

import (
	"time"

	"parley/backend/conversation"
)

// How contacts behave, in real time.
const (
	firstOpening   = time.Second
	betweenOpening = 2500 * time.Millisecond // from one contact's first message to the next one's
	restBase       = 6 * time.Minute         // until a contact writes again by themselves
	restSpread     = 8 * time.Minute
	readBase       = 2 * time.Second
	readSpread     = 2 * time.Second
	answerBase     = 4 * time.Second
	answerSpread   = 4 * time.Second
)

// line is one thing that a persona says: text, or something made for the occasion with it.
type line struct {
	text string
	make string // "", "photo", "place", "voice", "document", "card", "heart"
}

// persona is what a contact says by themselves (opening, later) and in answer to the business.
type persona struct {
	opens   []line
	answers []line
}

// startPersonas has every contact write for the first time, one after the other, and go on from there. A
// contact who has written before waits as between two messages. m.mu is held.
func (m *Meta) startPersonas() {
	wait := firstOpening
	for _, c := range m.contacts {
		if c.Opened > 0 {
			m.writeLater(c)
			continue
		}
		m.after(wait, func() { m.open(c) })
		wait += betweenOpening
	}
}

// open has a contact say the next line of their own.
func (m *Meta) open(c *contact) {
	lines := personas[c.ID].opens
	if !m.quiet && !c.Blocked && len(lines) > 0 {
		m.say(c, lines[c.Opened%len(lines)])
		c.Opened++
	}
	m.writeLater(c)
}

func (m *Meta) writeLater(c *contact) {
	m.after(m.around(restBase, restSpread), func() { m.open(c) })
}

// personaSaw has a contact read what the business wrote, and answer it. Several messages in a row get one
// answer.
func (m *Meta) personaSaw(c *contact) {
	if m.quiet || c.Blocked {
		return
	}
	m.after(m.around(readBase, readSpread), func() {
		if !m.quiet && !m.faults.NeverRead {
			m.read(c)
		}
	})
	if c.answering {
		return
	}
	c.answering = true
	m.after(m.around(answerBase, answerSpread), func() {
		c.answering = false
		lines := personas[c.ID].answers
		if m.quiet || c.Blocked || len(lines) == 0 {
			return
		}
		if !m.faults.NeverRead {
			m.read(c)
		}
		m.say(c, lines[c.Answered%len(lines)])
		c.Answered++
	})
}

func (m *Meta) around(base, spread time.Duration) time.Duration {
	return base + time.Duration(m.random.Int64N(int64(spread)))
}

// say has a contact send one line.
func (m *Meta) say(c *contact, l line) {
	in := &message{Kind: "text", Text: l.text}
	switch l.make {
	case "photo":
		in = m.sampleMessage(c, "image", "image/jpeg", "photo.jpg", samplePhoto(len(c.Messages)+len(c.ID)))
		in.Text = l.text
	case "voice":
		in = m.sampleMessage(c, "audio", "audio/ogg; codecs=opus", "voice.ogg", sampleVoice(3*time.Second))
		in.Voice = true
	case "document":
		in = m.sampleMessage(c, "document", "application/pdf", "booking.pdf", samplePDF())
		in.Text = l.text
	case "place":
		in = &message{Kind: "location", Place: &place{Latitude: 37.7412, Longitude: -25.6756, Name: "Portas da Cidade", Address: "Ponta Delgada"}}
	case "card":
		in = &message{Kind: "contacts", Card: &card{Name: "Abuela Carmen", Phone: "+44 7700 900640"}}
		if c.Channel == conversation.ChannelMessenger {
			in = &message{Kind: "text", Text: l.text}
		}
	case "heart":
		if last := c.lastOfBusiness(); last != nil {
			in = &message{Kind: "reaction", Emoji: "❤️", TargetID: last.ID}
		}
	}
	if c.Channel == conversation.ChannelMessenger && in.MediaID != "" && in.Text != "" {
		text := in.Text
		in.Text = ""
		m.wrote(c, in)
		in = &message{Kind: "text", Text: text}
	}
	m.wrote(c, in)
}

func (c *contact) lastOfBusiness() *message {
	for i := len(c.Messages) - 1; i >= 0; i-- {
		if !c.Messages[i].FromContact {
			return c.Messages[i]
		}
	}
	return nil
}

// sampleMessage makes a message with a file. m.mu is held.
func (m *Meta) sampleMessage(c *contact, kind, mime, name string, data []byte) *message {
	file, err := m.store(media{Channel: c.Channel, AccountID: c.AccountID, MIME: mime, FileName: name, FromContact: true}, data)
	if err != nil {
		m.log.Error("Practice media could not be saved", "error", err)
		return &message{Kind: "text", Text: name}
	}
	return &message{Kind: kind, MediaID: file.ID, MIME: mime, FileName: name}
}
