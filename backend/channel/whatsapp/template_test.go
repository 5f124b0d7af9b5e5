package whatsapp_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/backend/channel"
	"parley/backend/channel/channeltest"
	"parley/backend/channel/whatsapp"
	"parley/backend/conversation"
)

const templateFields = "id,name,language,status,category,components,parameter_format,quality_score,rejected_reason"

func TestTemplates_are_listed_over_all_pages_with_what_cannot_be_sent(t *testing.T) {
	pages := map[string]string{
		"": `{"data":[
			{"id":"1","name":"follow_up","language":"fr","status":"APPROVED","category":"UTILITY","parameter_format":"NAMED","rejected_reason":"NONE","quality_score":{"score":"GREEN","date":1},
			 "components":[{"type":"HEADER","format":"IMAGE","example":{"header_handle":["x"]}},{"type":"BODY","text":"Bonjour {{nom}}"},{"type":"FOOTER","text":"Ondaverde"},
			 {"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Oui"},{"type":"URL","text":"Voir","url":"https://x.example/{{1}}"},{"type":"COPY_CODE","text":"Copier"}]}]},
			{"id":"2","name":"offer","language":"en","status":"REJECTED","rejected_reason":"INVALID_FORMAT","components":[{"type":"body","text":"{{1}}"}]}],
			"paging":{"cursors":{"before":"a","after":"next-page"},"next":"https://graph.facebook.com/elsewhere"}}`,
		"next-page": `{"data":[
			{"id":"3","name":"carousel","language":"en","status":"APPROVED","components":[{"type":"BODY","text":"x"},{"type":"CAROUSEL","cards":[]}]},
			{"id":"4","name":"code","language":"en","status":"approved","components":[{"type":"BODY","text":"x"},{"type":"BUTTONS","buttons":[{"type":"OTP","otp_type":"COPY_CODE"}]}]},
			{"id":"5","name":"held","language":"en","status":"PAUSED","components":"broken"}],
			"paging":{"cursors":{"after":"last"}}}`,
	}
	var got []channel.Template
	var err error
	var asked []string
	channeltest.Exchanges(t, channeltest.Sending{New: sending.New}, []channeltest.Exchange{{
		Name: "one_page",
		Do: func(ctx context.Context, a channel.Adapter, account channel.Account) (channel.Outcome, error) {
			_, err := a.(channel.TemplateLister).Templates(ctx, account)
			return channel.Outcome{}, err
		},
		Answers:  map[string]string{"4242/message_templates": `{"data":[]}`},
		Requests: []channeltest.Request{{Method: http.MethodGet, Path: "4242/message_templates", Query: map[string]string{"fields": templateFields, "limit": "100"}}},
	}})
	server := channeltest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		after := r.URL.Query().Get("after")
		asked = append(asked, after)
		_, _ = w.Write([]byte(pages[after]))
	})
	if got, err = whatsapp.New(nil).Templates(t.Context(), channeltest.Account(server)); err != nil {
		t.Fatal(err)
	}
	want := []channel.Template{
		{
			ID: "1", Name: "follow_up", Language: "fr", Category: "UTILITY", Status: "APPROVED", Quality: "GREEN", Named: true,
			Header: channel.TemplateHeader{Format: "IMAGE"}, Body: "Bonjour {{nom}}", Footer: "Ondaverde",
			Buttons: []channel.TemplateButton{
				{Type: "QUICK_REPLY", Text: "Oui"}, {Type: "URL", Text: "Voir", URL: "https://x.example/{{1}}"}, {Type: "COPY_CODE", Text: "Copier"},
			},
		},
		{ID: "2", Name: "offer", Language: "en", Status: "REJECTED", Reason: "INVALID_FORMAT", Body: "{{1}}"},
		{ID: "3", Name: "carousel", Language: "en", Status: "APPROVED", Body: "x", Unfilled: "CAROUSEL"},
		{ID: "4", Name: "code", Language: "en", Status: "APPROVED", Body: "x", Unfilled: "OTP", Buttons: []channel.TemplateButton{{Type: "OTP"}}},
		{ID: "5", Name: "held", Language: "en", Status: "PAUSED", Unfilled: "components"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"", "next-page"}, asked); diff != "" {
		t.Error(diff)
	}
	for _, template := range got {
		if template.Sendable() != (template.ID == "1") {
			t.Errorf("%s can be sent: %v", template.Name, template.Sendable())
		}
	}
}

