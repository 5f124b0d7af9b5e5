// Package dto holds the values that cross between the shell and the page. They are all here so that the
// generated TypeScript is one readable namespace. Times are Unix milliseconds UTC, 0 for "never"; slices are
// never nil. Words ("queued", "accepted") are those of backend/conversation.
package dto

// Bootstrap is what the page starts with.
type Bootstrap struct {
	Place        Place         `json:"place"` // on the welcome page all but Settings and EventSeq is empty
	Me           Agent         `json:"me"`
	Workspace    Workspace     `json:"workspace"`
	Touchpoints  []Touchpoint  `json:"touchpoints"`
	Queues       []Queue       `json:"queues"`
	Agents       []Agent       `json:"agents"`
	Dispositions []Disposition `json:"dispositions"`
	Connection   Connection    `json:"connection"`
	Settings     Settings      `json:"settings"`
	// SettingsKept is where settings that could not be understood were put when Parley started; "" when all was well.
	SettingsKept string `json:"settingsKept"`
	EventSeq     int64  `json:"eventSeq"` // events up to this one are already in what was loaded
	Platform     string `json:"platform"` // "linux", "windows", "darwin"
}

// Start is what the page's document holds: the answers of Workspace.Load and Conversations.List.
type Start struct {
	Boot  Bootstrap     `json:"boot"`
	Lists Conversations `json:"lists"`
}

// Place is which workspace is open.
type Place struct {
	Kind    string `json:"kind"`    // "welcome", "practice", "hub"; "given" when the command line named the hub
	Address string `json:"address"` // of the hub; on the welcome page of the last one
	Email   string `json:"email"`   // of who is signed in, or was last
	TokenAt string `json:"tokenAt"` // where what opens the hub is kept: "keyring", "file"; "" when that is not known yet
	Ended   *Ended `json:"ended"`   // on the welcome page: what it has to say first
	Invited bool   `json:"invited"` // a link with an invitation was opened
	// Stranger is who answers instead of the hub that this computer is signed in to; nothing is sent meanwhile.
	Stranger *Stranger `json:"stranger"`
}

// Stranger is what changed of a hub: fingerprints of its identity, and who vouches for its certificates. "" is none.
type Stranger struct {
	WasIdentity  string `json:"wasIdentity"`
	IsIdentity   string `json:"isIdentity"`
	WasAuthority string `json:"wasAuthority"`
	IsAuthority  string `json:"isAuthority"`
}

// Ended says that somebody has ended the access of this computer, which keeps nothing of it.
type Ended struct {
	WorkspaceName string `json:"workspaceName"`
	AtMs          int64  `json:"atMs"`
	Unsent        Unsent `json:"unsent"` // what was lost by it
}

// Unsent is what exists on this computer only.
type Unsent struct {
	Messages int `json:"messages"`
	Commands int `json:"commands"` // all else that waits for the hub
	Drafts   int `json:"drafts"`
}

// Hub is a hub that was found.
type Hub struct {
	Address       string `json:"address"`
	WorkspaceName string `json:"workspaceName"`
	Password      bool   `json:"password"` // people can sign in with email and password
	Company       string `json:"company"`  // the company account that they can sign in with; "" for none
}

// Invited is whom an invitation is for, and where.
type Invited struct {
	Address       string `json:"address"`
	WorkspaceName string `json:"workspaceName"`
	Email         string `json:"email"`
	Name          string `json:"name"`
}

// Left says how a sign-out went.
type Left struct {
	HubUnaware bool `json:"hubUnaware"` // the hub could not be told: this computer stays in its list
}

// DeviceSession is a computer on which the agent is signed in.
type DeviceSession struct {
	ID         string `json:"id"`
	DeviceName string `json:"deviceName"`
	CreatedMs  int64  `json:"createdMs"`
	UsedMs     int64  `json:"usedMs"`
	Address    string `json:"address"`
	Current    bool   `json:"current"`
}

// Workspace is the business.
type Workspace struct {
	Name     string `json:"name"`
	Practice bool   `json:"practice"`
}

// Agent is a person who answers.
type Agent struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Role       string `json:"role"` // "agent", "supervisor", "admin"
	Disabled   bool   `json:"disabled"`
	Status     string `json:"status"`     // "available", "away"
	StatusText string `json:"statusText"` // their own word for it; "" for the usual one
	StatusMs   int64  `json:"statusMs"`   // since when
	Capacity   int64  `json:"capacity"`   // in points
}

