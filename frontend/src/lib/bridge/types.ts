/**
 * The values that cross between the shell and the page: a mirror of `app/dto/dto.go`, field by field.
 * Times are Unix milliseconds UTC, 0 for "never"; lists are never null.
 */

/** What an agent looks for in everything that they may see. Fields other than text narrow it down; "" and 0 do not. */
export interface Search {
  /** Words, and "words that stand together". */
  text: string;
  channel: string;
  touchpointId: string;
  from: '' | 'contact' | 'me' | 'colleague';
  sinceMs: number;
  tillMs: number;
  /** `Found.more` of the page before: only further messages. */
  after: number;
}

/** What a search found on this computer: people who wrote last first, all else newest first. */
export interface Found {
  people: FoundPerson[];
  messages: FoundLine[];
  notes: FoundLine[];
  files: FoundLine[];
  /** 0 when these are all. */
  more: number;
  /** Older messages are still being made findable. */
  building: boolean;
}

/** What a search in one conversation found on this computer, newest first. */
export interface ThreadHits {
  hits: Hit[];
  /** The whole history is here. */
  complete: boolean;
}

/** What the hub has found that is not on this computer. */
export interface FoundAtHub {
  found: Found;
  /** "" when these are all. */
  next: string;
  /** The hub could not be asked. */
  offline: boolean;
}

/** A contact with their last conversation. */
export interface FoundPerson {
  contact: Contact;
  /** "" when none is known. */
  conversationId: string;
  touchpointId: string;
  lastMs: number;
}

/** A message, note or file in its conversation. */
export interface FoundLine {
  id: string;
  /** To show it at; "" for a note. */
  messageId: string;
  conversationId: string;
  touchpointId: string;
  /** Of the conversation; "" when it is not known. */
  status: string;
  contact: Contact;
  /** "" for the contact. */
  author: string;
  out: boolean;
  kind: string;
  /** One line, around what was found. */
  text: string;
  atMs: number;
}

export interface Bootstrap {
  /** On the welcome page all but settings and eventSeq is empty. */
  place: Place;
  me: Agent;
  workspace: Workspace;
  touchpoints: Touchpoint[];
  queues: Queue[];
  agents: Agent[];
  dispositions: Disposition[];
  connection: Connection;
  settings: Settings;
  /** Where settings that could not be understood were put when Parley started; "" when all was well. */
  settingsKept: string;
  /** Events up to this one are already in what was loaded. */
  eventSeq: number;
  platform: string;
}

/** When an agent first answered in a conversation. */
export interface FirstAnswer {
  /** 0 for not yet. */
  atMs: number;
  /** False while the beginning of the conversation is not on this computer. */
  known: boolean;
}

/** Which workspace is open. */
export interface Place {
  /** "given" when the command line named the hub. */
  kind: 'welcome' | 'practice' | 'hub' | 'given';
  /** Of the hub; on the welcome page of the last one. */
  address: string;
  /** Of who is signed in, or was last. */
  email: string;
  /** Where what opens the hub is kept; "" when that is not known yet. */
  tokenAt: '' | 'keyring' | 'file';
  /** On the welcome page: what it has to say first. */
  ended: Ended | null;
  /** A link with an invitation was opened. */
  invited: boolean;
  /** Who answers instead of the hub that this computer is signed in to; nothing is sent meanwhile. */
  stranger: Stranger | null;
}

/** What changed of a hub: fingerprints of its identity, and who vouches for its certificates. "" is none. */
export interface Stranger {
  wasIdentity: string;
  isIdentity: string;
  wasAuthority: string;
  isAuthority: string;
}

/** Somebody has ended the access of this computer, which keeps nothing of it. */
export interface Ended {
  workspaceName: string;
  atMs: number;
  /** What was lost by it. */
  unsent: Unsent;
}

/** What exists on this computer only. */
export interface Unsent {
  messages: number;
  /** All else that waits for the hub. */
  commands: number;
  drafts: number;
}

