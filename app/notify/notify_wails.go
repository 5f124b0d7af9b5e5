//go:build windows || darwin

package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/wailsapp/wails/v2/pkg/runtime"

	"parley/app/words"
)

// Keys of the data that comes back with a click.
const (
	dataConversation = "conversation"
	dataMessage      = "message"
)

// defaultAction is what a click on the notification itself is called by Wails (2.16.0).
const defaultAction = "DEFAULT_ACTION"

// Categories: which buttons a notification has. Wails knows a category's buttons by its name.
const (
	categoryAnswer = "answer" // reply, mark read
	categoryReply  = "reply"
	categoryRead   = "read"
	categoryOffer  = "offer" // accept, reject
)

// New prepares Wails' notifications. ctx is the window's, speak gives the words of buttons. On macOS this fails for a program
// without a bundle id, and asks the person for permission.
func New(ctx context.Context, _ []byte, speak func() *words.Words, responded func(Response)) (Notifier, error) {
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
	w := &wailsNotifier{window: ctx, speak: speak, answered: map[string]bool{}}
	if err := w.nameButtons(); err != nil {
		return nil, err
	}
	runtime.OnNotificationResponse(ctx, func(result runtime.NotificationResult) {
		if result.Error == nil {
			w.heard(result.Response, responded)
		}
	})
	return w, nil
}

// wailsNotifier shows notifications through Wails' runtime. The id is the key, so that a later one replaces.
type wailsNotifier struct {
	window context.Context
	speak  func() *words.Words
	named  *words.Words // of the buttons

	mu       sync.Mutex
	answered map[string]bool // keys whose reply has come: one that comes twice must not send twice
}

// nameButtons tells the system of the categories, unless it knows them in the language that is spoken.
func (w *wailsNotifier) nameButtons() error {
	says := w.speak()
	if says == w.named {
		return nil
	}
	read := []runtime.NotificationAction{{ID: string(ActionRead), Title: says.MarkRead}}
	for _, category := range []runtime.NotificationCategory{
		{ID: categoryAnswer, Actions: read, HasReplyField: true, ReplyPlaceholder: says.WriteReply, ReplyButtonTitle: says.Send},
		{ID: categoryReply, HasReplyField: true, ReplyPlaceholder: says.WriteReply, ReplyButtonTitle: says.Send},
		{ID: categoryRead, Actions: read},
		{ID: categoryOffer, Actions: []runtime.NotificationAction{
			{ID: string(ActionAccept), Title: says.Accept}, {ID: string(ActionReject), Title: says.Reject},
		}},
	} {
		if err := runtime.RegisterNotificationCategory(w.window, category); err != nil {
			return fmt.Errorf("name the buttons of notifications: %w", err)
		}
	}
	w.named = says
	return nil
}

// heard passes on what a person did. A reply is told by the text alone: its button has a name of Wails' own.
func (w *wailsNotifier) heard(r runtime.NotificationResponse, responded func(Response)) {
	response := Response{
		Notification: Notification{
			Key: r.ID, ConversationID: text(r.UserInfo, dataConversation), MessageID: text(r.UserInfo, dataMessage),
		},
		Text: r.UserText,
	}
	switch {
	case r.UserText != "" && r.ActionIdentifier != string(ActionRead):
		response.Action = ActionReply
		w.mu.Lock()
		again := w.answered[r.ID]
		w.answered[r.ID] = true
		w.mu.Unlock()
		if again {
			return
		}
	case r.ActionIdentifier == "" || r.ActionIdentifier == defaultAction:
		response.Action = ActionOpen
	case slices.Contains([]Action{ActionRead, ActionAccept, ActionReject}, Action(r.ActionIdentifier)):
		response.Action = Action(r.ActionIdentifier)
	default:
		return
	}
	responded(response)
}

func (w *wailsNotifier) Show(_ context.Context, n Notification) error {
	if n.Quiet {
		return ErrGone // each one sounds, and on Windows none replaces another (Wails 2.16.0)
	}
	if err := w.nameButtons(); err != nil {
		return err
	}
	w.mu.Lock()
	delete(w.answered, n.Key)
	w.mu.Unlock()
	options := runtime.NotificationOptions{
		ID: n.Key, Title: n.Title, Body: n.Body,
		Data: map[string]any{dataConversation: n.ConversationID, dataMessage: n.MessageID},
	}
	switch {
	case n.Offered:
		options.CategoryID = categoryOffer
	case n.Answerable && n.Unread:
		options.CategoryID = categoryAnswer
	case n.Answerable:
		options.CategoryID = categoryReply
	case n.Unread:
		options.CategoryID = categoryRead
	default:
		return runtime.SendNotification(w.window, options)
	}
	return runtime.SendNotificationWithActions(w.window, options)
}

func (w *wailsNotifier) About() About { return About{Way: WayWails, Clicks: true, Replies: true} }

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