// Load is what an agent has at this moment.
type Load struct {
	AgentID       string `json:"agentId"`
	Points        int64  `json:"points"`
	Conversations int64  `json:"conversations"`
}

// Touchpoint is one number or Page.
type Touchpoint struct {
	ID             string       `json:"id"`
	Channel        string       `json:"channel"`
	Name           string       `json:"name"`
	Identification string       `json:"identification"`
	QueueID        string       `json:"queueId"`
	WindowMs       int64        `json:"windowMs"`
	WrapUp         bool         `json:"wrapUp"`
	Weight         int64        `json:"weight"`       // points that a conversation takes of an agent's capacity
	Sticky         bool         `json:"sticky"`       // who had a contact's last conversation is asked first
	StandardMs     int64        `json:"standardMs"`   // of the window, without Meta's human-agent feature; 0 where there is none
	WindowMostMs   int64        `json:"windowMostMs"` // what the channel allows
	Templates      bool         `json:"templates"`
	PausedReason   string       `json:"pausedReason"` // "token", "account"; "" when all is well
	PausedMs       int64        `json:"pausedMs"`
	AccountID      string       `json:"accountId"` // whose templates it sends; "" where there are none
	Formats        bool         `json:"formats"`   // the channel shows *bold* and the like
	Other          []string     `json:"other"`     // kinds beside text and media: "reaction", "location", "contacts", "template"
	Health         []Health     `json:"health"`
	TextRunes      int          `json:"textRunes"`
	CaptionRunes   int          `json:"captionRunes"`
	Media          []MediaLimit `json:"media"`
}

// Health is Meta's news of an account or number, the newest of a topic.
type Health struct {
	Topic  string `json:"topic"` // "account", "quality", "limit", "name", "security", "policy", "fault"
	Level  string `json:"level"` // "good", "notice", "warning", "blocked"
	Event  string `json:"event"` // Meta's own word
	Detail string `json:"detail"`
	AtMs   int64  `json:"atMs"`
}

// MediaLimit is one row of a channel's media table; the first that fits decides.
type MediaLimit struct {
	Kind     string   `json:"kind"`
	MIME     []string `json:"mime"` // empty accepts any
	MaxBytes int64    `json:"maxBytes"`
	Caption  bool     `json:"caption"`
}

// Queue is where conversations wait.
type Queue struct {
	ID               string   `json:"id"`
	Name             string   `json:"name"`
	Version          int64    `json:"version"`
	DispositionSetID string   `json:"dispositionSetId"`
	AgentIDs         []string `json:"agentIds"` // who works in it; none: it is everybody's
	Routing          Routing  `json:"routing"`
}

// Routing is how a queue's conversations find their agent.
type Routing struct {
	Mode         string `json:"mode"` // "pick", "assign", "offer"
	OfferMs      int64  `json:"offerMs"`
	UnansweredMs int64  `json:"unansweredMs"` // after which a conversation goes back; 0: never
	Hours        string `json:"hours"`        // "mon-fri 09:00-18:00; sat 10:00-13:00"; "" for always
	Zone         string `json:"zone"`         // "Europe/Lisbon"
	Answer       string `json:"answer"`       // to who writes outside of the hours; "" for none
}

// Disposition is an outcome label; only those without children can be chosen.
type Disposition struct {
	ID       string `json:"id"`
	SetID    string `json:"setId"`
	ParentID string `json:"parentId"`
	Name     string `json:"name"`
	Hidden   bool   `json:"hidden"` // retired: shown with what has it, and not offered
}

// Connection is how the desk stands to the hub.
type Connection struct {
	State       string `json:"state"` // "connecting", "catching_up", "live", "offline", "signed_out"
	SinceMs     int64  `json:"sinceMs"`
	CompleteMs  int64  `json:"completeMs"`  // when the cache was last known to hold everything
	HubOffsetMs int64  `json:"hubOffsetMs"` // hub's clock minus this computer's
	Waiting     int    `json:"waiting"`     // commands in the outbox
	Error       string `json:"error"`       // code of the last failure, "" when all is well
	// Messages among the commands in the outbox.
	WaitingMessages int `json:"waitingMessages"`
	// Of the last catch-up: the nothing-missed strip.
	CheckedConversations int   `json:"checkedConversations"`
	NewMessages          int   `json:"newMessages"`
	Gaps                 int   `json:"gaps"`     // conversations that lacked something, and have it now
	AwayMs               int64 `json:"awayMs"`   // how long the cache had not been known to be complete
	ProvenMs             int64 `json:"provenMs"` // when it ended

	AccessEnded bool `json:"accessEnded"` // the last contact with the hub is too long ago: nothing of it is shown
}