/** A hub that was found. */
export interface Hub {
  address: string;
  workspaceName: string;
  /** People can sign in with email and password. */
  password: boolean;
  /** The company account that they can sign in with; "" for none. */
  company: string;
}

/** Whom an invitation is for, and where. */
export interface Invited {
  address: string;
  workspaceName: string;
  email: string;
  name: string;
}

/** How a sign-out went. */
export interface Left {
  /** The hub could not be told: this computer stays in its list. */
  hubUnaware: boolean;
}

/** A computer on which the agent is signed in. */
export interface DeviceSession {
  id: string;
  deviceName: string;
  createdMs: number;
  usedMs: number;
  address: string;
  current: boolean;
}

/** What the page's document holds: the answers of `workspace.load` and `conversations.list`. */
export interface Start {
  boot: Bootstrap;
  lists: ConversationLists;
}

export interface Workspace {
  name: string;
  practice: boolean;
}

export interface Agent {
  id: string;
  name: string;
  /** "agent", "supervisor", "admin". */
  role: string;
  disabled: boolean;
  status: Presence;
  /** Their own word for it; "" for the usual one. */
  statusText: string;
  statusMs: number;
  /** In points. */
  capacity: number;
}

export type Presence = 'available' | 'away';

/** What an agent has at this moment. */
export interface Load {
  agentId: string;
  points: number;
  conversations: number;
}

/** How a team stands. Times are in Unix milliseconds, 0 for none; what took time is in milliseconds. */
export interface Wallboard {
  nowMs: number;
  queues: QueueStanding[];
  agents: AgentStanding[];
  /** The last twelve hours, the oldest first; the last one is not over. */
  hours: HourStanding[];
}

/** What waits in a queue, and which session windows close within two hours while the contact waits. */
export interface QueueStanding {
  queueId: string;
  waiting: number;
  oldestMs: number;
  closing: number;
  nextCloseMs: number;
}

export interface AgentStanding {
  agentId: string;
  conversations: number;
  points: number;
  /** In how many of them the contact waits, and since when the longest. */
  waiting: number;
  oldestMs: number;
}

/** What began in an hour; half of the first answers took at most so long, nine of ten at most so long. */
export interface HourStanding {
  fromMs: number;
  begun: number;
  answered: number;
  medianMs: number;
  mostMs: number;
}

export interface Touchpoint {
  id: string;
  channel: string;
  name: string;
  identification: string;
  queueId: string;
  windowMs: number;
  wrapUp: boolean;
  /** Points that a conversation takes of an agent's capacity. */
  weight: number;
  /** Who had a contact's last conversation is asked first. */
  sticky: boolean;
  /** How long the window is without Meta's human-agent feature; 0 where there is none. */
  standardMs: number;
  /** How long the channel allows the window to be. */
  windowMostMs: number;
  templates: boolean;
  /** "token", "account"; "" when all is well. */
  pausedReason: string;
  pausedMs: number;
  /** Whose templates it sends; "" where there are none. */
  accountId: string;
  /** The channel shows *bold* and the like. */
  formats: boolean;
  /** Kinds beside text and media: "reaction", "location", "contacts", "template". */
  other: string[];
  health: Health[];
  textRunes: number;
  captionRunes: number;
  media: MediaLimit[];
}

/** Meta's news of an account or number, the newest of a topic. */
export interface Health {
  topic: string;
  level: 'good' | 'notice' | 'warning' | 'blocked';
  /** Meta's own word. */
  event: string;
  detail: string;
  atMs: number;
}

/** One row of a channel's media table; the first that fits decides. */
export interface MediaLimit {
  kind: string;
  mime: string[];
  maxBytes: number;
  caption: boolean;
}

export interface Queue {
  id: string;
  name: string;
  version: number;
  /** Who works in it; none: it is everybody's. */
  agentIds: string[];
  dispositionSetId: string;
  routing: Routing;
}

