package hubclient

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"connectrpc.com/connect"

	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/proto/parley/hub/v1/hubv1connect"
)

// Time limits of calls. A watch has none: its silence is judged by its reader.
const (
	callLimit     = 15 * time.Second
	snapshotLimit = 60 * time.Second
	adminLimit    = 45 * time.Second // some of them ask Meta
)

// readLimit bounds an answer, against a hub that has lost its mind. A page of 2,000 changes is below 8 MB.
const readLimit = 64 << 20

// SignIn gets a token for this device. ErrSignedOut says that a person has to sign in.
type SignIn func(ctx context.Context) (token string, err error)

// Client calls one hub. Its methods may be called from any goroutine.
type Client struct {
	http    *http.Client
	base    string
	signIn  SignIn
	sync    hubv1connect.SyncServiceClient
	desk    hubv1connect.DeskServiceClient
	session hubv1connect.SessionServiceClient
	board   hubv1connect.WallboardServiceClient
	admin   hubv1connect.AdminServiceClient

	signing sync.Mutex // one sign-in at a time
	mu      sync.Mutex
	token   string
}

// New returns a client of the hub at baseURL. httpClient must not have a Timeout, which would end watches.
func New(httpClient *http.Client, baseURL string, signIn SignIn) *Client {
	c := &Client{http: httpClient, base: strings.TrimRight(baseURL, "/"), signIn: signIn}
	options := []connect.ClientOption{
		connect.WithInterceptors(bearer{c}),
		connect.WithReadMaxBytes(readLimit),
	}
	c.sync = hubv1connect.NewSyncServiceClient(httpClient, c.base, options...)
	c.desk = hubv1connect.NewDeskServiceClient(httpClient, c.base, options...)
	c.session = hubv1connect.NewSessionServiceClient(httpClient, c.base, options...)
	c.board = hubv1connect.NewWallboardServiceClient(httpClient, c.base, options...)
	c.admin = hubv1connect.NewAdminServiceClient(httpClient, c.base, options...)
	return c
}

// Me says who is signed in.
func (c *Client) Me(ctx context.Context) (answer *hubv1.MeResponse, err error) {
	err = c.call(ctx, callLimit, "ask who is signed in", func(ctx context.Context) error {
		answer, err = c.session.Me(ctx, &hubv1.MeRequest{})
		return err
	})
	return answer, err
}

// SignOut ends the session of this device.
func (c *Client) SignOut(ctx context.Context) error {
	return c.call(ctx, callLimit, "sign out", func(ctx context.Context) error {
		_, err := c.session.SignOut(ctx, &hubv1.SignOutRequest{})
		return err
	})
}

// ListSessions lists the devices on which the agent is signed in.
func (c *Client) ListSessions(ctx context.Context) (sessions []*hubv1.DeviceSession, err error) {
	err = c.call(ctx, callLimit, "list sessions", func(ctx context.Context) error {
		answer, err := c.session.ListSessions(ctx, &hubv1.ListSessionsRequest{})
		sessions = answer.GetSessions()
		return err
	})
	return sessions, err
}

// EndSession signs another device of the agent's out.
func (c *Client) EndSession(ctx context.Context, id string) error {
	return c.call(ctx, callLimit, "end session", func(ctx context.Context) error {
		_, err := c.session.EndSession(ctx, &hubv1.EndSessionRequest{SessionId: id})
		return err
	})
}

// ChangePassword replaces the agent's password. ErrDenied: the present one is another, or the new one too short.
func (c *Client) ChangePassword(ctx context.Context, present, next string) error {
	return c.call(ctx, callLimit, "change password", func(ctx context.Context) error {
		_, err := c.session.ChangePassword(ctx, &hubv1.ChangePasswordRequest{Present: present, Next: next})
		return err
	})
}

// Snapshot gets one page of what a desk starts with.
func (c *Client) Snapshot(ctx context.Context, pageToken string) (page *hubv1.SnapshotPage, err error) {
	err = c.call(ctx, snapshotLimit, "take snapshot", func(ctx context.Context) error {
		page, err = c.sync.Snapshot(ctx, &hubv1.SnapshotRequest{PageToken: pageToken})
		return err
	})
	return page, err
}

// Pull gets the changes after a cursor, or ErrReset.
func (c *Client) Pull(ctx context.Context, after *hubv1.Cursor, limit int32) (page *hubv1.ChangePage, err error) {
	err = c.call(ctx, callLimit, "pull changes", func(ctx context.Context) error {
		page, err = c.sync.Pull(ctx, &hubv1.PullRequest{After: after, Limit: limit})
		return err
	})
	return page, err
}

// ListMessages gets a run of a conversation's messages numbered below beforeNo, newest first.
func (c *Client) ListMessages(ctx context.Context, conversationID string, beforeNo int64, limit int32) (page *hubv1.MessagePage, err error) {
	err = c.call(ctx, callLimit, "list messages", func(ctx context.Context) error {
		page, err = c.sync.ListMessages(ctx, &hubv1.ListMessagesRequest{
			ConversationId: conversationID, BeforeNo: beforeNo, Limit: limit,
		})
		return err
	})
	return page, err
}

