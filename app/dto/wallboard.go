package dto

// Wallboard is how a team stands. Times are in Unix milliseconds, 0 for none; what took time is in milliseconds.
type Wallboard struct {
	NowMs  int64           `json:"nowMs"`
	Queues []QueueStanding `json:"queues"`
	Agents []AgentStanding `json:"agents"`
	// The last twelve hours, the oldest first; the last one is not over.
	Hours []HourStanding `json:"hours"`
}

// QueueStanding is what waits in a queue, and which session windows close within two hours while the contact waits.
type QueueStanding struct {
	QueueID     string `json:"queueId"`
	Waiting     int64  `json:"waiting"`
	OldestMs    int64  `json:"oldestMs"`
	Closing     int64  `json:"closing"`
	NextCloseMs int64  `json:"nextCloseMs"`
}

// AgentStanding is what an agent has to do, and in how many of their conversations the contact waits.
type AgentStanding struct {
	AgentID       string `json:"agentId"`
	Conversations int64  `json:"conversations"`
	Points        int64  `json:"points"`
	Waiting       int64  `json:"waiting"`
	OldestMs      int64  `json:"oldestMs"`
}

// HourStanding is what began in an hour and how long the first answers took: half of them, and nine of ten, at most so long.
type HourStanding struct {
	FromMs   int64 `json:"fromMs"`
	Begun    int64 `json:"begun"`
	Answered int64 `json:"answered"`
	MedianMs int64 `json:"medianMs"`
	MostMs   int64 `json:"mostMs"`
}
