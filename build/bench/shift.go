//go:build linux

package main

import (
	"bufio"
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
		first, last, most, err := shift(ctx, screen)
		if err != nil {
			return Figure{}, err
		}
		return atMost(fmt.Sprintf("Memory of all processes after a shift of %v, closed conversations of 190,000 messages (PSS)", shiftFor()), last, "MB", 250, fmt.Sprintf(
			"empty Wails window: %.0f MB; first fifth of the shift %.0f, last fifth %.0f (%+.0f %%), most %.0f MB",
			bare, first, last, 100*(last-first)/first, most)), nil
	})
	return figures, err
}

// restingMemory is that of a program which has shown its window, in MB.
func restingMemory(ctx context.Context, screen *desktop.Desktop, binary string) (float64, error) {
	output, input, err := os.Pipe()
	if err != nil {
		return 0, err
	}
	defer output.Close()
	cmd := exec.CommandContext(ctx, binary, "--practice")
	cmd.Env = append(screen.Environment(), "WEBKIT_DISABLE_DMABUF_RENDERER=1")
	cmd.Stderr = input
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	err = cmd.Start()
	input.Close()
	if err != nil {
		return 0, err
	}
	defer func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); _ = cmd.Wait() }()
	ready := make(chan time.Time, 1)
	go watchOutput(output, ready)
	select {
	case <-ready:
	case <-time.After(startLimit):
		return 0, errors.New("its window was not ready in time")
	}
	time.Sleep(2 * time.Second)
	return memory(cmd.Process.Pid)
}

// shift works for a while and returns the memory in MB: the means of its second and its last fifth, and the most. The
// first fifth fills what is kept in memory on purpose.
func shift(ctx context.Context, screen *desktop.Desktop) (first, last, most float64, err error) {
	launched, err := screen.Launch(ctx)
	if err != nil {
		return 0, 0, 0, err
	}
	s := launched.Session
	if err := prepare(ctx, s); err != nil {
		return 0, 0, 0, err
	}
	var info struct{ PhoneURL string }
	if err := s.Await(ctx, `return window.go.app.Practice.Info()`, &info); err != nil {
		return 0, 0, 0, err
	}
	w := &worker{s: s, phone: phone.At(info.PhoneURL)}
	if w.contacts, err = w.phone.Contacts(ctx); err != nil {
		return 0, 0, 0, err
	}
	var samples []float64
	sampled := time.Now()
	for end := time.Now().Add(shiftFor()); time.Now().Before(end); {
		if err := w.step(ctx); err != nil {
			return 0, 0, 0, err
		}
		if time.Since(sampled) >= shiftSample {
			sampled = time.Now()
			mb, err := memory(launched.Pid())
			if err != nil {
				return 0, 0, 0, err
			}
			samples, most = append(samples, mb), max(most, mb)
		}
		select {
		case <-ctx.Done():
			return 0, 0, 0, ctx.Err()
		case <-time.After(shiftStep):
		}
	}
	fifth := len(samples) / 5
	if fifth == 0 {
		return 0, 0, 0, errors.New("the shift was too short to say anything")
	}
	return mean(samples[fifth : 2*fifth]), mean(samples[len(samples)-fifth:]), most, nil
}

func mean(all []float64) float64 {
	sum := 0.0
	for _, one := range all {
		sum += one
	}
	return sum / float64(len(all))
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
	default:
		row, found, err := nextRow(ctx, w.s)
		if err != nil {
			return err
		}
		if !found {
			return w.s.Run(ctx, `seen.clear(); document.querySelector('[role=tabpanel]').scrollTop = 0;`, nil)
		}
		return w.s.Run(ctx, `arguments[0].click()`, nil, *row.Main)
	}
}

// memory is the proportional set size of a process and of all that it has started, in MB.
func memory(pid int) (float64, error) {
	children := map[int][]int{}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0, err
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
	total := 0.0
	for open := []int{pid}; len(open) > 0; {
		one := open[0]
		open = append(open[1:], children[one]...)
		kb, err := pss(one)
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
			continue
		}
		if err != nil {
			return 0, err
		}
		if os.Getenv("BENCH_SHOW") != "" { // which of them, and of what
			name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", one))
			rollup, _ := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", one))
			fmt.Fprintf(os.Stderr, "%s%s\n", name, rollup)
		}
		total += kb / 1024
	}
	return total, nil
}

func pss(pid int) (kb float64, err error) {
	file, err := os.Open(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0, err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if text, found := strings.CutPrefix(lines.Text(), "Pss:"); found {
			return strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(text), " kB"), 64)
		}
	}
	return 0, lines.Err()
}