// Settings are the person's own.
type Settings struct {
	Theme         string        `json:"theme"` // "system", "light", "dark"
	EnterSends    bool          `json:"enterSends"`
	Notifications bool          `json:"notifications"`
	HideText      bool          `json:"hideText"` // notifications say "New message" only
	Alerts        AlertSettings `json:"alerts"`
	FoldedGroups  string        `json:"foldedGroups"` // channel names, comma separated
	SideTab       string        `json:"sideTab"`      // "snapshot", "context", "activities"
	Keys          string        `json:"keys"`         // shortcuts that a person has changed: "transfer=Mod+Shift+Y end_chat="
	Language      string        `json:"language"`     // "en", "pt", "es"; "" follows the system
	Density       string        `json:"density"`      // "normal", "compact"
	TextSize      int           `json:"textSize"`     // in percent
	ListWidth     int           `json:"listWidth"`    // of the conversations panel in pixels; 0 as the design has it
	SideWidth     int           `json:"sideWidth"`    // of the side panel
	MediaMB       int           `json:"mediaMb"`      // how much room opened files may take
	KeepRunning   bool          `json:"keepRunning"`  // closing the window only hides it, where there is a tray
}

// AlertSettings are what an agent wants to be told of, when, and with what sound.
type AlertSettings struct {
	Message            AlertKind `json:"message"`
	Inbox              AlertKind `json:"inbox"`
	Offer              AlertKind `json:"offer"`
	Transfer           AlertKind `json:"transfer"`
	Trouble            AlertKind `json:"trouble"`
	Window             AlertKind `json:"window"`
	Hub                AlertKind `json:"hub"`
	InboxRepeatMinutes int       `json:"inboxRepeatMinutes"` // until somebody takes the conversation; 0: once
	LadderMinutes      [3]int    `json:"ladderMinutes"`      // when a closing window is told, in time left; 0: not
	DoNotDisturb       bool      `json:"doNotDisturb"`
	SnoozedUntilMs     int64     `json:"snoozedUntilMs"` // by this computer's clock
	Quiet              bool      `json:"quiet"`
	QuietFrom          string    `json:"quietFrom"` // "22:00" by this computer's clock
	QuietUntil         string    `json:"quietUntil"`
	LastCallInQuiet    bool      `json:"lastCallInQuiet"` // the last step before a window closes rings in quiet hours, too
	Volume             int       `json:"volume"`          // of the sounds, 0 to 100
	Compatible         bool      `json:"compatible"`      // plain notifications, without clicks
}

// AlertKind is what an agent wants of one kind of alert.
type AlertKind struct {
	On    bool   `json:"on"`
	Sound string `json:"sound"` // "none", "drop", "knock", "chime", "rise", "fall"
}

// Alert is a decision to tell the agent something, or not to.
type Alert struct {
	AtMs      int64  `json:"atMs"`
	MessageID string `json:"messageId"` // "" when it is about no message
	Kind      string `json:"kind"`      // "offer", "window", "trouble", "transfer", "message", "inbox"
	Verdict   string `json:"verdict"`   // "show", "replace", "withdraw", "silent"
	Reason    string `json:"reason"`    // as in backend/desk/alerts/POLICY.md
	Delivery  string `json:"delivery"`  // "dbus", "wails", "beeep", "failed", "slow", "gone"; "" when the system was not asked
}

// NotificationHealth is how the system takes notifications.
type NotificationHealth struct {
	Way     string `json:"way"`     // "dbus", "wails", "beeep"; "" before the first one, and when there is none
	Service string `json:"service"` // its own name and version
	Clicks  bool   `json:"clicks"`
	Replies bool   `json:"replies"`
	Trouble string `json:"trouble"` // "", "fallback", "slow", "missing"
	Detail  string `json:"detail"`  // the last failure in the system's words
	TookMs  int64  `json:"tookMs"`
}

