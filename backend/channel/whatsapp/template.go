package whatsapp

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"parley/backend/channel"
	"parley/backend/channel/graph"
)

var _ interface {
	channel.TemplateLister
	channel.Typer
} = (*Adapter)(nil)

// maxTemplatePages ends a listing that goes round in circles; Meta allows 250 templates, 6000 at most.
const maxTemplatePages = 100

// wireTemplate is one element of GET /{WABA}/message_templates.
// Source: Meta docs, "Message templates: retrieve", 2026-09.
type wireTemplate struct {
	ID              string `json:"id"`
	Name            string `json:"name"`
	Language        string `json:"language"`
	Status          string `json:"status"`
	Category        string `json:"category"`
	ParameterFormat string `json:"parameter_format"` // NAMED or POSITIONAL
	RejectedReason  string `json:"rejected_reason"`
	Components      []struct {
		Type    string `json:"type"`
		Format  string `json:"format"`
		Text    string `json:"text"`
		Buttons []struct {
			Type string `json:"type"`
			Text string `json:"text"`
			URL  string `json:"url"`
		} `json:"buttons"`
	} `json:"components"`
}

// Templates returns every template of the WhatsApp Business Account.
func (a *Adapter) Templates(ctx context.Context, account channel.Account) ([]channel.Template, error) {
	var all []channel.Template
	query := url.Values{
		"fields": {"id,name,language,status,category,components,parameter_format,rejected_reason"},
		"limit":  {"100"},
	}
	for range maxTemplatePages {
		var page struct {
			Data   []wireTemplate `json:"data"`
			Paging struct {
				Cursors struct {
					After string `json:"after"`
				} `json:"cursors"`
				Next string `json:"next"`
			} `json:"paging"`
		}
		err := a.graph.Get(ctx, account, graph.Path{account.BusinessID, "message_templates"}, query, &page)
		if err != nil {
			return nil, errorTable.CallError("list templates", err)
		}
		for _, wire := range page.Data {
			all = append(all, wire.template())
		}
		// The next page is asked for by its cursor: the address that Meta offers would leave our signature out.
		if page.Paging.Next == "" || page.Paging.Cursors.After == "" {
			break
		}
		query.Set("after", page.Paging.Cursors.After)
	}
	return all, nil
}

func (w wireTemplate) template() channel.Template {
	template := channel.Template{
		ID: w.ID, Name: w.Name, Language: w.Language, Category: w.Category, Status: w.Status,
		Named: strings.EqualFold(w.ParameterFormat, "NAMED"),
	}
	if w.RejectedReason != "NONE" {
		template.Reason = clean(w.RejectedReason)
	}
	for _, component := range w.Components {
		switch strings.ToUpper(component.Type) {
		case "HEADER":
			template.Header = channel.TemplateHeader{Format: component.Format, Text: clean(component.Text)}
		case "BODY":
			template.Body = clean(component.Text)
		case "FOOTER":
			template.Footer = clean(component.Text)
		case "BUTTONS":
			for _, b := range component.Buttons {
				template.Buttons = append(template.Buttons, channel.TemplateButton{Type: b.Type, Text: clean(b.Text), URL: b.URL})
			}
		}
	}
	return template
}

// outgoingTemplate is the template part of a message. Source: Meta docs, "Template messages", 2026-09.
type outgoingTemplate struct {
	Name     string `json:"name"`
	Language struct {
		Code string `json:"code"`
	} `json:"language"`
	Components []outgoingComponent `json:"components,omitempty"`
}

type outgoingComponent struct {
	Type       string              `json:"type"`
	SubType    string              `json:"sub_type,omitempty"`
	Index      string              `json:"index,omitempty"` // text, from "0"
	Parameters []outgoingParameter `json:"parameters"`
}

type outgoingParameter struct {
	Type    string `json:"type"`
	Text    string `json:"text,omitempty"`
	Name    string `json:"parameter_name,omitempty"`
	Payload string `json:"payload,omitempty"`
}

func (o *outgoing) setTemplate(template *channel.OutgoingTemplate) *channel.Outcome {
	if template == nil || template.Name == "" || template.Language == "" {
		return refuse(channel.ClassTemplate, "the template's name or language is missing")
	}
	wire := &outgoingTemplate{Name: template.Name}
	wire.Language.Code = template.Language
	for _, part := range []struct {
		name   string
		values []channel.TemplateValue
	}{{"header", template.Header}, {"body", template.Body}} {
		if len(part.values) == 0 {
			continue
		}
		component := outgoingComponent{Type: part.name}
		for _, value := range part.values {
			if value.Text == "" {
				return refuse(channel.ClassTemplate, fmt.Sprintf("a placeholder of the template's %s is empty", part.name))
			}
			component.Parameters = append(component.Parameters, outgoingParameter{Type: "text", Text: value.Text, Name: value.Name})
		}
		wire.Components = append(wire.Components, component)
	}
	for _, button := range template.Buttons {
		component := outgoingComponent{Type: "button", SubType: strings.ToLower(button.Type), Index: strconv.Itoa(button.Index)}
		parameter := outgoingParameter{Type: "text", Text: button.Text}
		if component.SubType == "quick_reply" {
			parameter = outgoingParameter{Type: "payload", Payload: button.Text}
		}
		component.Parameters = []outgoingParameter{parameter}
		wire.Components = append(wire.Components, component)
	}
	o.Type, o.Template = "template", wire
	return nil
}
