package channel

import "strings"

// Reason says exactly why something did not work: what of Meta's many codes means the same to a person is one
// Reason. It is a key for words; decisions are made by Class and Verdict.
type Reason string

// Next is the one thing that a person can do about a failure.
type Next string

// The next actions.
const (
	NextNone     Next = ""
	NextCopy     Next = "copy"     // copy the text and reach the contact in another way
	NextAgain    Next = "again"    // try again
	NextAttach   Next = "attach"   // choose another file, or send it as another kind
	NextEdit     Next = "edit"     // change the text or the values
	NextCheck    Next = "check"    // look whether it arrived before sending it again
	NextTemplate Next = "template" // send a template, or another one
	NextWait     Next = "wait"     // wait; the contact or time will change it
	NextAdmin    Next = "admin"    // somebody with access to Meta's settings has to repair it
	NextTake     Next = "take"     // take the thread over from the other app
)

// Explanation is what a person gets to read about a Reason.
type Explanation struct {
	Class Class
	// Words is one or two plain English sentences. "{channel}" stands for WhatsApp or Messenger. A page has its own
	// words in its own languages under the Reason; these are for logs, exports and languages without them.
	Words string
	Next  Next
}

// Reasons of failures.
const (
	ReasonTokenExpired     Reason = "token_expired"
	ReasonTokenMissing     Reason = "token_missing"
	ReasonPermission       Reason = "permission"
	ReasonNumberGone       Reason = "number_gone"
	ReasonNotRegistered    Reason = "not_registered"
	ReasonAccountBlocked   Reason = "account_blocked"
	ReasonCountry          Reason = "country"
	ReasonPayment          Reason = "payment"
	ReasonPageRestricted   Reason = "page_restricted"
	ReasonAppNotLive       Reason = "app_not_live"
	ReasonRateNumber       Reason = "rate_number"
	ReasonRateCalls        Reason = "rate_calls"
	ReasonUpgrading        Reason = "upgrading"
	ReasonMetaBusy         Reason = "meta_busy"
	ReasonAbuseWarning     Reason = "abuse_warning"
	ReasonPairRate         Reason = "pair_rate"
	ReasonSpam             Reason = "spam"
	ReasonEcosystem        Reason = "ecosystem"
	ReasonExperiment       Reason = "experiment"
	ReasonOptedOut         Reason = "opted_out"
	ReasonWindow           Reason = "window"
	ReasonWindowOrPerson   Reason = "window_or_person"
	ReasonPersonOrWindow   Reason = "person_or_window"
	ReasonUndeliverable    Reason = "undeliverable"
	ReasonUnavailable      Reason = "unavailable"
	ReasonUnknownPerson    Reason = "unknown_person"
	ReasonOwnNumber        Reason = "own_number"
	ReasonBlockedByUs      Reason = "blocked_by_us"
	ReasonTestList         Reason = "test_list"
	ReasonNeedsNumber      Reason = "needs_number"
	ReasonRefusedContent   Reason = "refused_content"
	ReasonUnsupportedKind  Reason = "unsupported_kind"
	ReasonTag              Reason = "tag"
	ReasonFileRefused      Reason = "file_refused"
	ReasonFileNotLoaded    Reason = "file_not_loaded"
	ReasonFileMismatch     Reason = "file_mismatch"
	ReasonFileTooLarge     Reason = "file_too_large"
	ReasonFileSlow         Reason = "file_slow"
	ReasonFileNotOurs      Reason = "file_not_ours"
	ReasonFileMissing      Reason = "file_missing"
	ReasonFileType         Reason = "file_type"
	ReasonTextEmpty        Reason = "text_empty"
	ReasonTextTooLong      Reason = "text_too_long"
	ReasonCaptionTooLong   Reason = "caption_too_long"
	ReasonNoCaption        Reason = "no_caption"
	ReasonTemplateValues   Reason = "template_values"
	ReasonTemplateMissing  Reason = "template_missing"
	ReasonTemplateTooLong  Reason = "template_too_long"
	ReasonTemplatePolicy   Reason = "template_policy"
	ReasonTemplatePaused   Reason = "template_paused"
	ReasonTemplateDisabled Reason = "template_disabled"
	ReasonTemplateForm     Reason = "template_form"
	ReasonOtherApp         Reason = "other_app"
	ReasonAutomation       Reason = "automation"
	ReasonUnconfirmed      Reason = "unconfirmed"
	ReasonSentAnyway       Reason = "sent_anyway"
	ReasonNetwork          Reason = "network"
	ReasonMetaError        Reason = "meta_error"
	ReasonNoProfile        Reason = "no_profile"
	ReasonUnknown          Reason = "unknown"
)