// NotificationTest is what became of a test notification. A click on it comes as "tested".
type NotificationTest struct {
	Silent []string           `json:"silent"` // why others would not be shown now, as reasons
	Health NotificationHealth `json:"health"`
}

// Conversations are the lists: everything queued for this agent, what is theirs, and what they have left unsent elsewhere.
type Conversations struct {
	Inbox   []Conversation `json:"inbox"`
	Mine    []Conversation `json:"mine"`
	Drafted []Conversation `json:"drafted"` // not theirs, and something of theirs is still unsent there
}

// Conversation is a row, with its contact.
type Conversation struct {
	ID             string  `json:"id"`
	Version        int64   `json:"version"`
	Contact        Contact `json:"contact"`
	TouchpointID   string  `json:"touchpointId"`
	QueueID        string  `json:"queueId"`
	Status         string  `json:"status"`
	AssigneeID     string  `json:"assigneeId"`
	AssignedMs     int64   `json:"assignedMs"`
	OpenedMs       int64   `json:"openedMs"`
	LastMessageMs  int64   `json:"lastMessageMs"`
	Preview        string  `json:"preview"`
	LastKind       string  `json:"lastKind"`
	LastDirection  string  `json:"lastDirection"`
	LastState      string  `json:"lastState"`
	Unread         int     `json:"unread"`
	WaitingSinceMs int64   `json:"waitingSinceMs"`
	WindowUntilMs  int64   `json:"windowUntilMs"`
	WindowReason   string  `json:"windowReason"`
	LastInboundMs  int64   `json:"lastInboundMs"`
	DispositionID  string  `json:"dispositionId"`
	EndedMs        int64   `json:"endedMs"`
	ClosedMs       int64   `json:"closedMs"`
	Troubled       int     `json:"troubled"` // messages that failed or are not confirmed
	Draft          string  `json:"draft"`    // one line of the draft, "" for none
	Pending        string  `json:"pending"`  // a command that waits on this computer: "send_to_inbox", "end_chat", ...
	RestMs         int64   `json:"restMs"`   // until when its End Chat can be taken back; 0 for not at all
	LastNo         int64   `json:"lastNo"`
	LastInboundID  string  `json:"lastInboundId"`
	Weight         int64   `json:"weight"`        // points of its agent's capacity
	TransferredBy  string  `json:"transferredBy"` // the agent who has given it away, until it is opened; "routing" when the hub did; "" otherwise
	OfferedTo      string  `json:"offeredTo"`     // the agent to whom it is offered while it is queued; "" for nobody
	OfferUntilMs   int64   `json:"offerUntilMs"`
	TransferredMs  int64   `json:"transferredMs"`

	Here []Colleague `json:"here"` // who else has it open
}

// Colleague is somebody else who has a conversation open.
type Colleague struct {
	AgentID string `json:"agentId"`
	Doing   string `json:"doing"` // "viewing", "typing", "note"
}

// Contact is a person who writes.
type Contact struct {
	ID       string `json:"id"`
	Version  int64  `json:"version"`
	Name     string `json:"name"` // "" for an unknown WhatsApp person
	Number   string `json:"number"`
	Email    string `json:"email"`
	Username string `json:"username"`
	Language string `json:"language"`

	PictureURL         string `json:"pictureUrl"`         // "" when there is none
	SuggestedContactID string `json:"suggestedContactId"` // who may be the same person; "" for nobody
	SuggestedReason    string `json:"suggestedReason"`    // "number", "identity"
	MergedIntoID       string `json:"mergedIntoId"`       // "" when it stands for itself
}

// Person is a contact with what tells two of them apart.
type Person struct {
	Contact       Contact  `json:"contact"`
	Conversations int      `json:"conversations"` // that are known here
	Open          int      `json:"open"`
	FirstMs       int64    `json:"firstMs"`
	LastMs        int64    `json:"lastMs"`
	LastText      string   `json:"lastText"`
	TouchpointIDs []string `json:"touchpointIds"`
}

