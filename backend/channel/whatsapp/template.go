package whatsapp

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"parley/backend/channel"
	"parley/backend/channel/graph"
	"parley/backend/conversation"
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
	Quality         struct {
		Score string `json:"score"`
	} `json:"quality_score"`
	Components json.RawMessage `json:"components"` // list of wireComponent
}

type wireComponent struct {
	Type    string `json:"type"`
	Format  string `json:"format"`
	Text    string `json:"text"`
	Buttons []struct {
		Type string `json:"type"`
		Text string `json:"text"`
		URL  string `json:"url"`
	} `json:"buttons"`
}

// Templates returns every template of the WhatsApp Business Account.
func (a *Adapter) Templates(ctx context.Context, account channel.Account) ([]channel.Template, error) {
	var all []channel.Template
	query := url.Values{
		"fields": {"id,name,language,status,category,components,parameter_format,quality_score,rejected_reason"},
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

// fillableHeaders are the headers for which there is a value or that need none.
var fillableHeaders = map[string]bool{"": true, "TEXT": true, "IMAGE": true, "VIDEO": true, "DOCUMENT": true, "LOCATION": true}

// unfilledButtons need values that no agent has: products, orders, one-time passwords.
var unfilledButtons = map[string]bool{"MPM": true, "SPM": true, "CATALOG": true, "ORDER_DETAILS": true, "OTP": true}

func (w wireTemplate) template() channel.Template {
	template := channel.Template{
		ID: w.ID, Name: w.Name, Language: w.Language, Category: w.Category, Status: strings.ToUpper(w.Status), Quality: w.Quality.Score,
		Named: strings.EqualFold(w.ParameterFormat, "NAMED"),
	}
	if w.RejectedReason != "NONE" {
		template.Reason = clean(w.RejectedReason)
	}
	var components []wireComponent
	if json.Unmarshal(w.Components, &components) != nil {
		template.Unfilled = "components" // of a shape that we do not know: it is listed, and cannot be sent
	}
	for _, component := range components {
		switch strings.ToUpper(component.Type) {
		case "HEADER":
			template.Header = channel.TemplateHeader{Format: strings.ToUpper(component.Format), Text: clean(component.Text)}
			if !fillableHeaders[template.Header.Format] {
				template.Unfilled = clean(component.Format)
			}
		case "BODY":
			template.Body = clean(component.Text)
		case "FOOTER":
			template.Footer = clean(component.Text)
		case "BUTTONS":
			for _, b := range component.Buttons {
				template.Buttons = append(template.Buttons, channel.TemplateButton{Type: strings.ToUpper(b.Type), Text: clean(b.Text), URL: b.URL})
				if unfilledButtons[strings.ToUpper(b.Type)] {
					template.Unfilled = clean(b.Type)
				}
			}
		default: // CAROUSEL, LIMITED_TIME_OFFER, and what is to come
			template.Unfilled = clean(component.Type)
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
	Type       string            `json:"type"`
	Text       string            `json:"text,omitempty"`
	Name       string            `json:"parameter_name,omitempty"`
	Payload    string            `json:"payload,omitempty"`
	CouponCode string            `json:"coupon_code,omitempty"`
	Image      *outgoingMedia    `json:"image,omitempty"`
	Video      *outgoingMedia    `json:"video,omitempty"`
	Document   *outgoingMedia    `json:"document,omitempty"`
	Location   *outgoingLocation `json:"location,omitempty"`
}

func (o *outgoing) setTemplate(template *channel.OutgoingTemplate) *channel.Failure {
	if template == nil || template.Name == "" || template.Language == "" {
		return channel.Refusal(channel.ReasonTemplateMissing, "the template's name or language is missing")
	}
	if template.Of != nil {
		if problem := template.Of.Check(*template); problem != nil {
			return problem
		}
	}
	wire := &outgoingTemplate{Name: template.Name}
	wire.Language.Code = template.Language
	if problem := wire.setHeader(template); problem != nil {
		return problem
	}
	if problem := wire.add(outgoingComponent{Type: "body"}, template.Body); problem != nil {
		return problem
	}
	for _, button := range template.Buttons {
		component := outgoingComponent{Type: "button", SubType: strings.ToLower(button.Type), Index: strconv.Itoa(button.Index)}
		parameter := outgoingParameter{Type: "text", Text: button.Text}
		switch component.SubType {
		case "quick_reply":
			parameter = outgoingParameter{Type: "payload", Payload: button.Text}
		case "copy_code":
			parameter = outgoingParameter{Type: "coupon_code", CouponCode: button.Text}
		}
		component.Parameters = []outgoingParameter{parameter}
		wire.Components = append(wire.Components, component)
	}
	o.Type, o.Template = "template", wire
	return nil
}

// setHeader fills the header: with a file, whose id comes once it is uploaded, a location or text.
func (w *outgoingTemplate) setHeader(template *channel.OutgoingTemplate) *channel.Failure {
	switch {
	case template.Media != nil:
		kind, problem := headerKind(template)
		if problem != nil {
			return problem
		}
		w.Components = append(w.Components, outgoingComponent{Type: "header", Parameters: []outgoingParameter{{Type: string(kind)}}})
		return nil
	case template.Location != nil:
		w.Components = append(w.Components, outgoingComponent{
			Type: "header", Parameters: []outgoingParameter{{Type: "location", Location: location(template.Location)}},
		})
		return nil
	default:
		return w.add(outgoingComponent{Type: "header"}, template.Header)
	}
}

// headerKind is the kind as which a header's file goes: that of the listed template, or else the one that fits
// the file.
func headerKind(template *channel.OutgoingTemplate) (conversation.Kind, *channel.Failure) {
	kind := conversation.KindDocument
	if template.Of != nil {
		kind = conversation.Kind(strings.ToLower(template.Of.Header.Format))
	} else if row, _ := limits.Fit(template.Media.MIME, template.Media.SizeBytes); row != nil && row.Kind != conversation.KindSticker {
		kind = row.Kind
	}
	if problem := limits.Check(channel.Outgoing{Kind: kind, Media: template.Media}); problem != nil {
		return "", problem
	}
	return kind, nil
}

// setHeaderMedia puts the id of the uploaded file into the header.
func (w *outgoingTemplate) setHeaderMedia(id, fileName string) {
	for i := range w.Components {
		if w.Components[i].Type != "header" {
			continue
		}
		parameter := &w.Components[i].Parameters[0]
		switch parameter.Type {
		case "image":
			parameter.Image = &outgoingMedia{ID: id}
		case "video":
			parameter.Video = &outgoingMedia{ID: id}
		default:
			parameter.Document = &outgoingMedia{ID: id, Filename: fileName}
		}
	}
}

// add adds a component with its text parameters, nothing when there are none.
func (w *outgoingTemplate) add(component outgoingComponent, values []channel.TemplateValue) *channel.Failure {
	for _, value := range values {
		if strings.TrimSpace(value.Text) == "" {
			return channel.Refusal(channel.ReasonTemplateValues, fmt.Sprintf("a placeholder of the template's %s is empty", component.Type))
		}
		component.Parameters = append(component.Parameters, outgoingParameter{Type: "text", Text: value.Text, Name: value.Name})
	}
	if len(component.Parameters) > 0 {
		w.Components = append(w.Components, component)
	}
	return nil
}
