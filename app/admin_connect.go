package app

import (
	"strings"

	"parley/app/dto"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// SaveQueue adds a queue or changes it, and returns its id.
func (c *Admin) SaveQueue(q dto.QueueChange) (string, error) {
	request := &hubv1.SaveQueueRequest{QueueId: q.ID, Version: q.Version, Name: q.Name, AgentIds: q.AgentIDs, SetId: q.SetID}
	return administer(c.app, "save queue", hubAdmin.SaveQueue, request, (*hubv1.SaveQueueResponse).GetQueueId)
}

// AddTouchpoint connects a number or Page, and returns its id.
func (c *Admin) AddTouchpoint(t dto.NewTouchpoint) (string, error) {
	request := &hubv1.AddTouchpointRequest{
		Channel: t.Channel, Name: t.Name, Number: t.Number, AccountId: t.AccountID, BusinessId: t.BusinessID, QueueId: t.QueueID,
		Secrets: toSecrets(t.Secrets),
	}
	return administer(c.app, "add touchpoint", hubAdmin.AddTouchpoint, request, (*hubv1.AddTouchpointResponse).GetTouchpointId)
}

// ReplaceSecrets gives a touchpoint other secrets; what is empty stays as it is.
func (c *Admin) ReplaceSecrets(touchpointID string, s dto.Secrets) error {
	request := &hubv1.ReplaceSecretsRequest{TouchpointId: touchpointID, Secrets: toSecrets(s)}
	_, err := administer(c.app, "replace secrets", hubAdmin.ReplaceSecrets, request, nothing)
	return err
}

// TestContacts are those whom a Page may write to now, the latest first.
func (c *Admin) TestContacts(touchpointID string) ([]dto.TestContact, error) {
	request := &hubv1.ListTestContactsRequest{TouchpointId: touchpointID}
	return administer(c.app, "list test contacts", hubAdmin.ListTestContacts, request, func(r *hubv1.ListTestContactsResponse) []dto.TestContact {
		return each(r.GetContacts(), func(t *hubv1.TestContact) dto.TestContact {
			return dto.TestContact{ConversationID: t.ConversationId, Name: t.Name, LastInboundMs: t.LastInboundMs, WindowUntilMs: t.WindowUntilMs}
		})
	})
}

// SendTest has a WhatsApp number write to a phone, or a Page to a contact.
func (c *Admin) SendTest(t dto.TestMessage) (dto.TestAnswer, error) {
	request := &hubv1.SendTestRequest{TouchpointId: t.TouchpointID, Number: t.Number, Template: t.Template, Language: t.Language, ConversationId: t.ConversationID}
	return administer(c.app, "send test", hubAdmin.SendTest, request, func(r *hubv1.SendTestResponse) dto.TestAnswer {
		return dto.TestAnswer{Taken: r.GetTaken(), Reason: r.GetReason(), Detail: r.GetDetail()}
	})
}

// WebhookAddress is what Meta has to be given for a channel, as far as this computer knows its hub; "" in practice, whose
// simulated Meta knows it.
func (c *Admin) WebhookAddress(channel string) (string, error) {
	s := c.app.current.Load()
	if s == nil || s.place.Kind == placePractice || s.hub.Practice != nil {
		return "", nil
	}
	return strings.TrimSuffix(s.hub.BaseURL, "/") + "/webhooks/" + channel, nil
}

func toSecrets(s dto.Secrets) *hubv1.Secrets {
	return &hubv1.Secrets{Token: s.Token, AppSecret: s.AppSecret, VerifyToken: s.VerifyToken}
}
