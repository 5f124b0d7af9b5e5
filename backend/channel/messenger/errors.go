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
	{Code: 1, Subcode: 1357046, Class: channel.ClassUnconfirmed, Verdict: unknown}, // sent: the echo comes
	{Code: 1, Class: channel.ClassUnconfirmed, Verdict: unknown},
	{Code: 2, Class: channel.ClassUnconfirmed, Verdict: unknown}, // also when the person blocked us
	{Code: 1200, Class: channel.ClassUnconfirmed, Verdict: unknown},

	// The session window.
	{Code: 10, Subcode: 2018278, Class: channel.ClassWindow, Verdict: refused},
	{Code: 10, Subcode: 2534022, Class: channel.ClassWindow, Verdict: refused},
	{Code: 10, Subcode: 2018065, Class: channel.ClassWindow, Verdict: refused}, // older
	{Code: 1545041, Class: channel.ClassWindow, Verdict: refused},              // one page of Meta's; see 551

	// The person cannot be reached. 1545041 is "window closed" on another page of Meta's.
	{Code: 551, Class: channel.ClassRecipient, Verdict: refused},
	{Code: 200, Subcode: 1545041, Class: channel.ClassRecipient, Verdict: refused},
	{Code: 10, Subcode: 2018108, Class: channel.ClassRecipient, Verdict: refused},
	{Code: 100, Subcode: 2018001, Class: channel.ClassRecipient, Verdict: refused},

	// The attachment.
	{Code: 100, Subcode: 2018008, Class: channel.ClassMedia, Verdict: refused}, // cannot be fetched
	{Code: 100, Subcode: 2018047, Class: channel.ClassMedia, Verdict: refused}, // type does not match
	{Code: 100, Subcode: 2018074, Class: channel.ClassMedia, Verdict: refused}, // not this Page's
	{Code: 100, Subcode: 2018109, Class: channel.ClassMedia, Verdict: refused}, // too large
	{Code: 100, Subcode: 2018294, Class: channel.ClassMedia, Verdict: refused}, // video took too long

	// Another app owns the thread.
	{Code: 100, Subcode: 2534037, Class: channel.ClassThread, Verdict: refused},
	{Code: 100, Subcode: 2018300, Class: channel.ClassThread, Verdict: refused},
	{Code: 100, Subcode: 2018321, Class: channel.ClassThread, Verdict: refused}, // automated questions are running
	{Code: 10, Subcode: 2018300, Class: channel.ClassThread, Verdict: refused},
	{Code: 2018300, Class: channel.ClassThread, Verdict: refused},
	{Code: 2018321, Class: channel.ClassThread, Verdict: refused},

	// What we sent, also a tag that is refused (1893061).
	{Code: 100, Class: channel.ClassContent, Verdict: refused},

	// The Page is restricted.
	{Code: 10, Subcode: 1893063, Class: channel.ClassAccount, Verdict: hold},
	{Code: 368, Class: channel.ClassAccount, Verdict: hold},
	{Code: 2022, Class: channel.ClassAccount, Verdict: hold},
	{Code: 200, Subcode: 2018028, Class: channel.ClassAccount, Verdict: hold}, // the app is not live

	// Token and permission.
	{Code: 10, Class: channel.ClassToken, Verdict: hold},
	{Code: 102, Class: channel.ClassToken, Verdict: hold}, // older lists
	{Code: 104, Class: channel.ClassToken, Verdict: hold},
	{Code: 190, Class: channel.ClassToken, Verdict: hold},
	{Code: 200, Last: 299, Class: channel.ClassToken, Verdict: hold},

	// Throughput. 613/2018338 warns of abuse.
	{Code: 613, Subcode: 2018338, Class: channel.ClassSpam, Verdict: retry, Scope: channel.ScopeAccount, After: 10 * time.Minute},
	{Code: 4, Class: channel.ClassBusy, Verdict: retry, Scope: channel.ScopeAccount},
	{Code: 32, Class: channel.ClassBusy, Verdict: retry, Scope: channel.ScopeAccount}, // older lists
	{Code: 613, Class: channel.ClassBusy, Verdict: retry, Scope: channel.ScopeAccount},
}

// noProfile are the errors by which Meta says that it tells us nothing about a person.
var noProfile = map[int]bool{2018218: true, 2018247: true, 33: true, 2018001: true}
