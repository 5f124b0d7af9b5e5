package notify

import (
	"context"
	"fmt"
	"runtime"

	"github.com/gen2brain/beeep"
)

// beeepNotifier is the fallback everywhere. It can neither replace nor withdraw nor report clicks.
type beeepNotifier struct{}

func (beeepNotifier) Show(_ context.Context, n Notification) error {
	beeep.AppName = appName
	body := n.Body
	switch runtime.GOOS {
	case "darwin":
		n.Title, body = printing(n.Title), printing(body)
	case "linux":
		body = escaper.Replace(body) // beeep passes it as it is, and servers read markup
		n.Title, body = noOption(n.Title), noOption(body)
	}
	// An empty icon must be the empty string: empty bytes are decoded as a PNG and fail.
	if err := beeep.Notify(n.Title, body, ""); err != nil {
		return fmt.Errorf("notify through beeep: %w", err)
	}
	return nil
}

func (beeepNotifier) Withdraw(context.Context, string) error { return nil }

func (beeepNotifier) About() About { return About{Way: WayBeeep} }

func (beeepNotifier) Close() error { return nil }

const appName = "Parley"