// explanations are the words and the next action of each reason. One row a reason; a test looks for gaps.
var explanations = map[Reason]Explanation{
	// Nothing of the touchpoint goes out until somebody repairs it; messages wait.
	ReasonTokenExpired:   {ClassToken, "{channel} no longer accepts the access token of this touchpoint. Messages wait until an admin renews it.", NextAdmin},
	ReasonTokenMissing:   {ClassToken, "{channel} did not see a valid access token. Messages wait until an admin renews it.", NextAdmin},
	ReasonPermission:     {ClassToken, "The access token of this touchpoint may not send messages. An admin has to grant the permission at Meta.", NextAdmin},
	ReasonNumberGone:     {ClassToken, "Meta does not know this touchpoint’s number any more, or the token does not open it.", NextAdmin},
	ReasonNotRegistered:  {ClassAccount, "This touchpoint’s number is not registered with {channel}. An admin has to register it again.", NextAdmin},
	ReasonAccountBlocked: {ClassAccount, "Meta has restricted this business account. An admin finds the reason in Meta’s Business Support.", NextAdmin},
	ReasonCountry:        {ClassAccount, "Meta does not let this business account write to people in this country.", NextAdmin},
	ReasonPayment:        {ClassAccount, "Meta reports a problem with the payment method of this business account.", NextAdmin},
	ReasonPageRestricted: {ClassAccount, "Meta has restricted this Page from sending messages.", NextAdmin},
	ReasonAppNotLive:     {ClassAccount, "The app is not live at Meta, so only its testers can be written to.", NextAdmin},

	// It goes out later.
	ReasonRateNumber:   {ClassBusy, "This touchpoint sends more messages at the moment than {channel} takes. It goes out shortly.", NextAgain},
	ReasonRateCalls:    {ClassBusy, "Meta asks this business to slow down. It goes out shortly.", NextAgain},
	ReasonUpgrading:    {ClassBusy, "{channel} is upgrading this number, which takes about a minute.", NextAgain},
	ReasonMetaBusy:     {ClassBusy, "{channel} is overloaded at the moment.", NextAgain},
	ReasonAbuseWarning: {ClassSpam, "Meta warns that this Page sends too much, and may restrict it.", NextAdmin},
	ReasonPairRate:     {ClassPair, "Too many messages to this contact in a short time. {channel} takes about one every 6 seconds.", NextAgain},

	// Meta protects the contact.
	ReasonSpam:       {ClassSpam, "{channel} limits this number because people blocked or reported its messages.", NextWait},
	ReasonEcosystem:  {ClassSpam, "{channel} did not deliver it, to keep this contact from getting too many business messages. Try again after a day, or wait for them to write.", NextWait},
	ReasonExperiment: {ClassSpam, "{channel} keeps this contact out of marketing messages as part of an experiment.", NextCopy},
	ReasonOptedOut:   {ClassSpam, "This contact does not want marketing messages from this business.", NextCopy},

	// The session window. Meta uses 1545041 for two things and does not say which.
	ReasonWindow:         {ClassWindow, "The session window had closed. The contact has to write first, or a template can be sent where the channel has them.", NextTemplate},
	ReasonWindowOrPerson: {ClassWindow, "{channel} does not deliver this now: the session window has closed, or the contact cannot be reached at the moment.", NextWait},
	ReasonPersonOrWindow: {ClassRecipient, "{channel} does not deliver this now: the contact cannot be reached at the moment, or the session window has closed.", NextWait},

	// The contact.
	ReasonUndeliverable: {ClassRecipient, "{channel} cannot deliver to this contact: the number has no {channel}, uses an old version, or has not accepted its terms.", NextCopy},
	ReasonUnavailable:   {ClassRecipient, "This contact cannot be reached on {channel}. They may have blocked the business or left.", NextCopy},
	ReasonUnknownPerson: {ClassRecipient, "{channel} does not know this contact under this touchpoint.", NextCopy},
	ReasonOwnNumber:     {ClassRecipient, "The contact’s number is this touchpoint’s own number.", NextCopy},
	ReasonBlockedByUs:   {ClassRecipient, "This business has blocked the contact. Unblock them to write.", NextAdmin},
	ReasonTestList:      {ClassRecipient, "This is a test number, and the contact is not in its list of recipients.", NextAdmin},
	ReasonNeedsNumber:   {ClassRecipient, "{channel} sends this kind of message only to a phone number, and this contact shows none.", NextCopy},

	// What was sent.
	ReasonRefusedContent:  {ClassContent, "{channel} does not accept this message.", NextEdit},
	ReasonUnsupportedKind: {ClassContent, "{channel} does not take this kind of message.", NextCopy},
	ReasonTag:             {ClassContent, "Meta refused the human-agent mark of this message.", NextAdmin},
	ReasonTextEmpty:       {ClassContent, "The message is empty.", NextEdit},
	ReasonTextTooLong:     {ClassContent, "The text is too long for {channel}.", NextEdit},
	ReasonCaptionTooLong:  {ClassContent, "The caption is too long for {channel}.", NextEdit},
	ReasonNoCaption:       {ClassContent, "{channel} takes no text with this kind of file. Send the text on its own.", NextEdit},
	ReasonFileRefused:     {ClassMedia, "{channel} cannot use this file.", NextAttach},
	ReasonFileNotLoaded:   {ClassMedia, "{channel} could not fetch this file.", NextAttach},
	ReasonFileMismatch:    {ClassMedia, "This file is not of the kind as which it was sent.", NextAttach},
	ReasonFileTooLarge:    {ClassMedia, "The file is too large for {channel}.", NextAttach},
	ReasonFileSlow:        {ClassMedia, "{channel} took too long to process this file.", NextAttach},
	ReasonFileNotOurs:     {ClassMedia, "The uploaded file has expired at Meta or belongs to another Page.", NextAttach},
	ReasonFileMissing:     {ClassMedia, "The file is empty or cannot be read.", NextAttach},
	ReasonFileType:        {ClassMedia, "{channel} does not take files of this type.", NextAttach},

	// Templates.
	ReasonTemplateValues:   {ClassTemplate, "The values do not fit the template’s placeholders.", NextEdit},
	ReasonTemplateMissing:  {ClassTemplate, "This template does not exist in this language, or is not approved.", NextTemplate},
	ReasonTemplateTooLong:  {ClassTemplate, "With these values the template is too long.", NextEdit},
	ReasonTemplatePolicy:   {ClassTemplate, "Meta finds that this template breaks its policy.", NextTemplate},
	ReasonTemplatePaused:   {ClassTemplate, "Meta has paused this template because of its low quality.", NextTemplate},
	ReasonTemplateDisabled: {ClassTemplate, "Meta has disabled this template for good because of its low quality.", NextTemplate},
	ReasonTemplateForm:     {ClassTemplate, "The form behind this template is blocked or limited.", NextTemplate},

	// The thread on Messenger.
	ReasonOtherApp:   {ClassThread, "Another app answers this contact at the moment. Take the thread over to write.", NextTake},
	ReasonAutomation: {ClassThread, "Messenger’s automated questions are running in this thread. Wait for them to end.", NextWait},

	// Not known.
	ReasonUnconfirmed: {ClassUnconfirmed, "{channel} did not confirm this message. It may have arrived.", NextCheck},
	ReasonSentAnyway:  {ClassUnconfirmed, "{channel} reported an error and sent the message all the same. Its confirmation should follow.", NextCheck},
	ReasonNetwork:     {ClassNetwork, "{channel} was not reached.", NextAgain},
	ReasonMetaError:   {ClassUnknown, "{channel} had an error of its own.", NextAgain},
	ReasonNoProfile:   {ClassRecipient, "{channel} does not tell this contact’s name.", NextNone},
	ReasonUnknown:     {ClassUnknown, "{channel} refused this with a code that Parley does not know.", NextAgain},
}

