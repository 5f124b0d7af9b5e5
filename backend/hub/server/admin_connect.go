package server

import (
	"cmp"
	"context"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/admin"
	"parley/backend/hub/touchpoint"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func (s *adminService) SaveQueue(ctx context.Context, r *hubv1.SaveQueueRequest) (*hubv1.SaveQueueResponse, error) {
	id, err := admin.SaveQueue(ctx, s.Store, actorOf(ctx), admin.QueueChange{
		ID: r.GetQueueId(), Version: r.GetVersion(), Name: r.GetName(), AgentIDs: r.GetAgentIds(), SetID: r.GetSetId(),
	})
	return &hubv1.SaveQueueResponse{QueueId: id}, s.fail("SaveQueue", err)
}

func (s *adminService) AddTouchpoint(ctx context.Context, r *hubv1.AddTouchpointRequest) (*hubv1.AddTouchpointResponse, error) {
	id, err := s.Channels.Connect(ctx, actorOf(ctx), admin.Touchpoint{
		Channel: conversation.Channel(r.GetChannel()), Name: r.GetName(), Identification: r.GetNumber(), AccountID: r.GetAccountId(),
		BusinessID: r.GetBusinessId(), QueueID: r.GetQueueId(), Secrets: secrets(r.GetSecrets()),
	})
	return &hubv1.AddTouchpointResponse{TouchpointId: id}, s.fail("AddTouchpoint", err)
}

func (s *adminService) ReplaceSecrets(ctx context.Context, r *hubv1.ReplaceSecretsRequest) (*hubv1.ReplaceSecretsResponse, error) {
	err := s.Channels.Replace(ctx, actorOf(ctx), r.GetTouchpointId(), secrets(r.GetSecrets()))
	return &hubv1.ReplaceSecretsResponse{}, s.fail("ReplaceSecrets", err)
}

func (s *adminService) SendTest(ctx context.Context, r *hubv1.SendTestRequest) (*hubv1.SendTestResponse, error) {
	outcome, err := s.Channels.SendTest(ctx, actorOf(ctx), r.GetTouchpointId(), admin.Test{
		Number: r.GetNumber(), Template: r.GetTemplate(), Language: r.GetLanguage(), ConversationID: r.GetConversationId(),
	})
	if err != nil {
		return nil, s.fail("SendTest", err)
	}
	answer := &hubv1.SendTestResponse{Taken: outcome.Verdict == channel.VerdictAccepted}
	if !answer.Taken {
		answer.Reason, answer.Detail = string(outcome.Failure.Reason), outcome.Failure.Detail
	}
	return answer, nil
}

func (s *adminService) ListTestContacts(ctx context.Context, r *hubv1.ListTestContactsRequest) (*hubv1.ListTestContactsResponse, error) {
	rows, err := s.Channels.TestContacts(ctx, actorOf(ctx).WorkspaceID, r.GetTouchpointId())
	answer := &hubv1.ListTestContactsResponse{}
	for _, row := range rows {
		answer.Contacts = append(answer.Contacts, &hubv1.TestContact{
			ConversationId: row.ID, Name: cmp.Or(row.Name, row.Number), LastInboundMs: row.LastInboundMs, WindowUntilMs: row.WindowUntilMs,
		})
	}
	return answer, s.fail("ListTestContacts", err)
}

func secrets(s *hubv1.Secrets) touchpoint.Secrets {
	return touchpoint.Secrets{Token: s.GetToken(), AppSecret: s.GetAppSecret(), VerifyToken: s.GetVerifyToken()}
}
