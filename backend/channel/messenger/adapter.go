// Package messenger translates between Parley and the Messenger Platform: webhooks become events, messages
// become requests, answers become outcomes. What it knows of limits, errors and windows is in tables.
//
// Messenger gives one id to a message with several attachments. Each becomes an event of its own: the first
// has the message's id (mid), the following mid#1, mid#2 and so on. Text that came with them belongs to the first.
package messenger

import (
	"net/http"

	"parley/backend/channel"
	"parley/backend/channel/graph"
	"parley/backend/conversation"
)

// Adapter is Messenger as a channel. It has no state; its methods may run at the same time.
type Adapter struct {
	graph *graph.Client
}

var _ interface {
	channel.Adapter
	channel.Typer
} = (*Adapter)(nil)

// New returns the channel. It calls Meta through httpClient; nil is a plain client.
func New(httpClient *http.Client) *Adapter {
	return &Adapter{graph: graph.NewClient(httpClient)}
}

// Channel names the channel.
func (*Adapter) Channel() conversation.Channel { return conversation.ChannelMessenger }