// Message is one line of a thread.
type Message struct {
	ID             string   `json:"id"`
	Version        int64    `json:"version"`
	ConversationID string   `json:"conversationId"`
	No             int64    `json:"no"`        // 0 while only on this computer
	Direction      string   `json:"direction"` // "in", "out", "event"
	SentMs         int64    `json:"sentMs"`
	AgentID        string   `json:"agentId"`
	AgentName      string   `json:"agentName"`
	Content        Content  `json:"content"`
	State          string   `json:"state"`
	AcceptedMs     int64    `json:"acceptedMs"`
	DeliveredMs    int64    `json:"deliveredMs"`
	ReadMs         int64    `json:"readMs"`
	FailedMs       int64    `json:"failedMs"`
	Failure        *Failure `json:"failure,omitempty"`
	ProviderID     string   `json:"providerId"`
	Elsewhere      bool     `json:"elsewhere"`
	Quote          *Quote   `json:"quote,omitempty"` // of the quoted message; without an id when it is not here

	CreatedMs     int64      `json:"createdMs"`
	WaitUntilMs   int64      `json:"waitUntilMs"` // of a message that waits in the hub
	WaitReason    string     `json:"waitReason"`  // "pair", "busy", "token", "account", "network"
	Attempt       int        `json:"attempt"`
	UnconfirmedMs int64      `json:"unconfirmedMs"` // since when nobody knows whether Meta has it
	Reactions     []Reaction `json:"reactions"`     // one of each side at most
	Edits         []Edit     `json:"edits"`         // later texts, in order; the last one holds
	DeletedMs     int64      `json:"deletedMs"`
	About         *Quote     `json:"about,omitempty"` // of a reaction, edit or deletion: its message, when that is here
}

// Reaction is an emoji on a message.
type Reaction struct {
	Emoji     string `json:"emoji"`
	Out       bool   `json:"out"` // of the business
	AgentName string `json:"agentName"`
	AtMs      int64  `json:"atMs"`
	Pending   bool   `json:"pending"`
}

// Edit is a later text of a message.
type Edit struct {
	Text string `json:"text"`
	AtMs int64  `json:"atMs"`
}

// Quote is what is shown of a quoted message.
type Quote struct {
	MessageID      string `json:"messageId"` // "" when the message is not on this computer
	ConversationID string `json:"conversationId"`
	Author         string `json:"author"` // "" for the contact
	Out            bool   `json:"out"`
	Kind           string `json:"kind"`
	Text           string `json:"text"`
}

// Content is what a message says; kind decides which fields are meant.
type Content struct {
	Kind      string    `json:"kind"`
	Text      string    `json:"text"`
	Media     *Media    `json:"media,omitempty"`
	Location  *Location `json:"location,omitempty"`
	Contacts  []Card    `json:"contacts"`
	Emoji     string    `json:"emoji"`
	TargetID  string    `json:"targetId"` // provider id that a reaction, edit or deletion is about
	Forwarded bool      `json:"forwarded"`
	Referral  *Referral `json:"referral,omitempty"`
	RawKind   string    `json:"rawKind"`

	Payload        string        `json:"payload"` // an answer's own value, an order's content, what a system line says is new
	ForwardedOften bool          `json:"forwardedOften"`
	Product        *Product      `json:"product,omitempty"`
	ErrorCode      int           `json:"errorCode"` // Meta's, of what it could not give
	Template       *SentTemplate `json:"template,omitempty"`
}

// Product is an article of a catalogue.
type Product struct {
	CatalogID string `json:"catalogId"`
	ID        string `json:"id"`
}

// SentTemplate is what stood around the body of a template message.
type SentTemplate struct {
	Name     string   `json:"name"`
	Language string   `json:"language"`
	Header   string   `json:"header"`
	Footer   string   `json:"footer"`
	Buttons  []string `json:"buttons"`
}

// Media is a file. Its bytes are at url, relative to the page.
type Media struct {
	ID        string `json:"id"`
	URL       string `json:"url"`
	State     string `json:"state"` // "pending", "ready", "gone", "uploading"
	MIME      string `json:"mime"`
	FileName  string `json:"fileName"`
	SizeBytes int64  `json:"sizeBytes"`
	Reason    string `json:"reason"` // why it is gone: "expired", "too_large", "refused", "damaged"
	Voice     bool   `json:"voice"`
	Width     int    `json:"width"`
	Height    int    `json:"height"`

	ThumbURL     string `json:"thumbUrl"`     // a small picture of it; "" when there is none
	DurationMs   int64  `json:"durationMs"`   // how long it plays; 0 when that is not known
	FetchUntilMs int64  `json:"fetchUntilMs"` // until when a gone file can be wanted again
}

