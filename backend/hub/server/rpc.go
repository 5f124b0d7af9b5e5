package server

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strconv"
	"sync"

	"parley/backend/hub/access"
	"parley/backend/hub/activities"
	"parley/backend/hub/company"
	"parley/backend/hub/delivery"
	"parley/backend/hub/draft"
	"parley/backend/hub/feed"
	"parley/backend/hub/find"
	"parley/backend/hub/here"
	"parley/backend/hub/identity"
	"parley/backend/hub/inbox"
	hubv1 "parley/backend/proto/parley/hub/v1"

	"connectrpc.com/connect"
)

// errorCodes is the one translation of errors to the wire. What is not listed is internal, and its words stay here.
var errorCodes = []struct {
	err  error
	code connect.Code
}{
	{access.ErrNoSession, connect.CodeUnauthenticated},
	{access.ErrExpired, connect.CodeUnauthenticated},
	{access.ErrRevoked, connect.CodeUnauthenticated},
	{access.ErrDenied, connect.CodeUnauthenticated},
	{company.ErrCode, connect.CodeUnauthenticated},
	{access.ErrForbidden, connect.CodePermissionDenied},
	{access.ErrNoInvitation, connect.CodeNotFound},
	{access.ErrNoSuchSession, connect.CodeNotFound},
	{access.ErrWrongPassword, connect.CodePermissionDenied},
	{access.ErrPasswordShort, connect.CodeInvalidArgument},
	{feed.ErrReset, connect.CodeAborted},
	{feed.ErrForbidden, connect.CodePermissionDenied},
	{feed.ErrPageToken, connect.CodeInvalidArgument},
	{find.ErrPageToken, connect.CodeInvalidArgument},
	{inbox.ErrCommandID, connect.CodeInvalidArgument},
	{draft.ErrInvalid, connect.CodeInvalidArgument},
	{draft.ErrForbidden, connect.CodePermissionDenied},
	{activities.ErrForbidden, connect.CodePermissionDenied},
	{activities.ErrInvalid, connect.CodeInvalidArgument},
	{here.ErrForbidden, connect.CodePermissionDenied},
	{here.ErrInvalid, connect.CodeInvalidArgument},
	{identity.ErrNonce, connect.CodeInvalidArgument},
	{delivery.ErrNotWriting, connect.CodeFailedPrecondition},
	{context.Canceled, connect.CodeCanceled},
	{context.DeadlineExceeded, connect.CodeDeadlineExceeded},
}

func rpcError(err error) error {
	if err == nil {
		return nil
	}
	var locked *access.LockedError
	if errors.As(err, &locked) {
		out := connect.NewError(connect.CodeResourceExhausted, locked)
		out.Meta().Set("Retry-After", strconv.Itoa(int(math.Ceil(locked.Wait.Seconds()))))
		return out
	}
	if out := problem(err); out != nil {
		return out
	}
	var busy *access.BusyError
	if errors.As(err, &busy) {
		out := connect.NewError(connect.CodeResourceExhausted, busy)
		out.Meta().Set("Retry-After", strconv.Itoa(int(math.Ceil(busy.Wait.Seconds()))))
		return out
	}
	for _, known := range errorCodes {
		if errors.Is(err, known.err) {
			out := connect.NewError(known.code, known.err)
			if why := whyNot(err); why != "" {
				out.Meta().Set(sessionHeader, why)
			}
			return out
		}
	}
	return connect.NewError(connect.CodeUnavailable, errors.New("the hub could not do this now"))
}

// fail logs what a caller is not told.
func (s *Server) fail(what string, err error) error {
	if err == nil {
		return nil
	}
	out := rpcError(err)
	if connect.CodeOf(out) == connect.CodeUnavailable {
		s.Log.Error("Call failed", "call", what, "error", err)
	}
	return out
}

type syncService struct{ *Server }

func (s *syncService) Snapshot(ctx context.Context, r *hubv1.SnapshotRequest) (*hubv1.SnapshotPage, error) {
	page, err := s.Feed.Snapshot(ctx, actorOf(ctx), r.GetPageToken())
	return page, s.fail("Snapshot", err)
}

func (s *syncService) Pull(ctx context.Context, r *hubv1.PullRequest) (*hubv1.ChangePage, error) {
	page, err := s.Feed.Pull(ctx, actorOf(ctx), r.GetAfter(), int(r.GetLimit()))
	return page, s.fail("Pull", err)
}

func (s *syncService) Watch(ctx context.Context, r *hubv1.PullRequest, stream *connect.ServerStream[hubv1.Frame]) error {
	ctx, cancel := s.untilStopping(ctx)
	defer cancel()
	if !s.stopping() {
		s.watches.Add(1)
		defer s.watchEnded()
	}
	err := s.follow(ctx, actorOf(ctx), r.GetAfter(), stream)
	if s.stopping() {
		return stream.Send(&hubv1.Frame{Kind: &hubv1.Frame_GoAway{GoAway: &hubv1.GoAway{
			NotBeforeMs: s.Now().UnixMilli() + goAwayMs + rand.Int64N(1+s.watches.Load()*comeBackMs), Reason: "the hub is stopping",
		}}})
	}
	return s.fail("Watch", err)
}

