//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"parley/build/e2e/desktop"
	"parley/build/e2e/phone"
	"parley/build/e2e/webdriver"
)

const (
	shiftStep   = 1500 * time.Millisecond // an agent in a hurry
	shiftSample = 20 * time.Second
)

// shiftFor is how long a shift lasts. BENCH_MINUTES shortens it.
func shiftFor() time.Duration {
	if minutes, err := strconv.ParseFloat(os.Getenv("BENCH_MINUTES"), 64); err == nil {
		return time.Duration(minutes * float64(time.Minute))
	}
	return 30 * time.Minute
}

// shiftBench measures the memory of all processes during a shift: conversations are opened, contacts write, the agent
// answers, with a full cache. The practice hub does not know what the cache was filled with, so the desk soon forgets those
// of its conversations that were open; the closed ones, which are nearly all, stay.
func shiftBench(ctx context.Context, folder string) ([]Figure, error) {
	empty := filepath.Join(folder, "empty")
	if err := buildEmptyWindow(ctx, empty); err != nil {
		return nil, err
	}
	figures, err := inWindow(ctx, folder, "", windowFilling, func(screen *desktop.Desktop, _ string) (Figure, error) {
		bare, err := restingMemory(ctx, screen, empty)
		if err != nil {
			return Figure{}, err
		}
		samples, err := shift(ctx, screen)
		if err != nil {
			return Figure{}, err
		}
		// The first fifth fills what is kept in memory on purpose.
		fifth := len(samples) / 5
		if fifth == 0 {
			return Figure{}, errors.New("the shift was too short to say anything")
		}
		first, last := mean(samples[fifth:2*fifth]), mean(samples[len(samples)-fifth:])
		return atMost(fmt.Sprintf("Memory of all processes after a shift of %v, closed conversations of 190,000 messages (PSS)", shiftFor()), last.total, "MB", 250, fmt.Sprintf(
			"empty Wails window: %.0f MB; second fifth of the shift %.0f, last fifth %.0f MB; without what other programs can share: empty %.0f, second fifth %.0f, last fifth %.0f MB (%+.1f %%)",
			bare.total, first.total, last.total, bare.own, first.own, last.own, 100*(last.own-first.own)/first.own)), nil
	})
	return figures, err
}

// held is the memory of some processes in MB. Of what several programs have in common, as libraries, total counts the share:
// it falls while another window is open on the same computer. own is without files.
type held struct{ total, own float64 }

// restingMemory is that of a program which has shown its window.
func restingMemory(ctx context.Context, screen *desktop.Desktop, binary string) (held, error) {
	output, input, err := os.Pipe()
	if err != nil {
		return held{}, err
	}
	defer output.Close()
	cmd := exec.CommandContext(ctx, binary, "--practice")
	cmd.Env = append(screen.Environment(), "WEBKIT_DISABLE_DMABUF_RENDERER=1")
	cmd.Stderr = input
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	err = cmd.Start()
	input.Close()
	if err != nil {
		return held{}, err
	}
	defer func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); _ = cmd.Wait() }()
	ready := make(chan time.Time, 1)
	go watchOutput(output, ready)
	select {
	case <-ready:
	case <-time.After(startLimit):
		return held{}, errors.New("its window was not ready in time")
	}
	time.Sleep(2 * time.Second)
	return memory(cmd.Process.Pid)
}

// shift works for a while and returns the memory from time to time.
func shift(ctx context.Context, screen *desktop.Desktop) (samples []held, err error) {
	launched, err := screen.Launch(ctx)
	if err != nil {
		return nil, err
	}
	s := launched.Session
	if err := prepare(ctx, s); err != nil {
		return nil, err
	}
	var info struct{ PhoneURL string }
	if err := s.Await(ctx, `return window.go.app.Practice.Info()`, &info); err != nil {
		return nil, err
	}
	w := &worker{s: s, phone: phone.At(info.PhoneURL)}
	if w.contacts, err = w.phone.Contacts(ctx); err != nil {
		return nil, err
	}
	sampled := time.Now()
	for end := time.Now().Add(shiftFor()); time.Now().Before(end); {
		if err := w.step(ctx); err != nil {
			return nil, err
		}
		if time.Since(sampled) >= shiftSample {
			sampled = time.Now()
			now, err := memory(launched.Pid())
			if err != nil {
				return nil, err
			}
			samples = append(samples, now)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(shiftStep):
		}
	}
	return samples, nil
}

