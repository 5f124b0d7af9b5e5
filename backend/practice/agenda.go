package practice

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// saveDelay is how long changes gather before they are saved.
const saveDelay = 500 * time.Millisecond

// task is something that will happen at a real time. do runs with m.mu held.
type task struct {
	due   time.Time
	order int // of tasks due at the same time
	do    func()
}

// agenda holds what is to come, the next first.
type agenda struct {
	tasks []task
	count int
}

func (a *agenda) Len() int      { return len(a.tasks) }
func (a *agenda) Swap(i, j int) { a.tasks[i], a.tasks[j] = a.tasks[j], a.tasks[i] }
func (a *agenda) Push(x any)    { a.tasks = append(a.tasks, x.(task)) }
func (a *agenda) Pop() any {
	last := len(a.tasks) - 1
	t := a.tasks[last]
	a.tasks = a.tasks[:last]
	return t
}

func (a *agenda) Less(i, j int) bool {
	x, y := a.tasks[i], a.tasks[j]
	return x.due.Before(y.due) || (x.due.Equal(y.due) && x.order < y.order)
}

// after has do run in a while, if Serve runs then. m.mu is held.
func (m *Meta) after(wait time.Duration, do func()) {
	m.agenda.count++
	heap.Push(&m.agenda, task{due: time.Now().Add(wait), order: m.agenda.count, do: do})
	m.nudge()
}

// Serve lets the world turn: webhooks are delivered, statuses come, contacts write. It returns nil when ctx
// has ended, after everything it started has ended and the state is saved. It may be called again after that,
// but not twice at a time.
func (m *Meta) Serve(ctx context.Context) error {
	var lanes sync.WaitGroup
	m.mu.Lock()
	if !m.started {
		m.started = true
		m.startPersonas()
	}
	m.mu.Unlock()

	timer := time.NewTimer(0)
	defer timer.Stop()
	var saveAt time.Time
	for {
		select {
		case <-ctx.Done():
			lanes.Wait()
			return m.save()
		case <-m.wake:
		case <-timer.C:
		}
		next := m.turn(ctx, &lanes)
		if m.unsaved() && saveAt.IsZero() {
			saveAt = time.Now().Add(saveDelay)
		}
		if !saveAt.IsZero() && !saveAt.After(time.Now()) {
			saveAt = time.Time{}
			if err := m.save(); err != nil {
				m.log.ErrorContext(ctx, "Practice state could not be saved", "error", err)
			}
		}
		timer.Reset(untilFirst(next, saveAt))
	}
}

// turn does what is due, starts the lanes that have work, and returns when the next task is due.
func (m *Meta) turn(ctx context.Context, lanes *sync.WaitGroup) time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	for m.agenda.Len() > 0 && !m.agenda.tasks[0].due.After(time.Now()) {
		heap.Pop(&m.agenda).(task).do()
	}
	for _, l := range m.lanes {
		if !l.running && len(l.Pending) > 0 && m.targets[l.Pending[0].Channel] != "" {
			l.running = true
			lanes.Go(func() { m.drain(ctx, l) })
		}
	}
	if m.agenda.Len() == 0 {
		return time.Time{}
	}
	return m.agenda.tasks[0].due
}

// untilFirst is how long it is until the first of the moments that are set; an hour when none is.
func untilFirst(moments ...time.Time) time.Duration {
	wait := time.Hour
	for _, moment := range moments {
		if !moment.IsZero() {
			wait = min(wait, max(0, time.Until(moment)))
		}
	}
	return wait
}
