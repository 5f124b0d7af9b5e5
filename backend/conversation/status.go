package conversation

import "fmt"

// Status says where a conversation stands.
type Status string

// The four statuses. A conversation is open in all of them but StatusClosed.
const (
	StatusQueued   Status = "queued"   // waits in a queue; nobody has it
	StatusAssigned Status = "assigned" // one agent answers it
	StatusWrapUp   Status = "wrap_up"  // ended; its agent writes notes and a disposition
	StatusClosed   Status = "closed"   // done; never changes again
)

// Action is what happens to a conversation.
type Action string

// The actions, in the words of the buttons where there is one.
const (
	ActionAssign        Action = "assign"
	ActionSendToInbox   Action = "send_to_inbox"
	ActionTransfer      Action = "transfer" // to another agent
	ActionTimeOut       Action = "time_out" // left unanswered; back to the queue
	ActionEndChat       Action = "end_chat" // on a touchpoint with wrap-up
	ActionClose         Action = "close"    // End Chat on a touchpoint without wrap-up
	ActionSubmit        Action = "submit"   // wrap-up with a disposition
	ActionDismiss       Action = "dismiss"  // wrap-up without one
	ActionContactWrites Action = "contact_writes"
)

// Statuses and Actions list every value, for exhaustive tests.
var (
	Statuses = []Status{StatusQueued, StatusAssigned, StatusWrapUp, StatusClosed}
	Actions  = []Action{
		ActionAssign, ActionSendToInbox, ActionTransfer, ActionTimeOut, ActionEndChat,
		ActionClose, ActionSubmit, ActionDismiss, ActionContactWrites,
	}
)

var transitions = map[Status]map[Action]Status{
	StatusQueued: {
		ActionAssign:        StatusAssigned,
		ActionContactWrites: StatusQueued,
	},
	StatusAssigned: {
		ActionSendToInbox:   StatusQueued,
		ActionTimeOut:       StatusQueued,
		ActionTransfer:      StatusAssigned,
		ActionEndChat:       StatusWrapUp,
		ActionClose:         StatusClosed,
		ActionContactWrites: StatusAssigned,
	},
	StatusWrapUp: {
		ActionSubmit:        StatusClosed,
		ActionDismiss:       StatusClosed,
		ActionContactWrites: StatusAssigned,
	},
	StatusClosed: {},
}

// TransitionError says that an action does not fit the status a conversation has.
type TransitionError struct {
	From   Status
	Action Action
}

func (e *TransitionError) Error() string {
	return fmt.Sprintf("%s does not fit a conversation that is %s", e.Action, e.From)
}

// Next returns the status that action leads to, or a *TransitionError.
func Next(from Status, action Action) (Status, error) {
	to, fits := transitions[from][action]
	if !fits {
		return from, &TransitionError{From: from, Action: action}
	}
	return to, nil
}

// Open reports whether a conversation in this status still takes messages. A contact who writes when none
// of their conversations on a touchpoint is open begins a new one.
func (s Status) Open() bool { return s != StatusClosed }

// EndAction is what End Chat means on a touchpoint.
func EndAction(wrapUp bool) Action {
	if wrapUp {
		return ActionEndChat
	}
	return ActionClose
}