// Progress is how far a file has come on its way here.
type Progress struct {
	Running bool  `json:"running"`
	Done    int64 `json:"done"`
	Total   int64 `json:"total"` // -1 when it is not known
}

// Location is a shared place.
type Location struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name"`
	Address   string  `json:"address"`
	URL       string  `json:"url"`
}

// Card is a shared contact card.
type Card struct {
	Name   string   `json:"name"`
	Phones []string `json:"phones"`
	Emails []string `json:"emails"`

	Organisation string   `json:"organisation"`
	Addresses    []string `json:"addresses"`
	URLs         []string `json:"urls"`
	Birthday     string   `json:"birthday"` // YYYY-MM-DD
	Origin       string   `json:"origin"`   // "contact_request" when it answers a button
}

// FirstAnswer is when an agent first answered in a conversation.
type FirstAnswer struct {
	AtMs  int64 `json:"atMs"`  // 0 for not yet
	Known bool  `json:"known"` // false while the beginning of the conversation is not on this computer
}

// Referral says where a contact came from.
type Referral struct {
	Source   string `json:"source"`
	URL      string `json:"url"`
	Headline string `json:"headline"`
	Body     string `json:"body"`
	ID       string `json:"id"`
	Ref      string `json:"ref"`
	Welcome  string `json:"welcome"`
}

// Failure is why a message was not delivered.
type Failure struct {
	Class   string `json:"class"`
	Reason  string `json:"reason"` // more exact than class; "" from older hubs
	Code    int    `json:"code"`
	Subcode int    `json:"subcode"`
	Detail  string `json:"detail"`
	Limit   int64  `json:"limit"` // what the channel takes at most, in bytes or characters; 0 where it is not about that
	Actual  int64  `json:"actual"`
	As      string `json:"as"` // the kind as which the channel would take it
}

// Template is a WhatsApp message that Meta has reviewed.
type Template struct {
	ID              string           `json:"id"`
	Version         int64            `json:"version"`
	Name            string           `json:"name"`
	Language        string           `json:"language"`
	Category        string           `json:"category"`
	Status          string           `json:"status"`
	Reason          string           `json:"reason"`
	HeaderFormat    string           `json:"headerFormat"`
	HeaderText      string           `json:"headerText"`
	Body            string           `json:"body"`
	Footer          string           `json:"footer"`
	Buttons         []TemplateButton `json:"buttons"`
	HeaderVariables []string         `json:"headerVariables"`
	BodyVariables   []string         `json:"bodyVariables"`
	Gone            bool             `json:"gone"`
}

// TemplateButton is a button under a template.
type TemplateButton struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	URL      string `json:"url"`
	Variable bool   `json:"variable"`
}

// FilledTemplate is a template with its places filled, in the order in which they stand in the text.
type FilledTemplate struct {
	Name     string   `json:"name"`
	Language string   `json:"language"`
	Header   []string `json:"header"`
	Body     []string `json:"body"`
	Buttons  []string `json:"buttons"`
	FileID   string   `json:"fileId"` // an attachment for a header that is a file

	Place *Location `json:"place"` // for a header that is a place; null otherwise
}

// QuickReply is a text that agents write often, with variables such as {{contact.name}}.
type QuickReply struct {
	ID       string `json:"id"`
	Shared   bool   `json:"shared"`   // everybody's; else the agent's own
	Shortcut string `json:"shortcut"` // what is typed behind "/"
	Title    string `json:"title"`
	Text     string `json:"text"`
	Language string `json:"language"` // BCP 47; "" when it does not matter
}

// ThreadPage is a run of a thread in shown order, oldest first.
type ThreadPage struct {
	Messages []Message `json:"messages"`
	Complete bool      `json:"complete"` // nothing older exists
	Earlier  bool      `json:"earlier"`  // older messages exist at the hub, but cannot be fetched now
}

// ThreadHits are what a search in one conversation found on this computer, newest first.
type ThreadHits struct {
	Hits     []Hit `json:"hits"`
	Complete bool  `json:"complete"` // the whole history is here
}

// Hit is one place where a search matched, newest first in lists.
type Hit struct {
	MessageID string `json:"messageId"`
	SentMs    int64  `json:"sentMs"`
	No        int64  `json:"no"`
}

