package whatsapp

import (
	"time"

	"parley/backend/channel"
	"parley/backend/channel/graph"
)

const (
	refused = channel.VerdictRefused
	retry   = channel.VerdictRetry
	hold    = channel.VerdictHold
	unknown = channel.VerdictUnknown
)

// errorTable says what Meta's codes mean for a message. Source: Meta docs, "Cloud API: error codes", 2026-09-11.
// Holding stops the whole touchpoint until somebody repairs it, so that an expired token does not fail every
// message in turn.
var errorTable = graph.Table{
	// Token and permission.
	{Code: 0, Reason: channel.ReasonTokenMissing, Verdict: hold},
	{Code: 3, Reason: channel.ReasonPermission, Verdict: hold},
	{Code: 10, Reason: channel.ReasonPermission, Verdict: hold},
	{Code: 33, Reason: channel.ReasonNumberGone, Verdict: hold}, // the number is gone
	{Code: 100, Subcode: 33, Reason: channel.ReasonNumberGone, Verdict: hold},
	{Code: 104, Reason: channel.ReasonTokenMissing, Verdict: hold},
	{Code: 190, Reason: channel.ReasonTokenExpired, Verdict: hold},
	{Code: 200, Last: 299, Reason: channel.ReasonPermission, Verdict: hold},
	{Code: 131005, Reason: channel.ReasonPermission, Verdict: hold},

	// The account: not registered, blocked, unpaid.
	{Code: 131045, Reason: channel.ReasonNotRegistered, Verdict: hold},
	{Code: 133010, Reason: channel.ReasonNotRegistered, Verdict: hold},
	{Code: 368, Reason: channel.ReasonAccountBlocked, Verdict: hold},
	{Code: 130497, Reason: channel.ReasonCountry, Verdict: hold},
	{Code: 131031, Reason: channel.ReasonAccountBlocked, Verdict: hold},
	{Code: 131042, Reason: channel.ReasonPayment, Verdict: hold},
	{Code: 131064, Reason: channel.ReasonAccountBlocked, Verdict: hold},

	// Throughput. Code 2 carries a small risk that the message went out all the same.
	{Code: 2, Reason: channel.ReasonMetaBusy, Verdict: retry, Scope: channel.ScopeAccount},
	{Code: 4, Reason: channel.ReasonRateCalls, Verdict: retry, Scope: channel.ScopeAccount},
	{Code: 80007, Reason: channel.ReasonRateCalls, Verdict: retry, Scope: channel.ScopeAccount},
	{Code: 130429, Reason: channel.ReasonRateNumber, Verdict: retry, Scope: channel.ScopeAccount},
	{Code: 131016, Reason: channel.ReasonMetaBusy, Verdict: retry, Scope: channel.ScopeAccount},
	{Code: 131057, Reason: channel.ReasonUpgrading, Verdict: retry, Scope: channel.ScopeAccount, After: time.Minute}, // upgrade of the number

	// Pair rate: one message per 6 s to one contact, burst 45. Wait 4^X s, X = 0, 1, 2 …
	{Code: 131056, Reason: channel.ReasonPairRate, Verdict: retry, Scope: channel.ScopeContact, After: time.Second},

	// Meta protects the contact from us.
	{Code: 130472, Reason: channel.ReasonExperiment, Verdict: refused},
	{Code: 131048, Reason: channel.ReasonSpam, Verdict: refused},
	{Code: 131049, Reason: channel.ReasonEcosystem, Verdict: refused},
	{Code: 131050, Reason: channel.ReasonOptedOut, Verdict: refused}, // opted out of marketing

	// The session window.
	{Code: 470, Reason: channel.ReasonWindow, Verdict: refused}, // before the Cloud API
	{Code: 131047, Reason: channel.ReasonWindow, Verdict: refused},

	// The recipient.
	{Code: 130403, Reason: channel.ReasonBlockedByUs, Verdict: refused}, // we blocked them
	{Code: 131021, Reason: channel.ReasonOwnNumber, Verdict: refused},   // it is our own number
	{Code: 131026, Reason: channel.ReasonUndeliverable, Verdict: refused},
	{Code: 131030, Reason: channel.ReasonTestList, Verdict: refused},    // not in the list of a test number
	{Code: 131062, Reason: channel.ReasonNeedsNumber, Verdict: refused}, // this type refuses a BSUID

	// What we sent.
	{Code: 100, Reason: channel.ReasonRefusedContent, Verdict: refused},
	{Code: 131008, Reason: channel.ReasonRefusedContent, Verdict: refused},
	{Code: 131009, Reason: channel.ReasonRefusedContent, Verdict: refused},
	{Code: 131051, Reason: channel.ReasonUnsupportedKind, Verdict: refused},
	{Code: 135000, Reason: channel.ReasonRefusedContent, Verdict: refused},
	{Code: 131052, Reason: channel.ReasonFileNotLoaded, Verdict: refused},
	{Code: 131053, Reason: channel.ReasonFileRefused, Verdict: refused},

	// Templates.
	{Code: 132000, Reason: channel.ReasonTemplateValues, Verdict: refused},
	{Code: 132001, Reason: channel.ReasonTemplateMissing, Verdict: refused},
	{Code: 132005, Reason: channel.ReasonTemplateTooLong, Verdict: refused},
	{Code: 132007, Reason: channel.ReasonTemplatePolicy, Verdict: refused},
	{Code: 132008, Reason: channel.ReasonTemplateValues, Verdict: refused},
	{Code: 132012, Reason: channel.ReasonTemplateValues, Verdict: refused},
	{Code: 132015, Reason: channel.ReasonTemplatePaused, Verdict: refused},   // paused
	{Code: 132016, Reason: channel.ReasonTemplateDisabled, Verdict: refused}, // disabled
	{Code: 132068, Reason: channel.ReasonTemplateForm, Verdict: refused},
	{Code: 132069, Reason: channel.ReasonTemplateForm, Verdict: refused},

	// Nobody knows.
	{Code: 1, Reason: channel.ReasonUnconfirmed, Verdict: unknown},
	{Code: 131000, Reason: channel.ReasonMetaError, Verdict: retry, Scope: channel.ScopeContact, After: 5 * time.Second}, // Meta: try again, at most twice
}
