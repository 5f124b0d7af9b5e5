/** The values of the service Admin: a mirror of `app/dto/admin.go`. Times are Unix milliseconds, 0 for none; lists are never null. */

/** Somebody who works here, as admins see them. */
export interface Member {
  agentId: string;
  email: string;
  name: string;
  role: string;
  /** Of the queues that have people; those without are everybody's. */
  queueIds: string[];
  disabled: boolean;
  /** Of an invitation that was not accepted; one in the past has run out. */
  invitedUntilMs: number;
  /** By too many failed attempts. */
  lockedUntilMs: number;
  /** On how many computers they are signed in. */
  sessions: number;
  /** When one of these was used last. */
  usedMs: number;
  /** Conversations that they have. */
  open: number;
}

/** What a person sets their password with. */
export interface MemberInvitation {
  /** "" in practice, which nobody can join. */
  link: string;
  expiresMs: number;
}

/** What admins set up. All of it asks the hub, and nothing is kept on this computer. */
export interface AdminTransport {
  people(): Promise<Member[]>;
  invitePerson(member: Member): Promise<MemberInvitation>;
  inviteAgain(agentId: string): Promise<MemberInvitation>;
  /** Name, role and queues. */
  changePerson(member: Member): Promise<void>;
  switchPerson(agentId: string, off: boolean): Promise<void>;
  resetPassword(agentId: string): Promise<MemberInvitation>;
  endPersonSessions(agentId: string): Promise<number>;
  /** Supervisors may, too. */
  traffic(): Promise<Traffic[]>;
  /** Asks Meta, and writes to nobody. */
  checkTouchpoint(touchpointId: string): Promise<Check[]>;
  /** `before` is the id of the last one of the page before, "" at first. */
  deadLetters(before: string): Promise<DeadLetters>;
  /** Its shape, without what people wrote. */
  showDeadLetter(id: string): Promise<string>;
  /** Resolves to how many parts of its webhook are still not understood. */
  replayDeadLetter(id: string): Promise<number>;
  discardDeadLetter(id: string): Promise<void>;
  /** Resolves to how it is then; 0 leaves one as it is. */
  setKeeping(keeping: Keeping): Promise<Keeping>;
  previewErasure(contactId: string): Promise<Erasure>;
  /** For good; the event "erased" tells when they are gone. */
  eraseContact(contactId: string): Promise<void>;
  /** Resolves to where the file was saved, "" for nowhere. */
  exportContact(contactId: string): Promise<string>;
  /** Under another one, "" for the top. Resolves to its id. */
  addDisposition(setId: string, parentId: string, name: string): Promise<string>;
  /** `was` is what it was seen to be called. */
  renameDisposition(id: string, was: string, name: string): Promise<void>;
  /** From under one to under another, before a third; "" for the top, and for the end. */
  moveDisposition(id: string, wasParentId: string, parentId: string, beforeId: string): Promise<void>;
  /** No longer offered, or again. */
  retireDisposition(id: string, retired: boolean): Promise<void>;
  /** Resolves to its id. */
  saveQueue(queue: QueueChange): Promise<string>;
  /** Resolves to its id. */
  addTouchpoint(touchpoint: NewTouchpoint): Promise<string>;
  /** What is empty stays as it is. */
  replaceSecrets(touchpointId: string, secrets: Secrets): Promise<void>;
  /** Whom a Page may write to now, the latest first. */
  testContacts(touchpointId: string): Promise<TestContact[]>;
  /** Meta takes it, or says why not; whether it arrived is seen on the phone. */
  sendTest(test: TestMessage): Promise<TestAnswer>;
  /** What Meta has to be given; "" in practice. */
  webhookAddress(channel: string): Promise<string>;
  /** Those that are good. */
  keys(): Promise<ApiKey[]>;
  /** Resolves to the key, this once. */
  addKey(key: NewKey): Promise<string>;
  revokeKey(id: string): Promise<void>;
  /** The programs that are told what changes. */
  hooks(): Promise<Hook[]>;
  /** Resolves to its secret, this once. */
  addHook(settings: HookSettings): Promise<string>;
  changeHook(id: string, seen: HookSettings, settings: HookSettings): Promise<void>;
  /** Resolves to another secret, this once. */
  rotateHook(id: string): Promise<string>;
  removeHook(id: string): Promise<void>;
  /** Resolves to what went wrong, "" when it took the event. */
  testHook(id: string): Promise<string>;
  /** It need not rest any longer. */
  tryHook(id: string): Promise<void>;
  switchHook(id: string, on: boolean): Promise<void>;
  /** `before` as for dead letters. */
  audit(before: string, filter: AuditFilter): Promise<AuditPage>;
}

