package admin

import "parley/backend/hub/hook"

// Problem is why a change is not made: a word that desks know, and a sentence for everybody else.
type Problem struct{ Code, Text string }

func (p *Problem) Error() string { return p.Text }

// Problems that a person can do something about. They are compared by identity.
var (
	ErrEmailTaken  = &Problem{"email_taken", "somebody has this email address already"}
	ErrEmail       = &Problem{"email", "this is not an email address"}
	ErrRole        = &Problem{"role", "a role is agent, supervisor or admin"}
	ErrName        = &Problem{"name", "a name is needed, of at most 80 characters"}
	ErrNoPerson    = &Problem{"no_person", "there is no such person"}
	ErrSwitchedOff = &Problem{"switched_off", "the account is switched off"}
	ErrLastAdmin   = &Problem{"last_admin", "somebody has to be admin: make somebody else one first"}
	ErrSelf        = &Problem{"self", "nobody switches their own account off"}
	ErrQueueTaken  = &Problem{"queue_taken", "a queue of this name exists already"}
	ErrNoQueue     = &Problem{"no_queue", "there is no such queue; parley-hub queue list names them"}
	ErrEverybodys  = &Problem{"queue_everybodys", "this queue is everybody's: say first who works in it"}
	ErrQueueEmpty  = &Problem{"queue_empty", "nobody would be left in a queue, which would make it everybody's"}
	ErrChanged     = &Problem{"changed", "somebody else has changed this meanwhile; look at it again"}
	ErrNoSet       = &Problem{"no_set", "there is no such set of dispositions"}
	ErrNoLabel     = &Problem{"no_label", "there is no such disposition in this set"}
	ErrLabelTaken  = &Problem{"label_taken", "a disposition of this name stands here already, or was retired: that one can be offered again"}
	ErrLabelDepth  = &Problem{"label_depth", "dispositions nest five deep at most"}
	ErrLabelFull   = &Problem{"label_full", "a set has 500 dispositions at most"}
	ErrLabelCycle  = &Problem{"label_cycle", "a disposition cannot stand under itself"}
	ErrNoChannel   = &Problem{"no_channel", "this hub has no such channel"}
	ErrAccount     = &Problem{"account", "Meta's id of the number or Page is needed: digits only"}
	ErrAccountUsed = &Problem{"account_used", "a touchpoint with this account exists already"}
	ErrBusiness    = &Problem{"business", "the id of the WhatsApp Business Account is needed: digits only"}
	ErrToken       = &Problem{"token", "a token is needed, without spaces, of at most 4096 characters"}
	ErrAppSecret   = &Problem{"app_secret", "the app secret is needed, or webhooks cannot be trusted"}
	ErrVerifyToken = &Problem{"verify_token", "a verify token is needed, or Meta cannot subscribe"}
	ErrTestContact = &Problem{"test_contact", "this contact may not be written to now: a Page writes only to who has written to it within the window"}
	ErrKeyTaken    = &Problem{"key_taken", "an API key of this name is good already"}
	ErrScopes      = &Problem{"scopes", "say what the key may do: read, send, work, notes, contacts, admin"}
	ErrNoKey       = &Problem{"no_key", "there is no such API key"}
	ErrNoHook      = &Problem{"no_hook", "there is no such webhook"}
	ErrHookName    = &Problem{"hook_name", hook.ErrName.Error()}
	ErrHookTaken   = &Problem{"hook_taken", hook.ErrTaken.Error()}
	ErrHookAddress = &Problem{"hook_address", "a webhook's address begins with https:// and holds no password and no #fragment; http:// is for the hub's own computer"}
	ErrHookTells   = &Problem{"hook_tells", hook.ErrTells.Error()}
	ErrNumber      = &Problem{"number", "a phone number in international form is needed, such as +351912345678"}
)
