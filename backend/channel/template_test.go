package channel_test

import (
	"io"
	"slices"
	"strings"
	"testing"

	"parley/backend/channel"
)

func TestPlaceholders_are_named_once_and_in_the_order_of_their_values(t *testing.T) {
	for text, want := range map[string][]string{
		"":                                nil,
		"no {single} {{}} braces":         nil,
		"{{1}} and {{2}}":                 {"1", "2"},
		"{{2}} before {{1}}":              {"1", "2"},
		"{{1}} {{2}} {{10}} {{3}}":        {"1", "2", "3", "10"},
		"{{name}} {{ booking }} {{name}}": {"name", "booking"},
		"{{1}} twice {{1}}":               {"1"},
	} {
		if got := channel.Placeholders(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q", text, got)
		}
	}
}

func TestFill_shows_what_the_contact_will_read(t *testing.T) {
	value := func(name, text string) channel.TemplateValue { return channel.TemplateValue{Name: name, Text: text} }
	for _, c := range []struct {
		text   string
		values []channel.TemplateValue
		want   string
	}{
		{"Hello {{1}}, about {{2}}", []channel.TemplateValue{value("", "Ana"), value("", "{{1}}")}, "Hello Ana, about {{1}}"},
		{"{{2}} {{1}}", []channel.TemplateValue{value("", "a"), value("", "b")}, "b a"},
		{"{{name}} {{booking}}", []channel.TemplateValue{value("booking", "48"), value("name", "Ana")}, "Ana 48"},
		{"{{1}} {{2}}", []channel.TemplateValue{value("", "a")}, "a {{2}}"},
	} {
		if got := channel.Fill(c.text, c.values); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

func TestCheck_refuses_what_Meta_would_refuse(t *testing.T) {
	template := channel.Template{
		Name: "follow_up", Language: "en", Status: "APPROVED", Body: "Hello {{1}}, about {{2}}",
		Header:  channel.TemplateHeader{Format: "TEXT", Text: "Flight {{1}}"},
		Buttons: []channel.TemplateButton{{Type: "QUICK_REPLY", Text: "Yes"}, {Type: "URL", Text: "See", URL: "https://x.example/{{1}}"}},
	}
	values := func(texts ...string) []channel.TemplateValue {
		var list []channel.TemplateValue
		for _, text := range texts {
			list = append(list, channel.TemplateValue{Text: text})
		}
		return list
	}
	file := &channel.OutgoingMedia{MIME: "image/png", SizeBytes: 1, Open: func() (io.ReadCloser, error) { return nil, io.EOF }}
	for name, c := range map[string]struct {
		change func(*channel.Template, *channel.OutgoingTemplate)
		want   channel.Reason
	}{
		"it_fits":           {func(*channel.Template, *channel.OutgoingTemplate) {}, ""},
		"reply_may_be_left": {func(_ *channel.Template, o *channel.OutgoingTemplate) { o.Buttons = o.Buttons[1:] }, ""},
		"too_few":           {func(_ *channel.Template, o *channel.OutgoingTemplate) { o.Body = values("a") }, channel.ReasonTemplateValues},
		"too_many":          {func(_ *channel.Template, o *channel.OutgoingTemplate) { o.Body = values("a", "b", "c") }, channel.ReasonTemplateValues},
		"empty":             {func(_ *channel.Template, o *channel.OutgoingTemplate) { o.Body = values("a", "") }, channel.ReasonTemplateValues},
		"line_break":        {func(_ *channel.Template, o *channel.OutgoingTemplate) { o.Body = values("a", "b\nc") }, channel.ReasonTemplateValues},
		"many_spaces":       {func(_ *channel.Template, o *channel.OutgoingTemplate) { o.Body = values("a", "b     c") }, channel.ReasonTemplateValues},
		"too_long": {func(_ *channel.Template, o *channel.OutgoingTemplate) {
			o.Body = values("a", strings.Repeat("é", 1020))
		}, channel.ReasonTemplateTooLong},
		"header_missing":    {func(_ *channel.Template, o *channel.OutgoingTemplate) { o.Header = nil }, channel.ReasonTemplateValues},
		"header_too_long":   {func(_ *channel.Template, o *channel.OutgoingTemplate) { o.Header = values(strings.Repeat("x", 60)) }, channel.ReasonTemplateTooLong},
		"named_for_numbers": {func(_ *channel.Template, o *channel.OutgoingTemplate) { o.Body[0].Name = "1" }, channel.ReasonTemplateValues},
		"numbers_for_named": {func(x *channel.Template, _ *channel.OutgoingTemplate) {
			x.Named, x.Body, x.Header = true, "{{a}} {{b}}", channel.TemplateHeader{}
		}, channel.ReasonTemplateValues},
		"one_name_twice": {func(x *channel.Template, o *channel.OutgoingTemplate) {
			x.Named, x.Body, x.Header = true, "{{a}} {{b}}", channel.TemplateHeader{}
			o.Header, o.Body[0].Name, o.Body[1].Name = nil, "a", "a"
		}, channel.ReasonTemplateValues},
		"link_missing":   {func(_ *channel.Template, o *channel.OutgoingTemplate) { o.Buttons = o.Buttons[:1] }, channel.ReasonTemplateValues},
		"button_unknown": {func(_ *channel.Template, o *channel.OutgoingTemplate) { o.Buttons[0].Index = 7 }, channel.ReasonTemplateValues},
		"button_twice":   {func(_ *channel.Template, o *channel.OutgoingTemplate) { o.Buttons[0] = o.Buttons[1] }, channel.ReasonTemplateValues},
		"file_for_text":  {func(_ *channel.Template, o *channel.OutgoingTemplate) { o.Media = file }, channel.ReasonTemplateValues},
		"place_for_text": {func(_ *channel.Template, o *channel.OutgoingTemplate) { o.Location = &channel.Location{} }, channel.ReasonTemplateValues},
		"file_missing": {func(x *channel.Template, _ *channel.OutgoingTemplate) {
			x.Header = channel.TemplateHeader{Format: "VIDEO"}
		}, channel.ReasonTemplateValues},
		"place_missing": {func(x *channel.Template, _ *channel.OutgoingTemplate) {
			x.Header = channel.TemplateHeader{Format: "LOCATION"}
		}, channel.ReasonTemplateValues},
		"other_language":    {func(_ *channel.Template, o *channel.OutgoingTemplate) { o.Language = "pt_PT" }, channel.ReasonTemplateMissing},
		"pending":           {func(x *channel.Template, _ *channel.OutgoingTemplate) { x.Status = "PENDING" }, channel.ReasonTemplateMissing},
		"paused":            {func(x *channel.Template, _ *channel.OutgoingTemplate) { x.Status = "PAUSED" }, channel.ReasonTemplatePaused},
		"disabled":          {func(x *channel.Template, _ *channel.OutgoingTemplate) { x.Status = "DISABLED" }, channel.ReasonTemplateDisabled},
		"part_not_fillable": {func(x *channel.Template, _ *channel.OutgoingTemplate) { x.Unfilled = "CAROUSEL" }, channel.ReasonTemplateValues},
	} {
		t.Run(name, func(t *testing.T) {
			listed := template
			out := channel.OutgoingTemplate{
				Name: "follow_up", Language: "en", Header: values("TP1"), Body: values("Ana", "the ticket"),
				Buttons: []channel.TemplateButtonValue{{Index: 0, Type: "QUICK_REPLY", Text: "YES"}, {Index: 1, Type: "URL", Text: "48213"}},
			}
			c.change(&listed, &out)
			problem := listed.Check(out)
			if (problem == nil) != (c.want == "") || (problem != nil && (problem.Reason != c.want || problem.Detail == "")) {
				t.Errorf("problem is %+v, want %q", problem, c.want)
			}
		})
	}
}