/** How a queue's conversations find their agent. */
export interface Routing {
  mode: 'pick' | 'assign' | 'offer';
  offerMs: number;
  /** After which a conversation goes back; 0: never. */
  unansweredMs: number;
  /** "mon-fri 09:00-18:00; sat 10:00-13:00"; "" for always. */
  hours: string;
  /** "Europe/Lisbon". */
  zone: string;
  /** To who writes outside of the hours; "" for none. */
  answer: string;
}

/** Only those without children can be chosen. */
export interface Disposition {
  id: string;
  setId: string;
  parentId: string;
  name: string;
  /** Retired: shown with what has it, and not offered, nor what is under it. */
  hidden: boolean;
}

export type ConnectionState = 'connecting' | 'catching_up' | 'live' | 'offline' | 'signed_out';

export interface Connection {
  state: ConnectionState;
  sinceMs: number;
  /** When the cache was last known to hold everything. */
  completeMs: number;
  /** The hub's clock minus this computer's. */
  hubOffsetMs: number;
  /** Commands in the outbox. */
  waiting: number;
  /** Messages among them. */
  waitingMessages: number;
  /** Code of the last failure, "" when all is well. */
  error: string;
  checkedConversations: number;
  newMessages: number;
  /** Conversations that lacked something the feed should have brought, and have it now. */
  gaps: number;
  /** How long the cache had not been known to be complete. */
  awayMs: number;
  /** When the last catch-up ended. */
  provenMs: number;
  /** The last contact with the hub is too long ago: nothing of contacts is shown. */
  accessEnded: boolean;
}

export type Theme = 'system' | 'light' | 'dark';
export type SideTab = 'snapshot' | 'context' | 'activities';

export interface Settings {
  theme: Theme;
  enterSends: boolean;
  notifications: boolean;
  hideText: boolean;
  alerts: AlertSettings;
  /** Channel names, comma separated. */
  foldedGroups: string;
  sideTab: SideTab;
  /** The keys that a person has changed, see `lib/keys.ts`. */
  keys: string;
  /** "" follows the system. */
  language: '' | 'en' | 'pt' | 'es';
  density: 'normal' | 'compact';
  /** In percent. */
  textSize: number;
  /** In pixels; 0 as the design has it. */
  listWidth: number;
  sideWidth: number;
  /** How much room opened files may take. */
  mediaMb: number;
  /** Closing the window only hides it, where there is a tray. */
  keepRunning: boolean;
}

/** Kinds of alerts that can be switched and have a sound, in the order in which they are offered. */
export const ALERT_KINDS = ['message', 'inbox', 'offer', 'transfer', 'window', 'trouble', 'hub'] as const;
export type AlertKindName = (typeof ALERT_KINDS)[number];

export const SOUNDS = ['none', 'drop', 'knock', 'chime', 'rise', 'fall'] as const;
export type SoundName = (typeof SOUNDS)[number];

export interface AlertKind {
  on: boolean;
  sound: SoundName;
}

/** What the agent wants to be told of, when, and with what sound. */
export interface AlertSettings extends Record<AlertKindName, AlertKind> {
  /** Until somebody takes the conversation; 0 is once. */
  inboxRepeatMinutes: number;
  /** When a closing window is told, in time left; 0 is not. */
  ladderMinutes: number[];
  doNotDisturb: boolean;
  /** By this computer's clock. */
  snoozedUntilMs: number;
  quiet: boolean;
  /** "22:00" by this computer's clock. */
  quietFrom: string;
  quietUntil: string;
  lastCallInQuiet: boolean;
  /** Of the sounds, 0 to 100. */
  volume: number;
  /** Plain notifications, without clicks. */
  compatible: boolean;
}

/** A decision to tell the agent something, or not to. Reasons are those of `backend/desk/alerts/POLICY.md`. */
export interface Alert {
  atMs: number;
  messageId: string;
  kind: string;
  verdict: 'show' | 'replace' | 'withdraw' | 'silent';
  reason: string;
  /** "dbus", "wails", "beeep", "failed", "slow", "gone"; "" when the system was not asked. */
  delivery: string;
}

