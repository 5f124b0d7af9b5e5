package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"parley/backend/channel"
	"parley/backend/channel/whatsapp"
	"parley/backend/conversation"
	"parley/backend/hub"
	"parley/backend/hub/admin"
	"parley/backend/hub/touchpoint"
	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/proto/parley/hub/v1/hubv1connect"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"
	"runtime/debug"
)

// saidAt begins the text of a message; when it was said follows, in Unix nanoseconds.
const saidAt = "Said at "

// feedFanout is ours: signed webhooks in, and watches of signed-in desks, each of which is told what its agent may see.
type feedFanout struct {
	queues  int
	address string
	tokens  []string
	conn    net.Conn
	reader  *bufio.Reader
}

// serveFeed is a hub that has been furnished.
func serveFeed(ctx context.Context, folder string) (string, func(), error) {
	debug.SetGCPercent(400) // as parley-hub serve does
	config := hub.InFolder(folder)
	config.Adapters = []channel.Adapter{whatsapp.New(&http.Client{Timeout: time.Second})}
	h, err := hub.New(ctx, config)
	if err != nil {
		return "", nil, err
	}
	address, stop, err := serve(ctx, h.Handler(), h.Serve)
	if err != nil {
		return "", nil, errors.Join(err, h.Close())
	}
	return address, func() { stop(); _ = h.Close() }, nil
}

func numberOf(queue int) string { return fmt.Sprint(109_000_000_000_000 + queue) }

// start furnishes a hub with people, queues and numbers, and starts it.
func (f *feedFanout) start(ctx context.Context, folder string, all []person, queues int) (*child, error) {
	if err := f.furnish(ctx, folder, all, queues); err != nil {
		return nil, err
	}
	c, err := fork(ctx, "feed", folder)
	if err != nil {
		return nil, err
	}
	f.address, f.queues = c.address, queues
	if f.conn, err = net.Dial("tcp", c.address); err != nil {
		c.end()
		return nil, err
	}
	f.reader = bufio.NewReaderSize(f.conn, 1024)
	return c, nil
}

func (f *feedFanout) furnish(ctx context.Context, folder string, all []person, queues int) error {
	h, err := hub.New(ctx, hub.InFolder(folder))
	if err != nil {
		return err
	}
	defer h.Close()
	id, err := admin.Create(ctx, h.Store, admin.Workspace{Name: "Bench", Dispositions: admin.StandardDispositions})
	if err != nil {
		return err
	}
	members := make([][]string, queues)
	for _, p := range all {
		role := "agent"
		if p.all {
			role = "supervisor"
		}
		agent, err := admin.AddAgent(ctx, h.Store, id, admin.Agent{Email: fmt.Sprintf("agent%d@example.com", p.no), Role: role})
		if err != nil {
			return err
		}
		token, err := h.Access.Open(ctx, agent, "desk", "bench")
		if err != nil {
			return err
		}
		f.tokens = append(f.tokens, token)
		members[p.queue] = append(members[p.queue], agent.Email)
	}
	for n, emails := range members {
		queue, err := admin.AddQueue(ctx, h.Store, id, fmt.Sprint("Queue ", n))
		if err != nil {
			return err
		}
		if err := admin.SetQueueAgents(ctx, h.Store, id, queue.ID, emails); err != nil {
			return err
		}
		if _, err := admin.AddTouchpoint(ctx, h.Store, h.Sealer, id, whatsapp.New(nil).Window(), admin.Touchpoint{
			Channel: conversation.ChannelWhatsApp, Name: queue.Name, AccountID: numberOf(n), BusinessID: "1", QueueID: queue.ID, GraphURL: "http://127.0.0.1:1",
			Secrets: touchpoint.Secrets{Token: "t", AppSecret: benchSecret, VerifyToken: "v"},
		}); err != nil {
			return err
		}
	}
	return nil
}

func (f *feedFanout) publish(_ context.Context, queue, n int) error {
	now := time.Now()
	contact := queue*fanoutContacts + n/f.queues%fanoutContacts // everybody in turn
	if _, err := f.conn.Write(webhookTo(numberOf(queue), saidAt+strconv.FormatInt(now.UnixNano(), 10), n, contact, now, f.address)); err != nil {
		return err
	}
	status, err := answer(f.reader)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("a webhook was answered %d", status)
	}
	return err
}

func (f *feedFanout) connect(ctx context.Context, p person, got func(arrival)) error {
	client := hubv1connect.NewSyncServiceClient(&http.Client{Transport: &http.Transport{}}, "http://"+f.address, connect.WithInterceptors(withToken(f.tokens[p.no])))
	page, err := client.Snapshot(ctx, &hubv1.SnapshotRequest{})
	if err != nil {
		return err
	}
	stream, err := client.Watch(ctx, &hubv1.PullRequest{After: page.GetCursor()})
	if err != nil {
		return err
	}
	go func() {
		defer stream.Close()
		for stream.Receive() {
			got(arrived(stream.Msg()))
		}
	}()
	return nil
}

// arrived counts what a frame brings.
func arrived(frame *hubv1.Frame) (a arrival) {
	for _, change := range frame.GetChanges().GetChanges() {
		a.changes++
		a.bytes += proto.Size(change)
		if text, ok := strings.CutPrefix(change.GetEntity().GetMessage().GetContent().GetText(), saidAt); ok {
			ns, _ := strconv.ParseInt(text, 10, 64)
			a.sent = append(a.sent, time.Unix(0, ns))
		}
	}
	return a
}

// withToken signs every call in.
type withToken string

func (t withToken) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, r connect.AnyRequest) (connect.AnyResponse, error) {
		r.Header().Set("Authorization", "Bearer "+string(t))
		return next(ctx, r)
	}
}

func (t withToken) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return func(ctx context.Context, spec connect.Spec) connect.StreamingClientConn {
		conn := next(ctx, spec)
		conn.RequestHeader().Set("Authorization", "Bearer "+string(t))
		return conn
	}
}

func (withToken) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return next
}
