package messenger

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"

	"parley/backend/channel"
	"parley/backend/conversation"
)

// events of a message: one, or one for each attachment.
func (m *wireMessage) events(at occasion) ([]channel.Event, error) {
	mid := clean(m.MID)
	if mid == "" || len(mid) > maxIDBytes {
		return nil, errors.New("message has no id")
	}
	if m.IsDeleted {
		content := channel.Content{Kind: conversation.KindDeletion, TargetID: mid}
		return []channel.Event{at.message("deletion:"+mid, content, "")}, nil
	}
	contents := m.contents()
	events := make([]channel.Event, len(contents))
	for i, content := range contents {
		id := mid
		if i > 0 {
			id = fmt.Sprintf("%s#%d", mid, i)
		}
		events[i] = at.message(id, content, opensBy(content))
		if at.byPage {
			events[i].Message.EchoApp = identifier(m.AppID)
			if i == 0 {
				events[i].Message.ClientRef = clean(m.Metadata)
			}
		}
	}
	return events, nil
}

// contents are what a message says. Text, quoted message and referral belong to the first of several.
func (m *wireMessage) contents() []channel.Content {
	text := clean(m.Text)
	var contents []channel.Content
	for _, attachment := range m.Attachments {
		// The preview of a link that stands in the text says nothing new.
		if attachment.Type == "fallback" && text != "" {
			continue
		}
		contents = append(contents, attachment.content())
	}
	switch {
	case len(contents) == 0 && text == "":
		contents = []channel.Content{{Kind: conversation.KindUnsupported, RawKind: m.rawKind()}}
	case len(contents) == 0:
		contents = []channel.Content{{Kind: conversation.KindText, Text: text}}
	case text != "":
		contents[0].Text = lines(text, contents[0].Text)
	}
	first := &contents[0]
	if m.QuickReply != nil && first.Kind == conversation.KindText {
		first.Kind, first.Payload = conversation.KindAnswer, clean(m.QuickReply.Payload)
	}
	if m.ReplyTo != nil {
		first.ReplyTo = clean(m.ReplyTo.MID)
	}
	first.Referral, first.Product = m.Referral.content(), m.Referral.product()
	return contents
}

// rawKind names a message that holds nothing.
func (m *wireMessage) rawKind() string {
	if m.Unreadable {
		return "unsupported"
	}
	return "message"
}

// thumbsUp are the three sizes of the sticker behind Messenger's like button, the one sticker that is said often
// enough to be worth a text. Source: Meta docs, "message webhook: sticker_id", 2026-09.
var thumbsUp = map[string]bool{"369239263222822": true, "369239343222814": true, "369239383222810": true}

// shares are posts that somebody passed on; what can be shown of them is the link.
var shares = map[string]bool{"fallback": true, "reel": true, "ig_reel": true, "post": true, "ig_post": true}

// mediaKinds are attachments that carry a file. Since 2026-08-30 stickers come as "sticker" only; before,
// as an image with a sticker_id.
var mediaKinds = map[string]conversation.Kind{
	"image":   conversation.KindImage,
	"video":   conversation.KindVideo,
	"audio":   conversation.KindAudio,
	"file":    conversation.KindDocument,
	"sticker": conversation.KindSticker,
}

func (a wireAttachment) content() channel.Content {
	address := webAddress(a.Payload.URL)
	if address == "" {
		address = webAddress(a.URL)
	}
	title := clean(firstOf(a.Title, a.Payload.Title, a.Payload.Text))
	kind, isMedia := mediaKinds[a.Type]
	switch {
	case isMedia && address != "":
		content := channel.Content{Kind: kind, Media: &channel.Media{URL: address}}
		if sticker := identifier(a.Payload.StickerID); sticker != "" {
			content.Kind = conversation.KindSticker
			if thumbsUp[sticker] {
				content.Text = "👍"
			}
		}
		if content.Kind == conversation.KindDocument {
			content.Media.FileName = fileName(address)
		}
		return content
	case a.Type == "location" && a.Payload.Coordinates != nil:
		return channel.Content{Kind: conversation.KindLocation, Location: &channel.Location{
			Latitude: a.Payload.Coordinates.Latitude, Longitude: a.Payload.Coordinates.Longitude, Name: title,
		}}
	case shares[a.Type] && address != "":
		return channel.Content{Kind: conversation.KindText, RawKind: clean(a.Type), Text: lines(title, address)}
	default:
		return channel.Content{Kind: conversation.KindUnsupported, RawKind: clean(a.Type), Text: lines(title, address, a.elements())}
	}
}

// elements are the words of a template's cards, one line each.
func (a wireAttachment) elements() string {
	list := a.Payload.Elements
	if a.Payload.Product != nil {
		list = append(list, a.Payload.Product.Elements...)
	}
	var shown []string
	for _, element := range list {
		card := clean(element.Title)
		if subtitle := clean(element.Subtitle); subtitle != "" {
			card = strings.TrimPrefix(card+" – "+subtitle, " – ")
		}
		shown = append(shown, lines(card, webAddress(element.URL)))
	}
	return lines(shown...)
}

// opensBy says why a contact's message opens the session window. After an ad the window may be longer; the
// reason is kept so that a person can see that. Source: Meta docs, "Messenger Platform policy", 2026-09-28.
func opensBy(content channel.Content) conversation.WindowReason {
	if content.Referral != nil {
		return conversation.WindowReferral
	}
	return conversation.WindowMessage
}

// webAddress returns the address if it can be fetched or opened, else "".
func webAddress(text string) string {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return ""
	}
	return clean(text)
}

// fileName is the last part of a signed CDN link, which keeps the name that the contact's file had.
func fileName(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	name := clean(path.Base(u.Path))
	if name == "." || name == "/" {
		return ""
	}
	return name
}

// identifier reads an id that is a number or text; 0 and absent are "".
func identifier(raw json.RawMessage) string {
	id := strings.Trim(string(raw), `"`)
	if id == "0" || id == "null" {
		return ""
	}
	return clean(id)
}

func lines(texts ...string) string {
	var kept []string
	for _, text := range texts {
		if text != "" {
			kept = append(kept, text)
		}
	}
	return strings.Join(kept, "\n")
}