func TestSend_templates(t *testing.T) {
	send := func(template channel.OutgoingTemplate) func(context.Context, channel.Adapter, channel.Account) (channel.Outcome, error) {
		return channeltest.Send(with(func(o *channel.Outgoing) { o.Kind, o.Text, o.Template = conversation.KindTemplate, "", &template }))
	}
	listed := channel.Template{
		Name: "follow_up", Language: "fr", Status: "APPROVED", Header: channel.TemplateHeader{Format: "DOCUMENT"}, Body: "Bonjour {{1}}",
	}
	channeltest.Exchanges(t, sending, []channeltest.Exchange{
		{
			Name: "values_by_number_and_name_and_buttons",
			Do: send(channel.OutgoingTemplate{
				Name: "follow_up", Language: "fr", Header: []channel.TemplateValue{{Text: "TP1"}},
				Body: []channel.TemplateValue{{Text: "Camille"}, {Name: "topic", Text: "le billet"}},
				Buttons: []channel.TemplateButtonValue{
					{Index: 0, Type: "URL", Text: "48213"}, {Index: 1, Type: "QUICK_REPLY", Text: "YES"}, {Index: 2, Type: "COPY_CODE", Text: "SAVE5"},
				},
			}),
			Requests: message(to + `"type":"template","template":{"name":"follow_up","language":{"code":"fr"},"components":[
				{"type":"header","parameters":[{"type":"text","text":"TP1"}]},
				{"type":"body","parameters":[{"type":"text","text":"Camille"},{"type":"text","text":"le billet","parameter_name":"topic"}]},
				{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"48213"}]},
				{"type":"button","sub_type":"quick_reply","index":"1","parameters":[{"type":"payload","payload":"YES"}]},
				{"type":"button","sub_type":"copy_code","index":"2","parameters":[{"type":"coupon_code","coupon_code":"SAVE5"}]}]}`),
			Want: accepted,
		},
		{
			Name:     "without_values",
			Do:       send(channel.OutgoingTemplate{Name: "hours", Language: "en_GB"}),
			Requests: message(to + `"type":"template","template":{"name":"hours","language":{"code":"en_GB"}}`),
			Want:     accepted,
		},
		{
			Name: "document_above_the_text",
			Do: send(channel.OutgoingTemplate{
				Name: "follow_up", Language: "fr", Body: []channel.TemplateValue{{Text: "Camille"}}, Of: &listed,
				Media: channeltest.Media("application/pdf", "a.pdf", channeltest.PDF),
			}),
			Requests: uploaded("application/pdf", "a.pdf", to+`"type":"template","template":{"name":"follow_up","language":{"code":"fr"},"components":[
				{"type":"header","parameters":[{"type":"document","document":{"id":"media-id","filename":"a.pdf"}}]},
				{"type":"body","parameters":[{"type":"text","text":"Camille"}]}]}`),
			Want: accepted,
		},
		{
			Name: "picture_of_a_template_that_was_not_listed",
			Do:   send(channel.OutgoingTemplate{Name: "t", Language: "en", Media: channeltest.Media("image/png", "a.png", channeltest.PNG)}),
			Requests: uploaded("image/png", "a.png", to+`"type":"template","template":{"name":"t","language":{"code":"en"},"components":[
				{"type":"header","parameters":[{"type":"image","image":{"id":"media-id"}}]}]}`),
			Want: accepted,
		},
		{
			Name: "place_above_the_text",
			Do:   send(channel.OutgoingTemplate{Name: "t", Language: "en", Location: &channel.Location{Latitude: 41, Longitude: -8, Name: "OPO"}}),
			Requests: message(to + `"type":"template","template":{"name":"t","language":{"code":"en"},"components":[
				{"type":"header","parameters":[{"type":"location","location":{"latitude":41,"longitude":-8,"name":"OPO"}}]}]}`),
			Want: accepted,
		},
		{
			Name: "a_wrong_count_is_refused_before_Meta_is_asked",
			Do: send(channel.OutgoingTemplate{
				Name: "follow_up", Language: "fr", Of: &listed, Media: channeltest.Media("application/pdf", "a.pdf", channeltest.PDF),
			}),
			Want: channel.Outcome{Verdict: refused, Failure: channel.Failure{Class: channel.ClassTemplate, Reason: channel.ReasonTemplateValues}},
		},
		{
			Name: "a_header_of_another_type_is_refused_before_Meta_is_asked",
			Do: send(channel.OutgoingTemplate{
				Name: "follow_up", Language: "fr", Body: []channel.TemplateValue{{Text: "x"}},
				Of:    &channel.Template{Name: "follow_up", Language: "fr", Status: "APPROVED", Header: channel.TemplateHeader{Format: "IMAGE"}, Body: "{{1}}"},
				Media: channeltest.Media("application/pdf", "a.pdf", channeltest.PDF),
			}),
			Want: channel.Outcome{Verdict: refused, Failure: channel.Failure{
				Class: channel.ClassMedia, Reason: channel.ReasonFileType, As: conversation.KindDocument,
			}},
		},
		{
			Name: "an_empty_value_is_refused_before_Meta_is_asked",
			Do:   send(channel.OutgoingTemplate{Name: "t", Language: "en", Body: []channel.TemplateValue{{Text: " "}}}),
			Want: channel.Outcome{Verdict: refused, Failure: channel.Failure{Class: channel.ClassTemplate, Reason: channel.ReasonTemplateValues}},
		},
	})
}