// ListActivities gets a page of what happened around a contact.
func (c *Client) ListActivities(ctx context.Context, r *hubv1.ListActivitiesRequest) (page *hubv1.ActivityPage, err error) {
	err = c.call(ctx, callLimit, "list activities", func(ctx context.Context) error {
		page, err = c.sync.ListActivities(ctx, r)
		return err
	})
	return page, err
}

// Search finds what no desk keeps.
func (c *Client) Search(ctx context.Context, request *hubv1.SearchRequest) (page *hubv1.SearchPage, err error) {
	err = c.call(ctx, callLimit, "search", func(ctx context.Context) error {
		page, err = c.sync.Search(ctx, request)
		return err
	})
	return page, err
}

// Execute carries out a command. After an error nothing is known of it: ask again with the same id.
func (c *Client) Execute(ctx context.Context, command *hubv1.Command) (ack *hubv1.CommandAck, err error) {
	err = c.call(ctx, callLimit, "execute command", func(ctx context.Context) error {
		ack, err = c.desk.Execute(ctx, command)
		return err
	})
	return ack, err
}

// Typing shows the contact of a conversation that the agent is writing.
func (c *Client) Typing(ctx context.Context, conversationID string) error {
	return c.call(ctx, callLimit, "show typing", func(ctx context.Context) error {
		_, err := c.desk.Typing(ctx, &hubv1.TypingRequest{ConversationId: conversationID})
		return err
	})
}

// Here says what the agent does with the conversation that they have open; "" for none. ErrDenied: they do not work with it.
func (c *Client) Here(ctx context.Context, conversationID, doing string) error {
	return c.call(ctx, callLimit, "say who is here", func(ctx context.Context) error {
		_, err := c.desk.Here(ctx, &hubv1.HereRequest{ConversationId: conversationID, Doing: doing})
		return err
	})
}

// ListLoads asks how much each agent has now.
func (c *Client) ListLoads(ctx context.Context) (loads []*hubv1.Load, err error) {
	err = c.call(ctx, callLimit, "list loads", func(ctx context.Context) error {
		answer, err := c.desk.ListLoads(ctx, &hubv1.ListLoadsRequest{})
		loads = answer.GetLoads()
		return err
	})
	return loads, err
}

// Wallboard asks how the team stands. ErrDenied: it is for supervisors.
func (c *Client) Wallboard(ctx context.Context) (stands *hubv1.WallboardResponse, err error) {
	err = c.call(ctx, callLimit, "ask for wallboard", func(ctx context.Context) error {
		stands, err = c.board.Wallboard(ctx, &hubv1.WallboardRequest{})
		return err
	})
	return stands, err
}

// SaveDraft gives a draft to the hub and returns the one that stands. ErrDenied: the hub does not take it.
func (c *Client) SaveDraft(ctx context.Context, r *hubv1.SaveDraftRequest) (stands *hubv1.Draft, err error) {
	err = c.call(ctx, callLimit, "save draft", func(ctx context.Context) error {
		answer, err := c.desk.SaveDraft(ctx, r)
		stands = answer.GetDraft()
		return err
	})
	return stands, err
}

// FetchConversations gets conversations whole, those that the agent may see.
func (c *Client) FetchConversations(ctx context.Context, ids []string) (entities []*hubv1.Entity, err error) {
	err = c.call(ctx, callLimit, "fetch conversations", func(ctx context.Context) error {
		answer, err := c.sync.FetchConversations(ctx, &hubv1.FetchConversationsRequest{ConversationIds: ids})
		entities = answer.GetEntities()
		return err
	})
	return entities, err
}

// CheckOpen gets one page of how far the open conversations have come.
func (c *Client) CheckOpen(ctx context.Context, afterID string) (page *hubv1.CheckOpenPage, err error) {
	err = c.call(ctx, callLimit, "check open conversations", func(ctx context.Context) error {
		page, err = c.sync.CheckOpen(ctx, &hubv1.CheckOpenRequest{AfterId: afterID})
		return err
	})
	return page, err
}

// RefreshTemplates lets the hub ask Meta for the templates of a touchpoint.
func (c *Client) RefreshTemplates(ctx context.Context, touchpointID string) error {
	return c.call(ctx, callLimit, "refresh templates", func(ctx context.Context) error {
		_, err := c.desk.RefreshTemplates(ctx, &hubv1.RefreshTemplatesRequest{TouchpointId: touchpointID})
		return err
	})
}

