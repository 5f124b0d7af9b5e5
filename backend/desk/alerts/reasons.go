package alerts

// Reason is why a decision is what it is. The page has words for each.
type Reason string

// All reasons.
const (
	ReasonNews       Reason = "news"
	ReasonAgain      Reason = "again"
	ReasonLater      Reason = "later"
	ReasonPaced      Reason = "paced"
	ReasonTogether   Reason = "together"
	ReasonSummarised Reason = "summarised"
	ReasonCounted    Reason = "counted"
	ReasonNamed      Reason = "named"

	ReasonDisabled     Reason = "disabled"
	ReasonOff          Reason = "off"
	ReasonFocused      Reason = "focused"
	ReasonOthers       Reason = "others"
	ReasonHad          Reason = "had"
	ReasonDoNotDisturb Reason = "do_not_disturb"
	ReasonSnoozed      Reason = "snoozed"
	ReasonQuiet        Reason = "quiet_hours"

	ReasonRead      Reason = "read"
	ReasonTaken     Reason = "taken"
	ReasonGone      Reason = "gone"
	ReasonAnswered  Reason = "answered"
	ReasonReopened  Reason = "reopened"
	ReasonClosed    Reason = "closed"
	ReasonSettled   Reason = "settled"
	ReasonReachable Reason = "reachable"
	ReasonLapsed    Reason = "lapsed"
)

// reasons says what each means.
var reasons = []struct {
	reason Reason
	means  string
}{
	{ReasonNews, "it is new"},
	{ReasonAgain, "nobody has taken the conversation yet"},
	{ReasonLater, "it was put off, and is still so"},
	{ReasonPaced, "the conversation has just rung: shown without a sound, and rings a little later if it is still unread"},
	{ReasonTogether, "another alert of the same conversation tells it as well"},
	{ReasonSummarised, "it is counted in one alert for many"},
	{ReasonCounted, "the summary counts what is left"},
	{ReasonNamed, "the contact's name became known, or changed"},
	{ReasonDisabled, "the agent has switched notifications off"},
	{ReasonOff, "the agent has switched this kind off"},
	{ReasonFocused, "the agent looks at it"},
	{ReasonOthers, "supervisors are told of windows in the Inbox"},
	{ReasonHad, "the agent had it a moment ago"},
	{ReasonDoNotDisturb, "do not disturb was on"},
	{ReasonSnoozed, "notifications were snoozed"},
	{ReasonQuiet, "it came in quiet hours"},
	{ReasonRead, "it has been read, here or elsewhere"},
	{ReasonTaken, "it has left the Inbox for this agent, who took it"},
	{ReasonGone, "it is not for this agent to answer any more"},
	{ReasonAnswered, "the contact has been answered"},
	{ReasonReopened, "the contact wrote, and the window is open for its full time again"},
	{ReasonClosed, "the window has closed"},
	{ReasonSettled, "nothing is troubled any more"},
	{ReasonReachable, "the hub is there again"},
	{ReasonLapsed, "it is not offered to this agent any more"},
}