// Class groups a reason by what has to be done; ClassUnknown when there is no such reason.
func (r Reason) Class() Class {
	if e, known := explanations[r]; known {
		return e.Class
	}
	return ClassUnknown
}

// Reasons returns every reason with its words and next action.
func Reasons() map[Reason]Explanation {
	all := make(map[Reason]Explanation, len(explanations))
	for reason, explanation := range explanations {
		all[reason] = explanation
	}
	return all
}

// Explain says what a failure means to a person. channelName replaces "{channel}". A failure without a reason,
// such as one stored by an older hub, is explained by its class.
func Explain(f Failure, channelName string) Explanation {
	e, known := explanations[f.Reason]
	if !known {
		e = explanations[classReasons[f.Class]]
	}
	if f.Class != "" {
		e.Class = f.Class
	}
	if e.Words == "" {
		e.Words, e.Next = explanations[ReasonUnknown].Words, explanations[ReasonUnknown].Next
	}
	e.Words = strings.ReplaceAll(e.Words, "{channel}", channelName)
	return e
}

// classReasons are what is said when nothing but the class is known.
var classReasons = map[Class]Reason{
	ClassToken: ReasonTokenExpired, ClassAccount: ReasonAccountBlocked, ClassBusy: ReasonMetaBusy, ClassPair: ReasonPairRate,
	ClassSpam: ReasonEcosystem, ClassWindow: ReasonWindow, ClassRecipient: ReasonUnavailable, ClassContent: ReasonRefusedContent,
	ClassMedia: ReasonFileRefused, ClassTemplate: ReasonTemplateMissing, ClassThread: ReasonOtherApp,
	ClassUnconfirmed: ReasonUnconfirmed, ClassNetwork: ReasonNetwork, ClassUnknown: ReasonUnknown,
}