// Watch streams frames after a cursor until ctx ends or the hub does. It calls each frame in order, from this
// goroutine, and returns why it ended; nil when the hub ended it properly.
func (c *Client) Watch(ctx context.Context, after *hubv1.Cursor, frame func(*hubv1.Frame) error) error {
	var stream *connect.ServerStreamForClient[hubv1.Frame]
	err := c.call(ctx, 0, "watch", func(ctx context.Context) (err error) {
		stream, err = c.sync.Watch(ctx, &hubv1.PullRequest{After: after})
		return err
	})
	if err != nil {
		return err
	}
	defer stream.Close()
	for stream.Receive() {
		if err := frame(stream.Msg()); err != nil {
			return err
		}
	}
	if err := stream.Err(); err != nil {
		if connect.CodeOf(err) == connect.CodeUnauthenticated {
			c.forget(c.current())
		}
		return classify("watch", err)
	}
	return nil
}

// call runs one call with a token and a limit (0: none). A token that is refused is replaced once.
func (c *Client) call(ctx context.Context, limit time.Duration, act string, run func(context.Context) error) error {
	if limit > 0 {
		limited, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		ctx = limited
	}
	for attempt := 0; ; attempt++ {
		token, err := c.ensureToken(ctx)
		if err != nil {
			return classify("sign in", err)
		}
		err = run(context.WithValue(ctx, tokenKey{}, token))
		if err == nil {
			return nil
		}
		if connect.CodeOf(err) == connect.CodeUnauthenticated && attempt == 0 {
			c.forget(token)
			continue
		}
		return classify(act, err)
	}
}

// ensureToken returns the device's token, signing in when there is none. Calls that come together share one sign-in.
func (c *Client) ensureToken(ctx context.Context) (string, error) {
	if token := c.current(); token != "" {
		return token, nil
	}
	c.signing.Lock()
	defer c.signing.Unlock()
	if token := c.current(); token != "" {
		return token, nil
	}
	token, err := c.signIn(ctx)
	if err != nil {
		return "", err
	}
	if token == "" {
		return "", ErrSignedOut
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.token = token
	return token, nil
}

func (c *Client) current() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.token
}

// forget drops a token that was refused, unless another one has replaced it meanwhile.
func (c *Client) forget(token string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token == token {
		c.token = ""
	}
}

type tokenKey struct{}

// bearer puts the token of the call into its headers.
type bearer struct{ *Client }

func (b bearer) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, request connect.AnyRequest) (connect.AnyResponse, error) {
		setBearer(ctx, request.Header())
		return next(ctx, request)
	}
}

func (b bearer) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return func(ctx context.Context, spec connect.Spec) connect.StreamingClientConn {
		conn := next(ctx, spec)
		setBearer(ctx, conn.RequestHeader())
		return conn
	}
}

func (b bearer) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return next
}

func setBearer(ctx context.Context, header http.Header) {
	if token, _ := ctx.Value(tokenKey{}).(string); token != "" {
		header.Set("Authorization", "Bearer "+token)
	}
}

// Errors that callers decide on. All others come wrapped, with what was being done.
var (
	// ErrReset says that the cursor cannot be continued: take a snapshot.
	ErrReset = errors.New("the hub cannot continue from this position")
	// ErrSignedOut says that a person has to sign in.
	ErrSignedOut = errors.New("signed out")
	// ErrRevoked says that somebody has ended the access of this computer, which is signed out by it.
	ErrRevoked = fmt.Errorf("%w: access has ended", ErrSignedOut)
	// ErrDenied says that the hub does not do what was asked for: asking again will not help.
	ErrDenied = errors.New("the hub does not do this")
	// ErrUnreachable says that the hub did not answer, or that it cannot work at present.
	ErrUnreachable = errors.New("hub is not reachable")
)

// signedOut is what an answer says of a token that is not good.
func signedOut(header http.Header) error {
	if header.Get("Parley-Session") == "revoked" {
		return ErrRevoked
	}
	return ErrSignedOut
}

// classify wraps err with the act and with the decision that it asks for.
func classify(act string, err error) error {
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: %w", act, err)
	}
	var coded *connect.Error
	if !errors.As(err, &coded) {
		if errors.Is(err, ErrSignedOut) {
			return fmt.Errorf("%s: %w", act, err)
		}
		return fmt.Errorf("%s: %w: %w", act, ErrUnreachable, err)
	}
	if problem := problemOf(coded); problem != nil {
		return fmt.Errorf("%s: %w", act, problem)
	}
	switch coded.Code() {
	case connect.CodeAborted:
		return fmt.Errorf("%s: %w: %w", act, ErrReset, err)
	case connect.CodeUnauthenticated:
		return fmt.Errorf("%s: %w: %w", act, signedOut(coded.Meta()), err)
	case connect.CodePermissionDenied, connect.CodeInvalidArgument, connect.CodeNotFound, connect.CodeUnimplemented:
		return fmt.Errorf("%s: %w: %w", act, ErrDenied, err)
	case connect.CodeUnavailable, connect.CodeDeadlineExceeded, connect.CodeUnknown, connect.CodeCanceled:
		return fmt.Errorf("%s: %w: %w", act, ErrUnreachable, err)
	}
	return fmt.Errorf("%s: %w", act, err)
}