// Search is what an agent looks for in everything that they may see. Fields other than Text narrow it down; "" and 0 do
// not.
type Search struct {
	Text         string `json:"text"` // words, and "words that stand together"
	Channel      string `json:"channel"`
	TouchpointID string `json:"touchpointId"`
	From         string `json:"from"` // "contact", "me", "colleague"
	SinceMs      int64  `json:"sinceMs"`
	TillMs       int64  `json:"tillMs"`
	After        int64  `json:"after"` // Found.More of the page before: only further messages
}

// Found is what a search found on this computer: people who wrote last first, all else newest first.
type Found struct {
	People   []FoundPerson `json:"people"`
	Messages []FoundLine   `json:"messages"`
	Notes    []FoundLine   `json:"notes"`
	Files    []FoundLine   `json:"files"`
	More     int64         `json:"more"`     // 0 when these are all
	Building bool          `json:"building"` // older messages are still being made findable
}

// FoundAtHub is what the hub has found that is not on this computer.
type FoundAtHub struct {
	Found   Found  `json:"found"`
	Next    string `json:"next"`    // "" when these are all
	Offline bool   `json:"offline"` // the hub could not be asked
}

// FoundPerson is a contact with their last conversation.
type FoundPerson struct {
	Contact        Contact `json:"contact"`
	ConversationID string  `json:"conversationId"` // "" when none is known
	TouchpointID   string  `json:"touchpointId"`
	LastMs         int64   `json:"lastMs"`
}

// FoundLine is a message, note or file in its conversation.
type FoundLine struct {
	ID             string  `json:"id"`
	MessageID      string  `json:"messageId"` // to show it at; "" for a note
	ConversationID string  `json:"conversationId"`
	TouchpointID   string  `json:"touchpointId"`
	Status         string  `json:"status"` // of the conversation; "" when it is not known
	Contact        Contact `json:"contact"`
	Author         string  `json:"author"` // "" for the contact
	Out            bool    `json:"out"`
	Kind           string  `json:"kind"`
	Text           string  `json:"text"` // one line, around what was found
	AtMs           int64   `json:"atMs"`
}

// Draft is what an agent has typed and not sent.
type Draft struct {
	ConversationID string       `json:"conversationId"`
	Text           string       `json:"text"`
	ReplyTo        string       `json:"replyTo"` // message id, "" for none
	Attachments    []Attachment `json:"attachments"`
	SavedMs        int64        `json:"savedMs"` // of a draft to be saved: that of the one it was typed over
	Replaced       *Replaced    `json:"replaced,omitempty"`
}

// Replaced is what had to give way to a draft of another computer, unseen. It can be brought back.
type Replaced struct {
	AtMs  int64  `json:"atMs"`  // when the other one was typed, or emptied
	Text  string `json:"text"`  // one line
	Files int    `json:"files"` // how many
}

// Attachment is a file taken into Parley's own folder, ready to be sent. Kind is how the conversation's
// channel takes it; Refusal says why it does not ("too_large", "type", "empty"), with the limit that was met.
type Attachment struct {
	ID         string `json:"id"`
	FileName   string `json:"fileName"`
	MIME       string `json:"mime"`
	SizeBytes  int64  `json:"sizeBytes"`
	Kind       string `json:"kind"`
	URL        string `json:"url"`
	Refusal    string `json:"refusal"`
	LimitBytes int64  `json:"limitBytes"`
	AsDocument bool   `json:"asDocument"` // it could go as a document instead
}

// NoteDraft is a note that is being written.
type NoteDraft struct {
	NoteID string `json:"noteId"` // the note that it changes, "" for a new one
	Text   string `json:"text"`
}

// Note is a note of a conversation.
type Note struct {
	ID             string `json:"id"`
	ConversationID string `json:"conversationId"`
	AgentID        string `json:"agentId"`
	AgentName      string `json:"agentName"`
	Text           string `json:"text"`
	CreatedMs      int64  `json:"createdMs"`
	EditedMs       int64  `json:"editedMs"`
	EditedByID     string `json:"editedById"`
	EditedByName   string `json:"editedByName"`
	Pending        bool   `json:"pending"` // waits on this computer

	Before []NoteText `json:"before"` // what it said before, oldest first
}

