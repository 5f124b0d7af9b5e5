package conversation

// Tally is what the list shows of who has to act: how many of the contact's messages the agent has not read,
// and since when the contact has been waiting for an answer.
type Tally struct {
	Unread         int64
	WaitingSinceMs int64 // 0: nobody waits
}

// ContactWrote counts a message of the contact. The wait starts with the first unanswered message.
func (t Tally) ContactWrote(sentMs int64) Tally {
	t.Unread++
	if t.WaitingSinceMs == 0 || sentMs < t.WaitingSinceMs {
		t.WaitingSinceMs = sentMs
	}
	return t
}

// Read forgets unread messages; remaining is how many came after the last one that was seen.
func (t Tally) Read(remaining int64) Tally {
	t.Unread = min(t.Unread, max(0, remaining))
	return t
}

// Answered ends the wait, and what was answered has been read.
func (t Tally) Answered() Tally { return Tally{} }