/** How the system takes notifications. */
export interface NotificationHealth {
  /** "dbus", "wails", "beeep"; "" before the first one, and when there is none. */
  way: string;
  service: string;
  clicks: boolean;
  replies: boolean;
  trouble: '' | 'fallback' | 'slow' | 'missing';
  /** The last failure in the system's words. */
  detail: string;
  tookMs: number;
}

export interface NotificationTest {
  /** Why others would not be shown now, as reasons. */
  silent: string[];
  health: NotificationHealth;
}

export interface ConversationLists {
  inbox: Conversation[];
  mine: Conversation[];
  /** Not the agent's, and something of theirs is still unsent there. */
  drafted: Conversation[];
}

export type Status = 'queued' | 'assigned' | 'wrap_up' | 'closed';
export type Direction = 'in' | 'out' | 'event' | '';

export interface Conversation {
  id: string;
  version: number;
  contact: Contact;
  touchpointId: string;
  queueId: string;
  status: Status;
  assigneeId: string;
  assignedMs: number;
  openedMs: number;
  lastMessageMs: number;
  preview: string;
  lastKind: string;
  lastDirection: Direction;
  lastState: DeliveryState | '';
  unread: number;
  waitingSinceMs: number;
  windowUntilMs: number;
  windowReason: string;
  lastInboundMs: number;
  dispositionId: string;
  endedMs: number;
  closedMs: number;
  /** Messages that failed or are not confirmed. */
  troubled: number;
  /** One line of the draft, "" for none. */
  draft: string;
  /** A command that waits on this computer: "send_to_inbox", "end_chat", … */
  pending: string;
  /** Until when its End Chat can be taken back; 0 for not at all. */
  restMs: number;
  lastNo: number;
  lastInboundId: string;
  /** Points of its agent's capacity. */
  weight: number;
  /** The agent who has given it away, until it is opened; "" otherwise. */
  transferredBy: string;
  /** The agent to whom it is offered while it is queued; "" for nobody. */
  offeredTo: string;
  offerUntilMs: number;
  transferredMs: number;
  /** Who else has it open. */
  here: Colleague[];
}

/** Somebody else who has a conversation open, and what they do there. */
export interface Colleague {
  agentId: string;
  doing: Doing;
}

export type Doing = 'viewing' | 'typing' | 'note';

export interface Contact {
  id: string;
  version: number;
  /** "" for an unknown person. */
  name: string;
  number: string;
  email: string;
  username: string;
  language: string;
  /** Who may be the same person; "" for nobody. */
  suggestedContactId: string;
  /** "number", "identity". */
  suggestedReason: string;
  /** "" when it stands for itself. */
  mergedIntoId: string;
  /** "" when there is none. */
  pictureUrl: string;
}

/** A contact with what tells two of them apart. */
export interface Person {
  contact: Contact;
  /** That are known here. */
  conversations: number;
  open: number;
  firstMs: number;
  lastMs: number;
  lastText: string;
  touchpointIds: string[];
}

export type DeliveryState =
  'on_computer' | 'in_hub' | 'sending' | 'accepted' | 'delivered' | 'read' | 'failed' | 'unconfirmed';

export interface Message {
  id: string;
  version: number;
  conversationId: string;
  /** 0 while only on this computer. */
  no: number;
  direction: Direction;
  sentMs: number;
  agentId: string;
  agentName: string;
  content: Content;
  state: DeliveryState | '';
  acceptedMs: number;
  deliveredMs: number;
  readMs: number;
  failedMs: number;
  failure?: Failure | null;
  providerId: string;
  elsewhere: boolean;
  quote?: Quote | null;
  createdMs: number;
  /** Of a message that waits in the hub. */
  waitUntilMs: number;
  /** "pair", "busy", "token", "account", "network". */
  waitReason: string;
  attempt: number;
  /** Since when nobody knows whether Meta has it. */
  unconfirmedMs: number;
  /** One of each side at most. */
  reactions: Reaction[];
  /** Later texts, in order; the last one holds. */
  edits: Edit[];
  deletedMs: number;
  /** Of a reaction, edit or deletion: its message, when that is here. */
  about?: Quote | null;
}