/** What goes through a number or Page. Times are 0 for none in the last 30 days. */
export interface Traffic {
  touchpointId: string;
  /** When a contact last wrote. */
  inboundMs: number;
  /** When Meta last took a message. */
  sentMs: number;
  /** Messages to be sent, and since when the oldest waits. */
  waiting: number;
  oldestMs: number;
  /** Conversations whose last message has failed within a day. */
  failed: number;
  /** Webhooks of its channel that could not be worked in. */
  deadLetters: number;
}

/** How one step of a connection stands. */
export interface Check {
  step: string;
  result: 'good' | 'warning' | 'bad' | 'unknown';
  /** Why; "" when it is good. */
  reason: string;
  /** What it is about: names of permissions, the number, Meta's own words. */
  detail: string;
}

/** A part of a webhook that was not understood. */
export interface DeadLetter {
  id: string;
  channel: string;
  /** "" when the part does not say. */
  accountId: string;
  reason: string;
  receivedMs: number;
  /** Its webhook was kept whole, so that it can be worked in again. */
  whole: boolean;
}

/** A page of them, the latest first. */
export interface DeadLetters {
  letters: DeadLetter[];
  more: boolean;
}

/** Narrows down what is listed. What is "" or 0 does not. */
export interface AuditFilter {
  actorId: string;
  action: string;
  sinceMs: number;
  untilMs: number;
}

/** One thing that was done. */
export interface AuditEntry {
  id: string;
  atMs: number;
  /** "" for the hub, and its command line. */
  actorId: string;
  action: string;
  subjectId: string;
  detail: string;
  address: string;
}

/** A page of what was done, the latest first. */
export interface AuditPage {
  entries: AuditEntry[];
  more: boolean;
}

/**
 * In days: for how long desks keep what was said, show it after their last contact with the hub, and the hub keeps what it did
 * not understand.
 */
export interface Keeping {
  historyDays: number;
  accessDays: number;
  letterDays: number;
}

/** What erasing a contact would remove. */
export interface Erasure {
  /** Whom the others were merged into. */
  contactId: string;
  name: string;
  number: string;
  merged: number;
  conversations: number;
  /** Of these. */
  open: number;
  messages: number;
  files: number;
  notes: number;
  /** Of all agents. */
  drafts: number;
  /** Messages that Meta does not have yet. */
  unsent: number;
}

/** How a queue is to be. */
export interface QueueChange {
  /** "" for a new one. */
  id: string;
  /** That was seen; 0 for a new one. */
  version: number;
  name: string;
  /** None: everybody's. */
  agentIds: string[];
  /** Of dispositions; "" gives it one of its own. */
  setId: string;
}

/** A number or Page that is to be connected. */
export interface NewTouchpoint {
  channel: string;
  name: string;
  /** "" on Messenger. */
  number: string;
  /** Meta's phone_number_id or Page id. */
  accountId: string;
  /** "" on Messenger. */
  businessId: string;
  secrets: Secrets;
  queueId: string;
}

/** They go to the hub and never come back. */
export interface Secrets {
  token: string;
  appSecret: string;
  verifyToken: string;
}

/** Somebody who has written to a Page and may be written to. */
export interface TestContact {
  conversationId: string;
  name: string;
  lastInboundMs: number;
  windowUntilMs: number;
}

/** What a WhatsApp number is to write to a phone. */
export interface TestMessage {
  touchpointId: string;
  /** To whom a WhatsApp number writes. */
  number: string;
  /** To whose contact a Page writes. */
  conversationId: string;
  /** One without places; "" for a line of text. */
  template: string;
  language: string;
}

/** What Meta said to it. */
export interface TestAnswer {
  taken: boolean;
  /** Why not, as of a failed message. */
  reason: string;
  detail: string;
}

/** What a program calls the hub with, as it can be recognised. Times are 0 for never. */
export interface ApiKey {
  id: string;
  name: string;
  /** As whom it acts. */
  agentId: string;
  /** Its first letters. */
  beginning: string;
  scopes: string[];
  createdMs: number;
  expiresMs: number;
  usedMs: number;
  /** Where it was used last. */
  address: string;
}

/** An API key that is to be made. */
export interface NewKey {
  name: string;
  agentId: string;
  scopes: string[];
  /** 0 for ever. */
  days: number;
}

/** What an admin says of a program that the hub tells what changes. */
export interface HookSettings {
  name: string;
  address: string;
  tells: string[];
  /** None: all. */
  queueIds: string[];
}

/** A program that the hub tells what changes. Times are 0 for never. */
export interface Hook extends HookSettings {
  id: string;
  /** "" while it is on. */
  offReason: string;
  offMs: number;
  /** It is off because it failed for too long. */
  gaveUp: boolean;
  /** In a row. */
  failures: number;
  failingSinceMs: number;
  holdUntilMs: number;
  takenMs: number;
  /** What it has not been told. */
  waiting: number;
  lastFailure: string;
  lastFailureMs: number;
}
