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

// SendTest has a WhatsApp number write to a phone.
func (c *Admin) SendTest(t dto.TestMessage) (dto.TestAnswer, error) {
	request := &hubv1.SendTestRequest{TouchpointId: t.TouchpointID, Number: t.Number, Template: t.Template, Language: t.Language}
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