// follow sends the feed and, beside it, who is here, until the feed ends.
func (s *syncService) follow(ctx context.Context, actor access.Actor, after *hubv1.Cursor, stream *connect.ServerStream[hubv1.Frame]) error {
	ctx, stop := context.WithCancel(ctx)
	var (
		sending sync.Mutex
		beside  sync.WaitGroup
	)
	defer beside.Wait()
	defer stop()
	send := func(frame *hubv1.Frame) error {
		sending.Lock()
		defer sending.Unlock()
		return stream.Send(frame)
	}
	begun := make(chan struct{}) // the feed has answered, so the cursor is good
	beside.Go(func() {
		select {
		case <-ctx.Done():
			return
		case <-begun:
		}
		err := s.Here.Follow(ctx, actor, func(news *hubv1.Here) error {
			return send(&hubv1.Frame{Kind: &hubv1.Frame_Here{Here: news}})
		})
		if ctx.Err() == nil { // without it the desk misses a courtesy, and hears of it with its next watch
			s.Log.Warn("Who is here is not told any more", "error", err)
		}
	})
	var once sync.Once
	return s.Feed.Watch(ctx, actor, after, func(frame *hubv1.Frame) error {
		once.Do(func() { close(begun) })
		return send(frame)
	}, s.stillSignedIn(ctx))
}

// Desks stay away from a hub that stops for goAwayMs, and then come to the others one every comeBackMs: what it takes to let
// a desk in, some ten queries, is then never asked for by all at once. Their own jitter comes on top.
const (
	goAwayMs   = 500
	comeBackMs = 5
)

// watchEnded counts a watch out, unless the hub stops: then the number says among how many the others are spread.
func (s *Server) watchEnded() {
	if !s.stopping() {
		s.watches.Add(-1)
	}
}

func (s *syncService) ListMessages(ctx context.Context, r *hubv1.ListMessagesRequest) (*hubv1.MessagePage, error) {
	page, err := s.Feed.Messages(ctx, actorOf(ctx), r.GetConversationId(), r.GetBeforeNo(), int(r.GetLimit()))
	return page, s.fail("ListMessages", err)
}

func (s *syncService) Search(ctx context.Context, r *hubv1.SearchRequest) (*hubv1.SearchPage, error) {
	page, err := s.Finder.Search(ctx, actorOf(ctx), r)
	return page, s.fail("Search", err)
}

func (s *syncService) ListActivities(ctx context.Context, r *hubv1.ListActivitiesRequest) (*hubv1.ActivityPage, error) {
	page, err := s.Activities.List(ctx, actorOf(ctx), r)
	return page, s.fail("ListActivities", err)
}

func (s *syncService) FetchConversations(ctx context.Context, r *hubv1.FetchConversationsRequest) (*hubv1.FetchConversationsResponse, error) {
	entities, err := s.Feed.Conversations(ctx, actorOf(ctx), r.GetConversationIds())
	return &hubv1.FetchConversationsResponse{Entities: entities}, s.fail("FetchConversations", err)
}

func (s *syncService) CheckOpen(ctx context.Context, r *hubv1.CheckOpenRequest) (*hubv1.CheckOpenPage, error) {
	page, err := s.Feed.CheckOpen(ctx, actorOf(ctx), r.GetAfterId())
	return page, s.fail("CheckOpen", err)
}

type deskService struct{ *Server }

func (s *deskService) Execute(ctx context.Context, command *hubv1.Command) (*hubv1.CommandAck, error) {
	ack, err := s.Inbox.Execute(ctx, actorOf(ctx), command)
	return ack, s.fail("Execute", err)
}

func (s *deskService) Typing(ctx context.Context, r *hubv1.TypingRequest) (*hubv1.TypingResponse, error) {
	return &hubv1.TypingResponse{}, s.fail("Typing", s.Typist.Typing(ctx, actorOf(ctx), r.GetConversationId()))
}

func (s *deskService) Here(ctx context.Context, r *hubv1.HereRequest) (*hubv1.HereResponse, error) {
	err := s.Server.Here.Say(ctx, actorOf(ctx), r.GetConversationId(), here.Doing(r.GetDoing()))
	return &hubv1.HereResponse{}, s.fail("Here", err)
}

func (s *deskService) ListLoads(ctx context.Context, _ *hubv1.ListLoadsRequest) (*hubv1.ListLoadsResponse, error) {
	loads, err := s.Inbox.Loads(ctx, actorOf(ctx))
	return &hubv1.ListLoadsResponse{Loads: loads}, s.fail("ListLoads", err)
}

func (s *deskService) RefreshTemplates(ctx context.Context, r *hubv1.RefreshTemplatesRequest) (*hubv1.RefreshTemplatesResponse, error) {
	t, ok := s.Directory.ByID(actorOf(ctx).WorkspaceID, r.GetTouchpointId())
	if !ok {
		return nil, connect.NewError(connect.CodeNotFound, errors.New("there is no such touchpoint"))
	}
	return &hubv1.RefreshTemplatesResponse{}, s.fail("RefreshTemplates", s.Lister.Refresh(ctx, t))
}

func (s *deskService) SaveDraft(ctx context.Context, r *hubv1.SaveDraftRequest) (*hubv1.SaveDraftResponse, error) {
	stands, err := s.Drafts.Save(ctx, actorOf(ctx), r)
	return &hubv1.SaveDraftResponse{Draft: stands}, s.fail("SaveDraft", err)
}

type wallboardService struct{ *Server }

func (s *wallboardService) Wallboard(ctx context.Context, _ *hubv1.WallboardRequest) (*hubv1.WallboardResponse, error) {
	stands, err := s.Board.Of(ctx, actorOf(ctx).WorkspaceID)
	return stands, s.fail("Wallboard", err)
}
