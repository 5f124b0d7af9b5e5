package trace

import "sync"

// What is what a span brought.
type What byte

// What spans bring.
const (
	Webhook What = iota + 1
	Command      // also the message that it sends, which has the same id
	position
)

type note struct {
	what What
	id   string
	seq  int64
}

// mostNotes is how many spans are remembered: some ten seconds of the busiest hub.
const mostNotes = 4096

// notes remembers the last spans by what they brought.
type notes struct {
	mutex sync.Mutex
	spans map[note]any
	order [mostNotes]note
	next  int
}

func (n *notes) put(key note, span any) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	if n.spans == nil {
		n.spans = map[note]any{}
	}
	if _, known := n.spans[key]; !known {
		delete(n.spans, n.order[n.next])
		n.order[n.next] = key
		n.next = (n.next + 1) % mostNotes
	}
	n.spans[key] = span
}

func (n *notes) get(key note) (any, bool) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	span, known := n.spans[key]
	return span, known
}