func mean(all []held) held {
	var sum held
	for _, one := range all {
		sum.total += one.total / float64(len(all))
		sum.own += one.own / float64(len(all))
	}
	return sum
}

// worker is an agent at work.
type worker struct {
	s        *webdriver.Session
	phone    *phone.Phone
	contacts []phone.Contact
	n        int
}

// step is one thing after the other: a contact writes, the agent takes it, answers, looks into another conversation.
func (w *worker) step(ctx context.Context) error {
	w.n++
	c := w.contacts[(w.n/4)%len(w.contacts)]
	switch w.n % 4 {
	case 1:
		return w.phone.Write(ctx, c.ID, fmt.Sprintf("Question %d: is the tour on, and may I bring the dog along?", w.n))
	case 2: // takes what waits longest, if anything does
		return w.s.Run(ctx, `
			const tab = [...document.querySelectorAll('[role=tab]')].find((t) => t.textContent.includes('Inbox'));
			tab?.click();
			setTimeout(() => [...document.querySelectorAll('[role=tabpanel] [role=listitem] button')].find((b) => b.textContent.trim() === 'Assign')?.click(), 300);`, nil)
	case 3:
		return w.s.Run(ctx, `
			const field = document.querySelector('[role=textbox][aria-label^="Message to"], textarea[aria-label^="Message to"]');
			if (field) {
				field.focus();
				field.value = arguments[0];
				field.dispatchEvent(new InputEvent('input', { bubbles: true }));
				field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', shiftKey: true, bubbles: true }));
			}`, nil, fmt.Sprintf("Answer %d: yes, it is, and dogs are welcome on board.", w.n))
	default: // the driver is handed no row: what it knows, it keeps from being collected
		return w.s.Run(ctx, `
			const rows = [...document.querySelectorAll('[role=tabpanel] [data-conversation-id]')];
			const next = rows.find((row) => !seen.has(row.dataset.conversationId)) ?? (seen.clear(), rows[0]);
			seen.add(next?.dataset.conversationId);
			next?.click();`, nil)
	}
}

// memory is the proportional set size of a process and of all that it has started.
func memory(pid int) (total held, err error) {
	children := map[int][]int{}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return held{}, err
	}
	for _, entry := range entries {
		child, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", child))
		if err != nil {
			continue // it has ended
		}
		_, rest, _ := strings.Cut(string(stat), ") ") // its name may hold anything
		fields := strings.Fields(rest)
		if len(fields) > 1 {
			parent, _ := strconv.Atoi(fields[1])
			children[parent] = append(children[parent], child)
		}
	}
	for open := []int{pid}; len(open) > 0; {
		one := open[0]
		open = append(open[1:], children[one]...)
		now, err := pss(one)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
			continue
		}
		if err != nil {
			return held{}, err
		}
		if os.Getenv("BENCH_SHOW") != "" { // which of them, and of what
			name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", one))
			rollup, _ := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", one))
			fmt.Fprintf(os.Stderr, "%s%s\n", name, rollup)
		}
		total.total, total.own = total.total+now.total, total.own+now.own
	}
	return total, nil
}

func pss(pid int) (now held, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return held{}, err
	}
	for line := range strings.Lines(string(text)) {
		name, amount, _ := strings.Cut(strings.TrimSuffix(strings.TrimSpace(line), " kB"), ":")
		kb, err := strconv.ParseFloat(strings.TrimSpace(amount), 64)
		switch {
		case name == "Pss" && err == nil:
			now.total = kb / 1024
		case name == "Pss_Anon" && err == nil:
			now.own = kb / 1024
		}
	}
	return now, nil
}
