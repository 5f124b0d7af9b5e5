// Package badge puts the number of unread messages on Parley's icon in the launcher, where a system has a way for that
// which a program without a window of its own can use: so far docks and panels on Linux that follow Unity's launcher
// protocol (Ubuntu Dock, Dash to Dock, KDE Plasma, Plank). Wails 2.16.0 has none for the taskbar of Windows and the Dock
// of macOS; there the window's title counts.
package badge

import "context"

// Badge shows the latest of the numbers that it was given. Set never blocks.
type Badge struct{ counts chan int }

// New returns a badge. Serve shows it.
func New() *Badge { return &Badge{counts: make(chan int, 1)} }

// Set changes the number, soon.
func (b *Badge) Set(count int) {
	for {
		select {
		case b.counts <- count:
			return
		default:
		}
		select {
		case <-b.counts: // an older one that nobody has seen
		default:
		}
	}
}

// Serve shows numbers until ctx ends, and takes the last one away. failed is told why one could not be shown, once.
func (b *Badge) Serve(ctx context.Context, failed func(error)) {
	var at launcher
	defer at.close()
	broken := false
	for {
		select {
		case <-ctx.Done():
			if !broken {
				_ = at.show(0) // nobody is there any more to be told
			}
			return
		case count := <-b.counts:
			if broken {
				continue
			}
			if err := at.show(count); err != nil {
				broken = true
				failed(err)
			}
		}
	}
}
