//go:build windows || darwin

package notify

import (
	"context"
	"errors"
	"fmt"

	"github.com/wailsapp/wails/v2/pkg/runtime"
)

// Keys of the data that comes back with a click.
const (
	dataConversation = "conversation"
	dataMessage      = "message"
)

// defaultAction is what a click on the notification itself is called by Wails (2.16.0).
const defaultAction = "DEFAULT_ACTION"

// New prepares Wails' notifications. ctx is the window's. On macOS this fails for a program without a bundle id, and asks
// the person for permission.
func New(ctx context.Context, _ []byte, opened func(Notification)) (Notifier, error) {
	if !runtime.IsNotificationAvailable(ctx) {
		return nil, errors.New("the system has no notifications for this program")
	}
	if err := runtime.InitializeNotifications(ctx); err != nil {
		return nil, fmt.Errorf("prepare notifications: %w", err)
	}
	allowed, err := runtime.RequestNotificationAuthorization(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask for permission to notify: %w", err)
	}
	if !allowed {
		return nil, errors.New("notifications are not allowed")
	}
	runtime.OnNotificationResponse(ctx, func(result runtime.NotificationResult) {
		response := result.Response
		if result.Error != nil || (response.ActionIdentifier != "" && response.ActionIdentifier != defaultAction) {
			return
		}
		opened(Notification{
			Key: response.ID, ConversationID: text(response.UserInfo, dataConversation), MessageID: text(response.UserInfo, dataMessage),
		})
	})
	return &wailsNotifier{window: ctx}, nil
}

// wailsNotifier shows notifications through Wails' runtime. The id is the key, so that a later one replaces.
type wailsNotifier struct{ window context.Context }

func (w *wailsNotifier) Show(_ context.Context, n Notification) error {
	if n.Quiet {
		return nil // each one sounds, and on Windows none replaces another (Wails 2.16.0)
	}
	return runtime.SendNotification(w.window, runtime.NotificationOptions{
		ID: n.Key, Title: n.Title, Body: n.Body,
		Data: map[string]any{dataConversation: n.ConversationID, dataMessage: n.MessageID},
	})
}

func (w *wailsNotifier) Withdraw(_ context.Context, key string) error {
	return errors.Join(
		runtime.RemovePendingNotification(w.window, key),
		runtime.RemoveDeliveredNotification(w.window, key),
	)
}

func (w *wailsNotifier) Close() error {
	runtime.CleanupNotifications(w.window)
	return nil
}

func text(data map[string]any, key string) string {
	value, _ := data[key].(string)
	return value
}
