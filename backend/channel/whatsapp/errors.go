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
	{Code: 0, Class: channel.ClassToken, Verdict: hold},
	{Code: 3, Class: channel.ClassToken, Verdict: hold},
	{Code: 10, Class: channel.ClassToken, Verdict: hold},
	{Code: 33, Class: channel.ClassToken, Verdict: hold}, // the number is gone
	{Code: 100, Subcode: 33, Class: channel.ClassToken, Verdict: hold},
	{Code: 104, Class: channel.ClassToken, Verdict: hold},
	{Code: 190, Class: channel.ClassToken, Verdict: hold},
	{Code: 200, Last: 299, Class: channel.ClassToken, Verdict: hold},
	{Code: 131005, Class: channel.ClassToken, Verdict: hold},

	// The account: not registered, blocked, unpaid.
	{Code: 131045, Class: channel.ClassAccount, Verdict: hold},
	{Code: 133010, Class: channel.ClassAccount, Verdict: hold},
	{Code: 368, Class: channel.ClassAccount, Verdict: hold},
	{Code: 130497, Class: channel.ClassAccount, Verdict: hold},
	{Code: 131031, Class: channel.ClassAccount, Verdict: hold},
	{Code: 131042, Class: channel.ClassAccount, Verdict: hold},
	{Code: 131064, Class: channel.ClassAccount, Verdict: hold},

	// Throughput. Code 2 carries a small risk that the message went out all the same.
	{Code: 2, Class: channel.ClassBusy, Verdict: retry, Scope: channel.ScopeAccount},
	{Code: 4, Class: channel.ClassBusy, Verdict: retry, Scope: channel.ScopeAccount},
	{Code: 80007, Class: channel.ClassBusy, Verdict: retry, Scope: channel.ScopeAccount},
	{Code: 130429, Class: channel.ClassBusy, Verdict: retry, Scope: channel.ScopeAccount},
	{Code: 131016, Class: channel.ClassBusy, Verdict: retry, Scope: channel.ScopeAccount},
	{Code: 131057, Class: channel.ClassBusy, Verdict: retry, Scope: channel.ScopeAccount, After: time.Minute}, // upgrade of the number

	// Pair rate: one message per 6 s to one contact, burst 45. Wait 4^X s, X = 0, 1, 2 …
	{Code: 131056, Class: channel.ClassPair, Verdict: retry, Scope: channel.ScopeContact, After: time.Second},

	// Meta protects the contact from us.
	{Code: 130472, Class: channel.ClassSpam, Verdict: refused},
	{Code: 131048, Class: channel.ClassSpam, Verdict: refused},
	{Code: 131049, Class: channel.ClassSpam, Verdict: refused},
	{Code: 131050, Class: channel.ClassSpam, Verdict: refused}, // opted out of marketing

	// The session window.
	{Code: 470, Class: channel.ClassWindow, Verdict: refused}, // before the Cloud API
	{Code: 131047, Class: channel.ClassWindow, Verdict: refused},

	// The recipient.
	{Code: 130403, Class: channel.ClassRecipient, Verdict: refused}, // we blocked them
	{Code: 131021, Class: channel.ClassRecipient, Verdict: refused}, // it is our own number
	{Code: 131026, Class: channel.ClassRecipient, Verdict: refused},
	{Code: 131030, Class: channel.ClassRecipient, Verdict: refused}, // not in the list of a test number
	{Code: 131062, Class: channel.ClassRecipient, Verdict: refused}, // this type refuses a BSUID

	// What we sent.
	{Code: 100, Class: channel.ClassContent, Verdict: refused},
	{Code: 131008, Class: channel.ClassContent, Verdict: refused},
	{Code: 131009, Class: channel.ClassContent, Verdict: refused},
	{Code: 131051, Class: channel.ClassContent, Verdict: refused},
	{Code: 135000, Class: channel.ClassContent, Verdict: refused},
	{Code: 131052, Class: channel.ClassMedia, Verdict: refused},
	{Code: 131053, Class: channel.ClassMedia, Verdict: refused},

	// Templates.
	{Code: 132000, Class: channel.ClassTemplate, Verdict: refused},
	{Code: 132001, Class: channel.ClassTemplate, Verdict: refused},
	{Code: 132005, Class: channel.ClassTemplate, Verdict: refused},
	{Code: 132007, Class: channel.ClassTemplate, Verdict: refused},
	{Code: 132008, Class: channel.ClassTemplate, Verdict: refused},
	{Code: 132012, Class: channel.ClassTemplate, Verdict: refused},
	{Code: 132015, Class: channel.ClassTemplate, Verdict: refused}, // paused
	{Code: 132016, Class: channel.ClassTemplate, Verdict: refused}, // disabled
	{Code: 132068, Class: channel.ClassTemplate, Verdict: refused},
	{Code: 132069, Class: channel.ClassTemplate, Verdict: refused},

	// Nobody knows.
	{Code: 1, Class: channel.ClassUnconfirmed, Verdict: unknown},
	{Code: 131000, Class: channel.ClassUnknown, Verdict: retry, Scope: channel.ScopeContact, After: 5 * time.Second}, // Meta: try again, at most twice
}
