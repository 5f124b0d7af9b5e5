package whatsapp_test

import (
	"fmt"
	"testing"

	"parley/backend/channel"
	"parley/backend/channel/channeltest"
	"parley/backend/channel/whatsapp"
	"parley/backend/conversation"
)

const (
	hold, retry, refused, unknown = channel.VerdictHold, channel.VerdictRetry, channel.VerdictRefused, channel.VerdictUnknown

	account, contact = channel.ScopeAccount, channel.ScopeContact
)

// codes is the list of Meta's codes of 2026-09-11, a row a code, as an agent and the hub meet them.
var codes = []channeltest.Code{
	{Code: 0, Verdict: hold, Class: channel.ClassToken, Reason: channel.ReasonTokenMissing},
	{Code: 3, Verdict: hold, Class: channel.ClassToken, Reason: channel.ReasonPermission},
	{Code: 10, Verdict: hold, Class: channel.ClassToken, Reason: channel.ReasonPermission},
	{Code: 104, Verdict: hold, Class: channel.ClassToken, Reason: channel.ReasonTokenMissing},
	{Code: 190, Verdict: hold, Class: channel.ClassToken, Reason: channel.ReasonTokenExpired},
	{Code: 190, Subcode: 463, Verdict: hold, Class: channel.ClassToken, Reason: channel.ReasonTokenExpired},
	{Code: 200, Verdict: hold, Class: channel.ClassToken, Reason: channel.ReasonPermission},
	{Code: 250, Verdict: hold, Class: channel.ClassToken, Reason: channel.ReasonPermission},
	{Code: 299, Verdict: hold, Class: channel.ClassToken, Reason: channel.ReasonPermission},
	{Code: 131005, Verdict: hold, Class: channel.ClassToken, Reason: channel.ReasonPermission},
	{Code: 33, Verdict: hold, Class: channel.ClassToken, Reason: channel.ReasonNumberGone},
	{Code: 100, Subcode: 33, Verdict: hold, Class: channel.ClassToken, Reason: channel.ReasonNumberGone},

	{Code: 131045, Verdict: hold, Class: channel.ClassAccount, Reason: channel.ReasonNotRegistered},
	{Code: 133010, Verdict: hold, Class: channel.ClassAccount, Reason: channel.ReasonNotRegistered},
	{Code: 368, Verdict: hold, Class: channel.ClassAccount, Reason: channel.ReasonAccountBlocked},
	{Code: 131031, Verdict: hold, Class: channel.ClassAccount, Reason: channel.ReasonAccountBlocked},
	{Code: 131064, Verdict: hold, Class: channel.ClassAccount, Reason: channel.ReasonAccountBlocked},
	{Code: 130497, Verdict: hold, Class: channel.ClassAccount, Reason: channel.ReasonCountry},
	{Code: 131042, Verdict: hold, Class: channel.ClassAccount, Reason: channel.ReasonPayment},

	{Code: 130429, Verdict: retry, Class: channel.ClassBusy, Reason: channel.ReasonRateNumber, Scope: account},
	{Code: 4, Verdict: retry, Class: channel.ClassBusy, Reason: channel.ReasonRateCalls, Scope: account},
	{Code: 80007, Verdict: retry, Class: channel.ClassBusy, Reason: channel.ReasonRateCalls, Scope: account},
	{Code: 131057, Verdict: retry, Class: channel.ClassBusy, Reason: channel.ReasonUpgrading, Scope: account},
	{Code: 131016, Verdict: retry, Class: channel.ClassBusy, Reason: channel.ReasonMetaBusy, Scope: account},
	{Code: 2, Verdict: retry, Class: channel.ClassBusy, Reason: channel.ReasonMetaBusy, Scope: account},
	{Code: 131056, Verdict: retry, Class: channel.ClassPair, Reason: channel.ReasonPairRate, Scope: contact},

	{Code: 131048, Verdict: refused, Class: channel.ClassSpam, Reason: channel.ReasonSpam},
	{Code: 131049, Verdict: refused, Class: channel.ClassSpam, Reason: channel.ReasonEcosystem},
	{Code: 130472, Verdict: refused, Class: channel.ClassSpam, Reason: channel.ReasonExperiment},
	{Code: 131050, Verdict: refused, Class: channel.ClassSpam, Reason: channel.ReasonOptedOut},

	{Code: 131047, Verdict: refused, Class: channel.ClassWindow, Reason: channel.ReasonWindow},
	{Code: 470, Verdict: refused, Class: channel.ClassWindow, Reason: channel.ReasonWindow},

	{Code: 131026, Verdict: refused, Class: channel.ClassRecipient, Reason: channel.ReasonUndeliverable},
	{Code: 131021, Verdict: refused, Class: channel.ClassRecipient, Reason: channel.ReasonOwnNumber},
	{Code: 130403, Verdict: refused, Class: channel.ClassRecipient, Reason: channel.ReasonBlockedByUs},
	{Code: 131030, Verdict: refused, Class: channel.ClassRecipient, Reason: channel.ReasonTestList},
	{Code: 131062, Verdict: refused, Class: channel.ClassRecipient, Reason: channel.ReasonNeedsNumber},

	{Code: 100, Verdict: refused, Class: channel.ClassContent, Reason: channel.ReasonRefusedContent},
	{Code: 131008, Verdict: refused, Class: channel.ClassContent, Reason: channel.ReasonRefusedContent},
	{Code: 131009, Verdict: refused, Class: channel.ClassContent, Reason: channel.ReasonRefusedContent},
	{Code: 135000, Verdict: refused, Class: channel.ClassContent, Reason: channel.ReasonRefusedContent},
	{Code: 131051, Verdict: refused, Class: channel.ClassContent, Reason: channel.ReasonUnsupportedKind},
	{Code: 131052, Verdict: refused, Class: channel.ClassMedia, Reason: channel.ReasonFileNotLoaded},
	{Code: 131053, Verdict: refused, Class: channel.ClassMedia, Reason: channel.ReasonFileRefused},

	{Code: 132000, Verdict: refused, Class: channel.ClassTemplate, Reason: channel.ReasonTemplateValues},
	{Code: 132001, Verdict: refused, Class: channel.ClassTemplate, Reason: channel.ReasonTemplateMissing},
	{Code: 132005, Verdict: refused, Class: channel.ClassTemplate, Reason: channel.ReasonTemplateTooLong},
	{Code: 132007, Verdict: refused, Class: channel.ClassTemplate, Reason: channel.ReasonTemplatePolicy},
	{Code: 132008, Verdict: refused, Class: channel.ClassTemplate, Reason: channel.ReasonTemplateValues},
	{Code: 132012, Verdict: refused, Class: channel.ClassTemplate, Reason: channel.ReasonTemplateValues},
	{Code: 132015, Verdict: refused, Class: channel.ClassTemplate, Reason: channel.ReasonTemplatePaused},
	{Code: 132016, Verdict: refused, Class: channel.ClassTemplate, Reason: channel.ReasonTemplateDisabled},
	{Code: 132068, Verdict: refused, Class: channel.ClassTemplate, Reason: channel.ReasonTemplateForm},
	{Code: 132069, Verdict: refused, Class: channel.ClassTemplate, Reason: channel.ReasonTemplateForm},

	{Code: 1, Verdict: unknown, Class: channel.ClassUnconfirmed, Reason: channel.ReasonUnconfirmed},
	{Code: 131000, Verdict: retry, Class: channel.ClassUnknown, Reason: channel.ReasonMetaError, Scope: contact},
}

func TestSend_outcome_of_each_code(t *testing.T) { channeltest.Codes(t, sending, codes) }

// Most refusals come late, as a failed status. It means the same to the agent as the answer would have.
func TestParse_a_failed_status_has_the_same_reason_as_the_answer(t *testing.T) {
	for _, want := range codes {
		for _, data := range []string{`{"details":"what happened"}`, `"what happened"`} {
			body := fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{
				"metadata":{"phone_number_id":"42"},"statuses":[{"id":"wamid.X","status":"failed","timestamp":"1749416383",
				"errors":[{"code":%d,"error_subcode":%d,"title":"t","message":"m","error_data":%s}]}]}}]}]}`, want.Code, want.Subcode, data)
			batch, err := whatsapp.New(nil).Parse([]byte(body))
			if err != nil || len(batch.Events) != 1 || batch.Events[0].Status == nil {
				t.Fatalf("%d: %+v, %v", want.Code, batch, err)
			}
			status := batch.Events[0].Status
			if status.State != conversation.DeliveryFailed || status.Failure.Reason != want.Reason || status.Failure.Class != want.Class ||
				status.Failure.Detail != "what happened" {
				t.Errorf("%d: %+v", want.Code, status.Failure)
			}
		}
	}
}
