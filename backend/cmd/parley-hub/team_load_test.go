//go:build !windows

package main_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path"
	"sync"
	"sync/atomic"
	"time"

	"parley/backend/channel"
	"parley/backend/channel/graph"
)

// sentAt begins the text of a contact's message; when it was written follows, in Unix nanoseconds.
const sentAt = "written at "

// contactsOfNumber is how many people write to one number.
const contactsOfNumber = 12

// letContactsWrite lets contacts write so many messages a second, and returns what ends it. A webhook that is not answered
// 200 is sent again, as Meta does, and some come twice.
func (m *team) letContactsWrite(rate int) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	group.Go(func() {
		ticker := time.NewTicker(time.Second / time.Duration(rate))
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			m.written++
			number, at := m.numbers[rand.IntN(len(m.numbers))], time.Now()
			body := inbound(number, fmt.Sprintf("44770%s%02d", number[len(number)-4:], rand.IntN(contactsOfNumber)), fmt.Sprint("wamid.in.", m.written), at)
			for range 1 + rand.IntN(20)/19 {
				group.Go(func() { m.deliver(body) })
			}
		}
	})
	return sync.OnceFunc(func() { cancel(); group.Wait() })
}

// deliver posts a webhook until it is taken in.
func (m *team) deliver(body []byte) {
	client := &http.Client{Transport: m.network, Timeout: 10 * time.Second}
	for m.t.Context().Err() == nil {
		request, err := http.NewRequest(http.MethodPost, "http://hub/webhooks/whatsapp", bytes.NewReader(body))
		if err != nil {
			m.t.Error(err)
			return
		}
		request.Header.Set(graph.SignatureHeader, graph.Sign(body, channel.Secret(appSecret)))
		response, err := client.Do(request)
		if err == nil {
			_, _ = io.Copy(io.Discard, response.Body)
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(between(50*time.Millisecond, 300*time.Millisecond))
	}
}

// inbound is a webhook with one message.
func inbound(number, from, id string, at time.Time) []byte {
	return fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[{"id":"200","changes":[{"field":"messages","value":{"messaging_product":"whatsapp",`+
		`"metadata":{"display_phone_number":"447700900014","phone_number_id":%q},"contacts":[{"profile":{"name":"Contact %s"},"wa_id":%q}],`+
		`"messages":[{"from":%q,"id":%q,"timestamp":"%d","type":"text","text":{"body":"%s%d"}}]}}]}]}`,
		number, from, from, from, id, at.Unix(), sentAt, at.UnixNano())
}

// teamGraph answers sends as Meta's Graph API does, and tells by webhook that they were delivered.
type teamGraph struct {
	url  string
	sent atomic.Int64
}

func newTeamGraph(m *team) *teamGraph {
	g := &teamGraph{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Method != http.MethodPost || path.Base(r.URL.Path) != "messages" {
			_, _ = io.WriteString(w, `{"data":[]}`)
			return
		}
		id := fmt.Sprint("wamid.out.", g.sent.Add(1))
		_, _ = fmt.Fprintf(w, `{"messaging_product":"whatsapp","messages":[{"id":%q}]}`, id)
		number := path.Base(path.Dir(r.URL.Path))
		go m.deliver(fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[{"id":"200","changes":[{"field":"messages","value":{"messaging_product":"whatsapp",`+
			`"metadata":{"display_phone_number":"447700900014","phone_number_id":%q},"statuses":[{"id":%q,"status":"delivered","timestamp":"%d","recipient_id":"1"}]}}]}]}`,
			number, id, time.Now().Unix()))
	}))
	m.t.Cleanup(server.Close)
	g.url = server.URL
	return g
}
