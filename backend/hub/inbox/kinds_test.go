package inbox_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/inbox"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func (r *room) content(t *testing.T, id string) channel.Content {
	t.Helper()
	var c channel.Content
	if err := json.Unmarshal([]byte(r.Message(t, id).Content), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// A reaction belongs to a message: it answers nothing, and lists go on showing what was said last.
func TestReact(t *testing.T) {
	t.Parallel()
	onEach(t, 1, func(t *testing.T, r *room) {
		c := r.in(t, conversation.StatusAssigned, r.Agents[0])
		target := r.Thread(t, c.ID)[0]
		react := func(messageID, emoji string) *hubv1.Command {
			return &hubv1.Command{Id: conversation.NewID(), Action: &hubv1.Command_React{React: &hubv1.React{ConversationId: c.ID, MessageId: messageID, Emoji: emoji}}}
		}
		command := react(target.ID, "👍")
		if code := r.refused(t, command); code != "" {
			t.Fatal(code)
		}
		if got := r.content(t, command.GetId()); got.Kind != conversation.KindReaction || got.Emoji != "👍" || got.TargetID != target.ProviderID {
			t.Errorf("kept as %+v", got)
		}
		after := r.Reread(t, c.ID)
		if after.LastMessageID != c.LastMessageID || after.Unread != c.Unread || after.WaitingSinceMs != c.WaitingSinceMs || after.LastNo != c.LastNo+1 {
			t.Errorf("the reaction counts as an answer: %+v", after)
		}
		if code := r.refused(t, react(target.ID, "")); code != "" {
			t.Errorf("a reaction cannot be taken away: %s", code)
		}
		for want, command := range map[string]*hubv1.Command{
			inbox.RefusedNotFound: react(conversation.NewID(), "👍"), inbox.RefusedInvalid: react(target.ID, "not an emoji"),
		} {
			if got := r.refused(t, command); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
		elsewhere := r.in(t, conversation.StatusAssigned, r.Agents[0])
		if got := r.refused(t, react(r.Thread(t, elsewhere.ID)[0].ID, "👍")); got != inbox.RefusedNotFound {
			t.Errorf("a message of somebody else got a reaction: %q", got)
		}
		r.Advance(25 * time.Hour)
		if got := r.refused(t, react(target.ID, "👍")); got != inbox.RefusedWindow {
			t.Errorf("got %q", got)
		}
	})
}

func TestPlacesAndCards(t *testing.T) {
	t.Parallel()
	onEach(t, 1, func(t *testing.T, r *room) {
		c := r.in(t, conversation.StatusAssigned, r.Agents[0])
		send := func(s *hubv1.SendMessage) *hubv1.Command {
			s.ConversationId = c.ID
			return &hubv1.Command{Id: conversation.NewID(), Action: &hubv1.Command_SendMessage{SendMessage: s}}
		}
		place := send(&hubv1.SendMessage{Location: &hubv1.Location{Latitude: 38.7, Longitude: -9.1, Name: "Shop"}})
		if code := r.refused(t, place); code != "" {
			t.Fatal(code)
		}
		if got := r.content(t, place.GetId()); got.Kind != conversation.KindLocation || got.Location.Latitude != 38.7 || got.Location.Name != "Shop" {
			t.Errorf("kept as %+v", got)
		}
		cards := send(&hubv1.SendMessage{Contacts: []*hubv1.ContactCard{{Name: "Ana", Phones: []string{"+351912345678"}}}})
		if code := r.refused(t, cards); code != "" {
			t.Fatal(code)
		}
		if got := r.content(t, cards.GetId()); got.Kind != conversation.KindContacts || len(got.Contacts) != 1 || got.Contacts[0].Phones[0] != "+351912345678" {
			t.Errorf("kept as %+v", got)
		}
		for what, s := range map[string]*hubv1.SendMessage{
			"a place beyond the poles": {Location: &hubv1.Location{Latitude: 91}},
			"a card without a name":    {Contacts: []*hubv1.ContactCard{{}}},
			"a place with a text":      {Location: &hubv1.Location{Latitude: 1}, Text: "here"},
		} {
			if got := r.refused(t, send(s)); got != inbox.RefusedInvalid {
				t.Errorf("%s: got %q", what, got)
			}
		}
	})
}

// A template may be sent after the window, and only as Meta has approved it.
func TestTemplate(t *testing.T) {
	t.Parallel()
	onEach(t, 1, func(t *testing.T, r *room) {
		for _, template := range []channel.Template{
			{Name: "order", Language: "en", Status: "APPROVED", Header: channel.TemplateHeader{Format: "TEXT", Text: "Order {{1}}"}, Body: "Hello {{1}}, it comes on {{2}}.", Footer: "Ondaverde", Buttons: []channel.TemplateButton{{Type: "URL", Text: "Track", URL: "https://example.com/{{1}}"}}},
			{Name: "new", Language: "en", Status: "PENDING", Body: "Hello"},
			{Name: "pier", Language: "en", Status: "APPROVED", Header: channel.TemplateHeader{Format: "LOCATION"}, Body: "We leave here."},
			{Name: "named", Language: "pt_PT", Status: "APPROVED", Named: true, Body: "Olá {{first_name}}"},
		} {
			content, err := json.Marshal(template)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := r.Store.InTx(t.Context(), r.ID, func(tx *store.Tx) error {
				return tx.PutTemplate(t.Context(), db.PutTemplateParams{
					WorkspaceID: r.ID, ID: conversation.NewID(), AccountID: hubtest.Business, Name: template.Name, Language: template.Language,
					Status: template.Status, Content: string(content), Version: 1,
				})
			}); err != nil {
				t.Fatal(err)
			}
		}
		c := r.in(t, conversation.StatusAssigned, r.Agents[0])
		r.Advance(48 * time.Hour) // the window has closed
		send := func(f *hubv1.FilledTemplate) *hubv1.Command {
			return &hubv1.Command{Id: conversation.NewID(), Action: &hubv1.Command_SendMessage{SendMessage: &hubv1.SendMessage{ConversationId: c.ID, Template: f}}}
		}
		whole := send(&hubv1.FilledTemplate{Name: "order", Language: "en", Header: []string{"17"}, Body: []string{"Zoë", "Monday"}, Buttons: []string{"17"}})
		if ack := r.execute(t, r.Agents[0], whole); ack.GetRefusal() != nil {
			t.Fatal(ack.GetRefusal())
		}
		got := r.content(t, whole.GetId())
		if got.Text != "Hello Zoë, it comes on Monday." || got.Template.Header != "Order 17" || got.Template.Footer != "Ondaverde" || strings.Join(got.Template.Buttons, "") != "Track" {
			t.Errorf("kept as %+v with %+v", got, got.Template)
		}
		if last := r.Reread(t, c.ID); last.Preview != got.Text {
			t.Errorf("lists show %q", last.Preview)
		}
		named := send(&hubv1.FilledTemplate{Name: "named", Language: "pt_PT", Body: []string{"Zoë"}})
		if ack := r.execute(t, r.Agents[0], named); ack.GetRefusal() != nil {
			t.Fatal(ack.GetRefusal())
		}
		if values := r.content(t, named.GetId()).Template.BodyValues; len(values) != 1 || values[0].Name != "first_name" {
			t.Errorf("values without their names: %+v", values)
		}
		place := send(&hubv1.FilledTemplate{Name: "pier", Language: "en"})
		place.GetSendMessage().Location = &hubv1.Location{Latitude: 38.7, Longitude: -9.13, Name: "Pier 3"}
		if ack := r.execute(t, r.Agents[0], place); ack.GetRefusal() != nil {
			t.Fatal(ack.GetRefusal())
		}
		if got := r.content(t, place.GetId()); got.Kind != conversation.KindTemplate || got.Location == nil || got.Location.Name != "Pier 3" {
			t.Errorf("a heading that is a place is kept as %+v", got)
		}
		for what, f := range map[string]*hubv1.FilledTemplate{
			"no place":         {Name: "pier", Language: "en"},
			"too few values":   {Name: "order", Language: "en", Header: []string{"17"}, Body: []string{"Zoë"}, Buttons: []string{"17"}},
			"an empty value":   {Name: "order", Language: "en", Header: []string{"17"}, Body: []string{"Zoë", " "}, Buttons: []string{"17"}},
			"no button value":  {Name: "order", Language: "en", Header: []string{"17"}, Body: []string{"Zoë", "Monday"}},
			"not approved":     {Name: "new", Language: "en"},
			"another language": {Name: "order", Language: "pt_PT"},
		} {
			if got := r.refused(t, send(f)); got != inbox.RefusedTemplate {
				t.Errorf("%s: got %q", what, got)
			}
		}
	})
}
