package messenger_test

import (
	"strings"
	"testing"

	"parley/backend/channel"
	"parley/backend/channel/channeltest"
)

const (
	hold, retry, refused, unknown = channel.VerdictHold, channel.VerdictRetry, channel.VerdictRefused, channel.VerdictUnknown

	account = channel.ScopeAccount
)

// codes is the list of Meta's codes of 2026-06-25, a row a code and subcode, as an agent and the hub meet them.
var codes = []channeltest.Code{
	{Code: 1, Subcode: 1357046, Verdict: unknown, Class: channel.ClassUnconfirmed, Reason: channel.ReasonSentAnyway},
	{Code: 1, Verdict: unknown, Class: channel.ClassUnconfirmed, Reason: channel.ReasonUnconfirmed},
	{Code: 2, Verdict: unknown, Class: channel.ClassUnconfirmed, Reason: channel.ReasonUnconfirmed},
	{Code: 1200, Verdict: unknown, Class: channel.ClassUnconfirmed, Reason: channel.ReasonUnconfirmed},

	{Code: 10, Subcode: 2018278, Verdict: refused, Class: channel.ClassWindow, Reason: channel.ReasonWindow},
	{Code: 10, Subcode: 2534022, Verdict: refused, Class: channel.ClassWindow, Reason: channel.ReasonWindow},
	{Code: 10, Subcode: 2018065, Verdict: refused, Class: channel.ClassWindow, Reason: channel.ReasonWindow},
	{Code: 1545041, Verdict: refused, Class: channel.ClassWindow, Reason: channel.ReasonWindowOrPerson},

	{Code: 100, Subcode: 1893061, Verdict: refused, Class: channel.ClassContent, Reason: channel.ReasonTag},
	{Code: 100, Subcode: 2018014, Verdict: refused, Class: channel.ClassContent, Reason: channel.ReasonRefusedContent},
	{Code: 100, Verdict: refused, Class: channel.ClassContent, Reason: channel.ReasonRefusedContent},

	{Code: 551, Verdict: refused, Class: channel.ClassRecipient, Reason: channel.ReasonUnavailable},
	{Code: 551, Subcode: 1545041, Verdict: refused, Class: channel.ClassRecipient, Reason: channel.ReasonPersonOrWindow},
	{Code: 200, Subcode: 1545041, Verdict: refused, Class: channel.ClassRecipient, Reason: channel.ReasonPersonOrWindow},
	{Code: 10, Subcode: 2018108, Verdict: refused, Class: channel.ClassRecipient, Reason: channel.ReasonUnavailable},
	{Code: 100, Subcode: 2018001, Verdict: refused, Class: channel.ClassRecipient, Reason: channel.ReasonUnknownPerson},

	{Code: 200, Subcode: 2018028, Verdict: hold, Class: channel.ClassAccount, Reason: channel.ReasonAppNotLive},
	{Code: 10, Subcode: 1893063, Verdict: hold, Class: channel.ClassAccount, Reason: channel.ReasonPageRestricted},
	{Code: 2022, Verdict: hold, Class: channel.ClassAccount, Reason: channel.ReasonPageRestricted},
	{Code: 368, Verdict: hold, Class: channel.ClassAccount, Reason: channel.ReasonPageRestricted},

	{Code: 190, Verdict: hold, Class: channel.ClassToken, Reason: channel.ReasonTokenExpired},
	{Code: 190, Subcode: 460, Verdict: hold, Class: channel.ClassToken, Reason: channel.ReasonTokenExpired},
	{Code: 102, Verdict: hold, Class: channel.ClassToken, Reason: channel.ReasonTokenExpired},
	{Code: 104, Verdict: hold, Class: channel.ClassToken, Reason: channel.ReasonTokenMissing},
	{Code: 10, Verdict: hold, Class: channel.ClassToken, Reason: channel.ReasonPermission},
	{Code: 200, Verdict: hold, Class: channel.ClassToken, Reason: channel.ReasonPermission},
	{Code: 299, Verdict: hold, Class: channel.ClassToken, Reason: channel.ReasonPermission},

	{Code: 4, Verdict: retry, Class: channel.ClassBusy, Reason: channel.ReasonRateCalls, Scope: account},
	{Code: 32, Verdict: retry, Class: channel.ClassBusy, Reason: channel.ReasonRateCalls, Scope: account},
	{Code: 613, Verdict: retry, Class: channel.ClassBusy, Reason: channel.ReasonRateCalls, Scope: account},
	{Code: 613, Subcode: 2534040, Verdict: retry, Class: channel.ClassBusy, Reason: channel.ReasonRateCalls, Scope: account},
	{Code: 613, Subcode: 2018338, Verdict: retry, Class: channel.ClassSpam, Reason: channel.ReasonAbuseWarning, Scope: account},

	{Code: 100, Subcode: 2018008, Verdict: refused, Class: channel.ClassMedia, Reason: channel.ReasonFileNotLoaded},
	{Code: 100, Subcode: 2018047, Verdict: refused, Class: channel.ClassMedia, Reason: channel.ReasonFileMismatch},
	{Code: 100, Subcode: 2018109, Verdict: refused, Class: channel.ClassMedia, Reason: channel.ReasonFileTooLarge},
	{Code: 100, Subcode: 2018294, Verdict: refused, Class: channel.ClassMedia, Reason: channel.ReasonFileSlow},
	{Code: 100, Subcode: 2018074, Verdict: refused, Class: channel.ClassMedia, Reason: channel.ReasonFileNotOurs},

	{Code: 2018300, Verdict: refused, Class: channel.ClassThread, Reason: channel.ReasonOtherApp},
	{Code: 10, Subcode: 2018300, Verdict: refused, Class: channel.ClassThread, Reason: channel.ReasonOtherApp},
	{Code: 100, Subcode: 2018300, Verdict: refused, Class: channel.ClassThread, Reason: channel.ReasonOtherApp},
	{Code: 100, Subcode: 2534037, Verdict: refused, Class: channel.ClassThread, Reason: channel.ReasonOtherApp},
	{Code: 2018321, Verdict: refused, Class: channel.ClassThread, Reason: channel.ReasonAutomation},
	{Code: 100, Subcode: 2018321, Verdict: refused, Class: channel.ClassThread, Reason: channel.ReasonAutomation},

	{Code: 2018218, Verdict: refused, Class: channel.ClassRecipient, Reason: channel.ReasonNoProfile},
	{Code: 2018247, Verdict: refused, Class: channel.ClassRecipient, Reason: channel.ReasonNoProfile},
	{Code: 100, Subcode: 2018218, Verdict: refused, Class: channel.ClassRecipient, Reason: channel.ReasonNoProfile},
	{Code: 100, Subcode: 2018247, Verdict: refused, Class: channel.ClassRecipient, Reason: channel.ReasonNoProfile},
}

func TestSend_outcome_of_each_code(t *testing.T) { channeltest.Codes(t, sending, codes) }

// One page of Meta's says that 1545041 is a closed window, another that the person cannot be reached.
func TestSend_1545041_is_worded_for_both_of_its_meanings(t *testing.T) {
	for _, row := range codes {
		if row.Code != 1545041 && row.Subcode != 1545041 {
			continue
		}
		words := channel.Explain(channel.Failure{Class: row.Class, Reason: row.Reason}, "Messenger").Words
		if !strings.Contains(words, "window") || !strings.Contains(words, "reached") {
			t.Errorf("%d/%d: %s", row.Code, row.Subcode, words)
		}
	}
}
