// Package whatsapp translates between Parley and the WhatsApp Cloud API: webhooks become events, messages
// become requests, answers become outcomes. What it knows of limits, errors and windows is in tables.
package whatsapp

import (
	"net/http"

	"parley/backend/channel"
	"parley/backend/channel/graph"
	"parley/backend/conversation"
)

// Adapter is WhatsApp as a channel. It has no state; its methods may run at the same time.
type Adapter struct {
	graph *graph.Client
}

var _ channel.Adapter = (*Adapter)(nil)

// New returns the channel. It calls Meta through httpClient; nil is a plain client.
func New(httpClient *http.Client) *Adapter {
	return &Adapter{graph: graph.NewClient(httpClient)}
}

// Channel names the channel.
func (*Adapter) Channel() conversation.Channel { return conversation.ChannelWhatsApp }
