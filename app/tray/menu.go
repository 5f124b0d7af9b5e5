//go:build linux || windows

package tray

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"fyne.io/systray"
)

// Serve shows the tray until ctx ends, and tells act what a person chose, from several goroutines. There is one tray a process. It returns at once
// where a system has no place for it.
func (t *Tray) Serve(ctx context.Context, act func(Action)) error {
	if err := possible(); err != nil {
		return fmt.Errorf("show tray: %w", err)
	}
	icon, err := iconOf(t.icon)
	if err != nil {
		return fmt.Errorf("show tray: %w", err)
	}
	ready, ended := make(chan *menu, 1), make(chan struct{})
	go func() {
		defer close(ended)
		// Not RunWithExternalLoop: on Windows its loop reads the messages of another thread than the one that has the
		// window (fyne.io/systray 1.12.2).
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		systray.SetOnTapped(func() { act(Open) })
		systray.Run(func() {
			systray.SetIcon(icon)
			ready <- newMenu()
		}, nil)
	}()
	defer func() {
		systray.Quit()
		<-ended
	}()
	var shown *menu
	select {
	case shown = <-ready:
	case <-ended:
		return nil
	case <-ctx.Done():
		return nil
	}
	var listening sync.WaitGroup
	defer listening.Wait()
	for action, item := range shown.items {
		listening.Go(func() { hear(ctx, item, func() { act(action) }) })
	}
	t.Wake()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.wakes:
			shown.show(t.look(ctx))
		}
	}
}

// hear passes on what a person chooses. Each item has its own goroutine: the library drops a click that nobody takes.
func hear(ctx context.Context, item *systray.MenuItem, act func()) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-item.ClickedCh:
			act()
		}
	}
}

// menu is what a click opens.
type menu struct {
	state State
	says  *systray.MenuItem
	items map[Action]*systray.MenuItem
}

func newMenu() *menu {
	m := &menu{says: systray.AddMenuItem("Parley", ""), items: map[Action]*systray.MenuItem{Open: systray.AddMenuItem("", "")}}
	m.says.Disable()
	systray.AddSeparator()
	m.items[Away] = systray.AddMenuItemCheckbox("", "", false)
	m.items[DoNotDisturb] = systray.AddMenuItemCheckbox("", "", false)
	m.items[Snooze] = systray.AddMenuItem("", "")
	systray.AddSeparator()
	m.items[Quit] = systray.AddMenuItem("", "")
	return m
}

// show changes what differs from what is shown: each change is told to the desktop.
func (m *menu) show(s State) {
	if s == m.state || s.Words == nil {
		return
	}
	if s.Words != m.state.Words {
		for action, text := range map[Action]string{
			Open: s.Words.TrayOpen, Away: s.Words.Away, DoNotDisturb: s.Words.DoNotDisturb, Snooze: s.Words.SnoozeHour, Quit: s.Words.Quit,
		} {
			m.items[action].SetTitle(text)
		}
	}
	m.says.SetTitle(s.Says())
	systray.SetTitle(s.title())
	systray.SetTooltip(s.title())
	check(m.items[Away], s.Away)
	check(m.items[DoNotDisturb], s.DoNotDisturb)
	m.state = s
}

func check(item *systray.MenuItem, on bool) {
	switch {
	case on && !item.Checked():
		item.Check()
	case !on && item.Checked():
		item.Uncheck()
	}
}