export interface Reaction {
  emoji: string;
  /** Of the business. */
  out: boolean;
  agentName: string;
  atMs: number;
  pending: boolean;
}

export interface Edit {
  text: string;
  atMs: number;
}

export interface Quote {
  /** "" when the message is not on this computer. */
  messageId: string;
  conversationId: string;
  /** "" for the contact. */
  author: string;
  out: boolean;
  kind: string;
  text: string;
}

export interface Content {
  kind: string;
  text: string;
  media?: Media | null;
  location?: Location | null;
  contacts: Card[];
  emoji: string;
  /** Provider id that a reaction, edit or deletion is about. */
  targetId: string;
  forwarded: boolean;
  referral?: Referral | null;
  rawKind: string;
  /** An answer's own value, an order's content, what a system line says is new. */
  payload: string;
  forwardedOften: boolean;
  product?: Product | null;
  /** Meta's, of what it could not give. */
  errorCode: number;
  template?: SentTemplate | null;
}

export interface Product {
  catalogId: string;
  id: string;
}

/** What stood around the body of a template message. */
export interface SentTemplate {
  name: string;
  language: string;
  header: string;
  footer: string;
  buttons: string[];
}

export interface Media {
  id: string;
  url: string;
  state: 'pending' | 'ready' | 'gone' | 'uploading';
  mime: string;
  fileName: string;
  sizeBytes: number;
  /** Why it is gone: "expired", "too_large", "refused", "damaged". */
  reason: string;
  voice: boolean;
  width: number;
  height: number;
  /** A small picture of it; "" when there is none. */
  thumbUrl: string;
  /** How long it plays; 0 when that is not known. */
  durationMs: number;
  /** Until when a gone file can be wanted again. */
  fetchUntilMs: number;
}

/** How far a file has come on its way here. */
export interface Progress {
  running: boolean;
  done: number;
  /** -1 when it is not known. */
  total: number;
}

export interface Location {
  latitude: number;
  longitude: number;
  name: string;
  address: string;
  url: string;
}

export interface Card {
  name: string;
  phones: string[];
  emails: string[];
  organisation: string;
  addresses: string[];
  urls: string[];
  /** YYYY-MM-DD */
  birthday: string;
  /** "contact_request" when it answers a button. */
  origin: string;
}

export interface Referral {
  source: string;
  url: string;
  headline: string;
  body: string;
  id: string;
  ref: string;
  welcome: string;
}

export interface Failure {
  class: string;
  /** More exact than class; "" from older hubs. */
  reason: string;
  code: number;
  subcode: number;
  detail: string;
  /** What the channel takes at most, in bytes or characters; 0 where it is not about that. */
  limit: number;
  actual: number;
  /** The kind as which the channel would take it. */
  as: string;
}

/** A WhatsApp message that Meta has reviewed. */
export interface Template {
  id: string;
  version: number;
  name: string;
  language: string;
  category: string;
  status: string;
  reason: string;
  headerFormat: string;
  headerText: string;
  body: string;
  footer: string;
  buttons: TemplateButton[];
  headerVariables: string[];
  bodyVariables: string[];
  gone: boolean;
}

export interface TemplateButton {
  type: string;
  text: string;
  url: string;
  variable: boolean;
}

/** A template with its places filled, in the order in which they stand in the text. */
export interface FilledTemplate {
  name: string;
  language: string;
  header: string[];
  body: string[];
  buttons: string[];
  /** An attachment for a header that is a file. */
  fileId: string;
  /** For a header that is a place; null otherwise. */
  place: Location | null;
}

/** A text that agents write often, with variables such as {{contact.name}}. */
export interface QuickReply {
  id: string;
  /** Everybody's; else the agent's own. */
  shared: boolean;
  /** What is typed behind "/". */
  shortcut: string;
  title: string;
  text: string;
  /** BCP 47; "" when it does not matter. */
  language: string;
}

/** A run of a thread in shown order, oldest first. */
export interface ThreadPage {
  messages: Message[];
  /** Nothing older exists. */
  complete: boolean;
  /** Older messages exist at the hub, but cannot be fetched now. */
  earlier: boolean;
}