// NoteText is what a note said before.
type NoteText struct {
	Text      string `json:"text"`
	AgentID   string `json:"agentId"`
	AgentName string `json:"agentName"`
	AtMs      int64  `json:"atMs"`
}

// Activity is something that happened around a contact.
type Activity struct {
	ID              string `json:"id"`
	Kind            string `json:"kind"` // of an event line, or "began", "window_closed", "note", "note_edited", "merged"
	AtMs            int64  `json:"atMs"`
	AgentID         string `json:"agentId"`
	AgentName       string `json:"agentName"`
	ConversationID  string `json:"conversationId"` // "" for what belongs to none
	TouchpointID    string `json:"touchpointId"`
	Text            string `json:"text"`            // the note, who got it, who was merged
	DispositionPath string `json:"dispositionPath"` // with "closed"
}

// Activities are a page of them, newest first.
type Activities struct {
	List     []Activity `json:"list"`
	Complete bool       `json:"complete"`
	Offline  bool       `json:"offline"` // only what is on this computer is told
}

// Earlier is an earlier conversation of the same contact.
type Earlier struct {
	ID              string `json:"id"`
	TouchpointID    string `json:"touchpointId"`
	OpenedMs        int64  `json:"openedMs"`
	ClosedMs        int64  `json:"closedMs"`
	AssigneeName    string `json:"assigneeName"`
	DispositionPath string `json:"dispositionPath"` // "New booking › Confirmed"
	Preview         string `json:"preview"`
}

// Outcome is how a command ended as far as it is known now.
type Outcome struct {
	State   string   `json:"state"` // "done", "waiting" (on this computer), "refused"
	Refusal *Refusal `json:"refusal,omitempty"`
}

// Refusal says why a command was not carried out. Codes are those of the contract.
type Refusal struct {
	Code      string `json:"code"` // "taken", "status", "not_yours", "window", "news", "expired", "invalid", "not_found", "disposition", "template", "conflict", "forbidden", "receiver", "away", "full", "offline"
	AgentName string `json:"agentName"`
	SinceMs   int64  `json:"sinceMs"`
}

// Event tells the page that something has changed; the page asks for what it shows.
type Event struct {
	Seq            int64    `json:"seq"` // 1, 2, 3 …; a gap means Resume
	Kind           string   `json:"kind"`
	ConversationID string   `json:"conversationId"`
	IDs            []string `json:"ids"`
	MessageID      string   `json:"messageId"` // of "navigate" and "refused"
	Command        string   `json:"command"`   // of "refused": "send_message", "react" and so on
	Refusal        *Refusal `json:"refusal,omitempty"`
	Unsent         bool     `json:"unsent"` // of "erased": something that was typed and not sent has gone, too
}

// Event kinds.
const (
	EventConversations = "conversations" // IDs: rows to ask for again; one that is not returned has left
	EventMessages      = "messages"      // ConversationID, IDs
	EventNotes         = "notes"         // ConversationID
	EventWorkspace     = "workspace"     // configuration: load again
	EventTemplates     = "templates"     // lists of templates to ask for again
	EventDrafts        = "drafts"        // ConversationID: another computer's draft stands
	EventConnection    = "connection"
	EventNavigate      = "navigate" // ConversationID, MessageID: a notification or link was opened
	EventRefused       = "refused"  // ConversationID, MessageID, Refusal: a waiting command was given back
	EventErased        = "erased"   // ConversationID, Unsent: its contact was erased
	EventReset         = "reset"    // load everything again
	EventSound         = "sound"    // IDs: names of sounds to play, the first one is enough
	EventHealth        = "health"   // notifications began or ceased to be shown
	EventTested        = "tested"   // the test notification was clicked
	EventInvited       = "invited"  // a link with an invitation was opened
	EventPlace         = "place"    // another workspace is open, or none: the page is to be loaded again
)

// Resumed is the answer to a page that asks what it has missed.
type Resumed struct {
	Reset  bool    `json:"reset"` // too much was missed: load everything again
	Events []Event `json:"events"`
}

// Navigation is where a notification or a link wants the page to go.
type Navigation struct {
	ConversationID string `json:"conversationId"`
	MessageID      string `json:"messageId"`
}

// Practice is what the page needs of the practice workspace.
type Practice struct {
	PhoneURL string `json:"phoneUrl"`
	OffsetMs int64  `json:"offsetMs"` // how far its clock was moved
}
