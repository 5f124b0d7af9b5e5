package messenger

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

// errorTable says what Meta's codes mean for a message. Source: Meta docs, "Messenger Platform: error codes",
// 2026-06-25. Rows with a subcode stand before the row of their code.
var errorTable = graph.Table{
	// The outcome is not known, or the message was sent although there is an error. Never sent again.
	{Code: 1, Subcode: 1357046, Reason: channel.ReasonSentAnyway, Verdict: unknown}, // sent: the echo comes
	{Code: 1, Reason: channel.ReasonUnconfirmed, Verdict: unknown},
	{Code: 2, Reason: channel.ReasonUnconfirmed, Verdict: unknown}, // also when the person blocked us
	{Code: 1200, Reason: channel.ReasonUnconfirmed, Verdict: unknown},

	// The session window.
	{Code: 10, Subcode: 2018278, Reason: channel.ReasonWindow, Verdict: refused},
	{Code: 10, Subcode: 2534022, Reason: channel.ReasonWindow, Verdict: refused},
	{Code: 10, Subcode: 2018065, Reason: channel.ReasonWindow, Verdict: refused}, // older
	{Code: 1545041, Reason: channel.ReasonWindowOrPerson, Verdict: refused},      // one page of Meta's; see 551

	// The person cannot be reached. 1545041 is "window closed" on another page of Meta's, so its words name both.
	{Code: 551, Subcode: 1545041, Reason: channel.ReasonPersonOrWindow, Verdict: refused},
	{Code: 551, Reason: channel.ReasonUnavailable, Verdict: refused},
	{Code: 200, Subcode: 1545041, Reason: channel.ReasonPersonOrWindow, Verdict: refused},
	{Code: 10, Subcode: 2018108, Reason: channel.ReasonUnavailable, Verdict: refused},
	{Code: 100, Subcode: 2018001, Reason: channel.ReasonUnknownPerson, Verdict: refused},

	// The attachment.
	{Code: 100, Subcode: 2018008, Reason: channel.ReasonFileNotLoaded, Verdict: refused}, // cannot be fetched
	{Code: 100, Subcode: 2018047, Reason: channel.ReasonFileMismatch, Verdict: refused},  // type does not match
	{Code: 100, Subcode: 2018074, Reason: channel.ReasonFileNotOurs, Verdict: refused},   // not this Page's
	{Code: 100, Subcode: 2018109, Reason: channel.ReasonFileTooLarge, Verdict: refused},  // too large
	{Code: 100, Subcode: 2018294, Reason: channel.ReasonFileSlow, Verdict: refused},      // video took too long

	// Another app owns the thread.
	{Code: 100, Subcode: 2534037, Reason: channel.ReasonOtherApp, Verdict: refused},
	{Code: 100, Subcode: 2018300, Reason: channel.ReasonOtherApp, Verdict: refused},
	{Code: 100, Subcode: 2018321, Reason: channel.ReasonAutomation, Verdict: refused}, // automated questions are running
	{Code: 10, Subcode: 2018300, Reason: channel.ReasonOtherApp, Verdict: refused},
	{Code: 2018300, Reason: channel.ReasonOtherApp, Verdict: refused},
	{Code: 2018321, Reason: channel.ReasonAutomation, Verdict: refused},

	// Meta tells no name.
	{Code: 100, Subcode: 2018218, Reason: channel.ReasonNoProfile, Verdict: refused},
	{Code: 100, Subcode: 2018247, Reason: channel.ReasonNoProfile, Verdict: refused},
	{Code: 2018218, Reason: channel.ReasonNoProfile, Verdict: refused},
	{Code: 2018247, Reason: channel.ReasonNoProfile, Verdict: refused},

	// What we sent. A refused tag is our mistake: the touchpoint lacks the feature.
	{Code: 100, Subcode: 1893061, Reason: channel.ReasonTag, Verdict: refused},
	{Code: 100, Reason: channel.ReasonRefusedContent, Verdict: refused},

	// The Page is restricted.
	{Code: 10, Subcode: 1893063, Reason: channel.ReasonPageRestricted, Verdict: hold},
	{Code: 368, Reason: channel.ReasonPageRestricted, Verdict: hold},
	{Code: 2022, Reason: channel.ReasonPageRestricted, Verdict: hold},
	{Code: 200, Subcode: 2018028, Reason: channel.ReasonAppNotLive, Verdict: hold}, // the app is not live

	// Token and permission.
	{Code: 10, Reason: channel.ReasonPermission, Verdict: hold},
	{Code: 102, Reason: channel.ReasonTokenExpired, Verdict: hold}, // older lists
	{Code: 104, Reason: channel.ReasonTokenMissing, Verdict: hold},
	{Code: 190, Reason: channel.ReasonTokenExpired, Verdict: hold},
	{Code: 200, Last: 299, Reason: channel.ReasonPermission, Verdict: hold},

	// Throughput. 613/2018338 warns of abuse.
	{Code: 613, Subcode: 2018338, Reason: channel.ReasonAbuseWarning, Verdict: retry, Scope: channel.ScopeAccount, After: 10 * time.Minute},
	{Code: 4, Reason: channel.ReasonRateCalls, Verdict: retry, Scope: channel.ScopeAccount},
	{Code: 32, Reason: channel.ReasonRateCalls, Verdict: retry, Scope: channel.ScopeAccount}, // older lists
	{Code: 613, Subcode: 2534040, Reason: channel.ReasonRateCalls, Verdict: retry, Scope: channel.ScopeAccount},
	{Code: 613, Reason: channel.ReasonRateCalls, Verdict: retry, Scope: channel.ScopeAccount},
}

// noProfile are the errors by which Meta says that it tells us nothing about a person: no profile for us, and
// nobody of that id.
var noProfile = map[int]bool{2018218: true, 2018247: true, 33: true, 2018001: true}
