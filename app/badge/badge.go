// Package badge puts the number of unread messages on Parley's icon, by each system's own way: docks and panels on Linux
// that follow Unity's launcher protocol (Ubuntu Dock, Dash to Dock, KDE Plasma, Plank), the taskbar's button on Windows, the
// Dock on macOS. Where there is none, the window's title counts.
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

// Serve shows numbers until ctx ends, and takes the last one away. failed is told why one could not be shown, once; the next
// is tried again, because a hidden window has no button in a taskbar.
func (b *Badge) Serve(ctx context.Context, failed func(error)) {
	var at launcher
	defer at.close()
	told := false
	for {
		select {
		case <-ctx.Done():
			_ = at.show(0) // nobody is there any more to be told
			return
		case count := <-b.counts:
			if err := at.show(count); err != nil && !told {
				told = true
				failed(err)
			}
		}
	}
}
