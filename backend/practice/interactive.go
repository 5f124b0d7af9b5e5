package practice

import (
	"fmt"
	"unicode/utf8"
)

// interactive is a message with buttons or a list. Limits: Meta docs, "Interactive messages", 2026-09.
type interactive struct {
	Type   string `json:"type"`
	Header struct {
		Type string `json:"type"`
		Text string `json:"text"`
	} `json:"header"`
	Body struct {
		Text string `json:"text"`
	} `json:"body"`
	Footer struct {
		Text string `json:"text"`
	} `json:"footer"`
	Action struct {
		Button  string `json:"button"`
		Buttons []struct {
			Reply struct{ ID, Title string } `json:"reply"`
		} `json:"buttons"`
		Sections []struct {
			Rows []struct{ ID, Title, Description string } `json:"rows"`
		} `json:"sections"`
		Parameters struct {
			DisplayText string `json:"display_text"`
			URL         string `json:"url"`
		} `json:"parameters"`
	} `json:"action"`
}

// composeInteractive shows buttons and rows that the contact can press.
func composeInteractive(out *message, in interactive) (*message, *graphError) {
	wrong := func(text string) (*message, *graphError) {
		e := graphError{Status: 400, Type: "OAuthException", Code: 131009, Message: "(#131009) Parameter value is not valid", Details: text}
		return nil, &e
	}
	out.Text, out.Header, out.Footer = in.Body.Text, in.Header.Text, in.Footer.Text
	for _, b := range in.Action.Buttons {
		out.Choices = append(out.Choices, choice{ID: b.Reply.ID, Title: b.Reply.Title, Of: "button_reply"})
	}
	for _, section := range in.Action.Sections {
		for _, row := range section.Rows {
			out.Choices = append(out.Choices, choice{ID: row.ID, Title: row.Title, Description: row.Description, Of: "list_reply"})
		}
	}
	longest := 20
	switch in.Type {
	case "button":
		if len(out.Choices) == 0 || len(out.Choices) > 3 {
			return wrong("Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3")
		}
	case "list":
		longest = 24
		if len(out.Choices) == 0 || len(out.Choices) > 10 || in.Action.Button == "" {
			return wrong("Total row count exceed max allowed count: 10")
		}
	case "cta_url":
		out.Choices = []choice{{Title: in.Action.Parameters.DisplayText, Description: in.Action.Parameters.URL}}
	case "flow":
		out.Choices = []choice{{ID: "flow", Title: "Open the form", Of: "nfm_reply"}}
	case "location_request_message":
	default:
		return wrong("Interactive type is not supported")
	}
	for _, c := range out.Choices {
		if c.Title == "" || utf8.RuneCountInString(c.Title) > longest || len(c.ID) > 256 {
			return wrong(fmt.Sprintf("Button title length invalid. Min length: 1, Max length: %d", longest))
		}
	}
	if out.Text == "" || utf8.RuneCountInString(out.Text) > maxCaption {
		return wrong(fmt.Sprintf("Body text length invalid. Min length: 1, Max length: %d", maxCaption))
	}
	return out, nil
}