export interface Hit {
  messageId: string;
  sentMs: number;
  no: number;
}

export interface Draft {
  conversationId: string;
  text: string;
  replyTo: string;
  attachments: Attachment[];
  /** Of the draft that was loaded: what is typed over it names it. */
  savedMs: number;
  replaced?: Replaced | null;
}

/** What had to give way to a draft of another computer, unseen. It can be brought back. */
export interface Replaced {
  /** When the other one was typed, or emptied. */
  atMs: number;
  /** One line. */
  text: string;
  files: number;
}

export interface Attachment {
  id: string;
  fileName: string;
  mime: string;
  sizeBytes: number;
  kind: string;
  url: string;
  /** "", "too_large", "type" or "empty". */
  refusal: string;
  limitBytes: number;
  /** It could go as a document instead. */
  asDocument: boolean;
}

/** A note that is being written. */
export interface NoteDraft {
  /** The note that it changes, "" for a new one. */
  noteId: string;
  text: string;
}

export interface Note {
  id: string;
  conversationId: string;
  agentId: string;
  agentName: string;
  text: string;
  createdMs: number;
  editedMs: number;
  editedById: string;
  editedByName: string;
  /** Waits on this computer. */
  pending: boolean;
  /** What it said before, oldest first. */
  before: NoteText[];
}

export interface NoteText {
  text: string;
  agentId: string;
  agentName: string;
  atMs: number;
}

/** What a list of activities is narrowed down to; "" is everything, "hands" is who had the conversations. */
export type ActivityGroup = '' | 'conversations' | 'hands' | 'notes';

export interface Activity {
  id: string;
  /** Of an event line, or "began", "window_closed", "note", "note_edited", "merged". */
  kind: string;
  atMs: number;
  agentId: string;
  agentName: string;
  /** "" for what belongs to none. */
  conversationId: string;
  touchpointId: string;
  /** The note, who got the conversation, who was merged. */
  text: string;
  /** With "closed". */
  dispositionPath: string;
}

/** Newest first. */
export interface Activities {
  list: Activity[];
  complete: boolean;
  /** Only what is on this computer is told. */
  offline: boolean;
}

export interface Earlier {
  id: string;
  touchpointId: string;
  openedMs: number;
  closedMs: number;
  assigneeName: string;
  dispositionPath: string;
  preview: string;
}

export interface Outcome {
  state: 'done' | 'waiting' | 'refused';
  refusal?: Refusal | null;
}

export interface Refusal {
  code: string;
  agentName: string;
  sinceMs: number;
}

export type EventKind =
  | 'conversations'
  | 'messages'
  | 'notes'
  | 'workspace'
  | 'templates'
  | 'drafts'
  | 'connection'
  | 'navigate'
  | 'refused'
  /** The contact of a conversation was erased. */
  | 'erased'
  | 'reset'
  /** ids: names of sounds to play, the first one is enough. */
  | 'sound'
  /** Notifications began or ceased to be shown. */
  | 'health'
  /** The test notification was clicked. */
  | 'tested'
  /** A link with an invitation was opened. */
  | 'invited'
  /** Another workspace is open, or none: the page is to be loaded again. */
  | 'place';

export interface ParleyEvent {
  /** 1, 2, 3 …; a gap means Resume. */
  seq: number;
  kind: EventKind;
  conversationId: string;
  ids: string[];
  /** Of "navigate" and "refused". */
  messageId: string;
  /** Of "refused": "send_message", "react" and so on. */
  command: string;
  refusal?: Refusal | null;
  /** Of "erased": something that was typed and not sent has gone, too. */
  unsent?: boolean;
}

export interface Resumed {
  /** Too much was missed: load everything again. */
  reset: boolean;
  events: ParleyEvent[];
}

export interface Navigation {
  conversationId: string;
  messageId: string;
}

export interface PracticeInfo {
  phoneUrl: string;
  offsetMs: number;
}
