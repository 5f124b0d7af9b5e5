package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// saying is a message of so many bytes that says when it was said.
func saying(size int) []byte {
	text := make([]byte, max(size, 8))
	binary.BigEndian.PutUint64(text, uint64(time.Now().UnixNano()))
	return text
}

// heard is what came of a saying.
func heard(text []byte) arrival {
	return arrival{changes: 1, bytes: len(text), sent: []time.Time{time.Unix(0, int64(binary.BigEndian.Uint64(text)))}}
}

// natsFanout is NATS core: a subject for each queue.
type natsFanout struct {
	size      int
	address   string
	publisher *nats.Conn
}

func serveNATS(context.Context, string) (string, func(), error) {
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true})
	if err != nil {
		return "", nil, err
	}
	go s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		return "", nil, errors.New("NATS is not ready")
	}
	return s.ClientURL(), s.Shutdown, nil
}

func (f *natsFanout) start(ctx context.Context, folder string, _ []person, _ int) (*child, error) {
	c, err := fork(ctx, "nats", folder)
	if err != nil {
		return nil, err
	}
	f.address = c.address
	if f.publisher, err = nats.Connect(c.address); err != nil {
		c.end()
		return nil, err
	}
	return c, nil
}

func (f *natsFanout) connect(ctx context.Context, p person, got func(arrival)) error {
	conn, err := nats.Connect(f.address)
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, conn.Close)
	subject := "queue." + strconv.Itoa(p.queue)
	if p.all {
		subject = "queue.*"
	}
	if _, err := conn.Subscribe(subject, func(m *nats.Msg) { got(heard(m.Data)) }); err != nil {
		return err
	}
	return conn.Flush()
}

func (f *natsFanout) publish(_ context.Context, queue, _ int) error {
	return f.publisher.Publish("queue."+strconv.Itoa(queue), saying(f.size))
}

// socketFanout is what a program does that only passes on: a set of connections for each queue.
type socketFanout struct {
	size      int
	address   string
	publisher *websocket.Conn
}

// sockets are those who listen: each has a line of what it has not been told yet.
type sockets struct {
	mu   sync.Mutex
	open map[chan *websocket.PreparedMessage]string // the queue; "" for all
}

func serveSockets(ctx context.Context, _ string) (string, func(), error) {
	s := &sockets{open: map[chan *websocket.PreparedMessage]string{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/listen", s.listen)
	mux.HandleFunc("/say", s.say)
	return serve(ctx, mux, nil)
}

func (s *sockets) listen(w http.ResponseWriter, r *http.Request) {
	conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer conn.Close()
	line := make(chan *websocket.PreparedMessage, 64)
	s.mu.Lock()
	s.open[line] = r.URL.Query().Get("queue")
	s.mu.Unlock()
	defer func() { s.mu.Lock(); delete(s.open, line); s.mu.Unlock() }()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		for {
			if _, _, err := conn.NextReader(); err != nil {
				return
			}
		}
	}()
	for {
		select {
		case <-gone:
			return
		case message := <-line:
			if conn.WritePreparedMessage(message) != nil {
				return
			}
		}
	}
}

func (s *sockets) say(w http.ResponseWriter, r *http.Request) {
	conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer conn.Close()
	for {
		_, text, err := conn.ReadMessage()
		if err != nil {
			return
		}
		queue := strconv.Itoa(int(text[len(text)-1])<<8 | int(text[len(text)-2]))
		message, err := websocket.NewPreparedMessage(websocket.BinaryMessage, text)
		if err != nil {
			return
		}
		s.mu.Lock()
		for line, of := range s.open {
			if of == "" || of == queue {
				select {
				case line <- message:
				default: // a slow one loses it
				}
			}
		}
		s.mu.Unlock()
	}
}

func (f *socketFanout) start(ctx context.Context, folder string, _ []person, _ int) (*child, error) {
	c, err := fork(ctx, "websocket", folder)
	if err != nil {
		return nil, err
	}
	f.address = c.address
	if f.publisher, err = f.dial("/say"); err != nil {
		c.end()
		return nil, err
	}
	return c, nil
}

func (f *socketFanout) dial(path string) (*websocket.Conn, error) {
	conn, response, err := websocket.DefaultDialer.Dial("ws://"+f.address+path, nil)
	if err != nil {
		return nil, fmt.Errorf("dial: %w", err)
	}
	return conn, response.Body.Close()
}

func (f *socketFanout) connect(ctx context.Context, p person, got func(arrival)) error {
	path := "/listen"
	if !p.all {
		path += "?queue=" + strconv.Itoa(p.queue)
	}
	conn, err := f.dial(path)
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { conn.Close() })
	go func() {
		for {
			_, text, err := conn.ReadMessage()
			if err != nil {
				return
			}
			got(heard(text))
		}
	}()
	return nil
}

func (f *socketFanout) publish(_ context.Context, queue, _ int) error {
	text := saying(max(f.size, 10))
	text[len(text)-1], text[len(text)-2] = byte(queue>>8), byte(queue)
	return f.publisher.WriteMessage(websocket.BinaryMessage, text)
}
