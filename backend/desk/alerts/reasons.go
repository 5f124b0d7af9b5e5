package alerts

// Reason is why a decision is what it is. The page has words for each.
type Reason string

// All reasons.
const (
	ReasonNews       Reason = "news"       // the contact wrote, or a conversation came
	ReasonNamed      Reason = "named"      // the contact's name became known, or changed
	ReasonFocused    Reason = "focused"    // the agent is looking at it
	ReasonDisabled   Reason = "disabled"   // the agent has switched notifications off
	ReasonOld        Reason = "old"        // it was there when Parley started
	ReasonRead       Reason = "read"       // it has been read, here or elsewhere
	ReasonTaken      Reason = "taken"      // it has left the Inbox for this agent
	ReasonGone       Reason = "gone"       // the conversation has left both lists
	ReasonSummarised Reason = "summarised" // it is counted in one alert for many
)
