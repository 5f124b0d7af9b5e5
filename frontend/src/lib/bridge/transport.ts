import type { AdminTransport } from './admin-types';
import type {
  Activities,
  ActivityGroup,
  Alert,
  Attachment,
  Bootstrap,
  Card,
  Connection,
  Contact,
  Conversation,
  ConversationLists,
  DeviceSession,
  Draft,
  Earlier,
  FilledTemplate,
  FirstAnswer,
  Found,
  FoundAtHub,
  Hub,
  Invited,
  Left,
  Load,
  Location,
  Message,
  Navigation,
  Note,
  NoteDraft,
  NotificationHealth,
  NotificationTest,
  Outcome,
  ParleyEvent,
  Person,
  Presence,
  PracticeInfo,
  QuickReply,
  Progress,
  Resumed,
  Routing,
  Search,
  Settings,
  Start,
  Template,
  ThreadHits,
  ThreadPage,
  Unsent,
  Touchpoint,
  Wallboard,
} from './types';

/**
 * Everything the page may ask of the shell, one group per bound service (`app/dto/methods.md`).
 * Every call may reject with a `ParleyError`. Two calls have no order between them.
 */
export interface Transport {
  readonly workspace: {
    /** What came with the page, once: undefined when it did not, or was taken. */
    handed(): Start | undefined;
    load(): Promise<Bootstrap>;
    connection(): Promise<Connection>;
    /** Catches up now and proves completeness. */
    refresh(): Promise<Connection>;
    /** What each agent has now. Asks the hub. */
    loads(): Promise<Load[]>;
    /** How the team stands now. Asks the hub. */
    wallboard(): Promise<Wallboard>;
    setStatus(status: Presence, text: string): Promise<Outcome>;
    /** Only admins may. */
    changeQueue(queueId: string, routing: Routing): Promise<Outcome>;
    /** Window, weight, wrap-up, sticky and queue. Only admins may. */
    changeTouchpoint(touchpoint: Touchpoint): Promise<Outcome>;
  };
  readonly conversations: {
    list(): Promise<ConversationLists>;
    get(ids: string[]): Promise<Conversation[]>;
    assign(id: string): Promise<Outcome>;
    /** An offer. Accepting one is assign. */
    reject(id: string): Promise<Outcome>;
    sendToInbox(id: string, note: string): Promise<Outcome>;
    /** To an agent or into a queue: the other one is "". */
    transfer(id: string, agentId: string, queueId: string, note: string): Promise<Outcome>;
    /** Rests for ten seconds before it goes out. */
    endChat(id: string): Promise<Outcome>;
    undoEndChat(id: string): Promise<Outcome>;
    submitWrapUp(id: string, dispositionId: string): Promise<Outcome>;
    dismissWrapUp(id: string): Promise<Outcome>;
  };
  readonly thread: {
    /** The newest page. */
    open(conversationId: string, limit: number): Promise<ThreadPage>;
    before(conversationId: string, messageId: string, limit: number): Promise<ThreadPage>;
    around(conversationId: string, messageId: string, limit: number): Promise<ThreadPage>;
    after(conversationId: string, messageId: string, limit: number): Promise<ThreadPage>;
    messages(ids: string[]): Promise<Message[]>;
    /** One message per attachment; the text comes last, or as the caption. */
    firstAnswer(conversationId: string): Promise<FirstAnswer>;
    /** A text that is too long is refused as "text_too_long" with `parts`, unless it may go as so many messages. */
    send(conversationId: string, draft: Draft, seenMessageId: string, inParts?: boolean): Promise<Message[]>;
    markRead(conversationId: string, messageId: string): Promise<void>;
    resolve(messageId: string, sendAgain: boolean): Promise<Outcome>;
    /** In what is on this computer. */
    search(conversationId: string, query: string): Promise<ThreadHits>;
    /** Brings older messages onto this computer. Resolves to whether all are here now. */
    fetch(conversationId: string): Promise<boolean>;
    /** The id of what a message answers, however far up; "" when it cannot be had. */
    findQuoted(messageId: string): Promise<string>;
    /** The first message that was sent then or later, however far up; the last one when all are earlier. */
    since(conversationId: string, ms: number): Promise<string>;
    /** "" takes the emoji away. */
    react(messageId: string, emoji: string): Promise<Outcome>;
    sendLocation(conversationId: string, at: Location, seenMessageId: string): Promise<Outcome>;
    sendCards(conversationId: string, cards: Card[], seenMessageId: string): Promise<Outcome>;
    /** As often as keys are pressed: to the contact, or a note. */
    typing(conversationId: string, note: boolean): Promise<void>;
    /** What was written is sent, saved or given up. */
    stopped(conversationId: string): Promise<void>;
    /** Why it did or did not ring, latest first. */
    alerts(conversationId: string): Promise<Alert[]>;
  };
  readonly templates: {
    list(conversationId: string): Promise<Template[]>;
    /** Asks Meta; what has changed comes as an event. */
    refresh(conversationId: string): Promise<void>;
    send(conversationId: string, filled: FilledTemplate, seenMessageId: string): Promise<Outcome>;
  };
  readonly quickReplies: {
    /** Everybody's and the agent's own. */
    list(): Promise<QuickReply[]>;
    /** One without an id is new. */
    save(reply: QuickReply): Promise<Outcome>;
    delete(id: string): Promise<Outcome>;
  };
  readonly snapshot: {
    contact(contactId: string): Promise<Contact>;
    updateContact(contact: Contact): Promise<Outcome>;
    notes(conversationId: string): Promise<Note[]>;
    /** An empty noteId makes a new note. */
    saveNote(conversationId: string, noteId: string, text: string): Promise<Outcome>;
    /** The note that is being written; without text when there is none. */
    noteDraft(conversationId: string): Promise<NoteDraft>;
    saveNoteDraft(conversationId: string, draft: NoteDraft): Promise<void>;
    earlier(contactId: string, conversationId: string): Promise<Earlier[]>;
    /** What happened around a contact, after the last one of the page before (0 and "" for the first page). */
    activities(contactId: string, only: ActivityGroup, beforeMs: number, beforeId: string): Promise<Activities>;
    person(contactId: string): Promise<Person>;
    findContacts(query: string): Promise<Contact[]>;
    mergedInto(contactId: string): Promise<Contact[]>;
    merge(keptId: string, mergedId: string): Promise<Outcome>;
    undoMerge(mergedId: string): Promise<Outcome>;
    dismissSuggestion(contactId: string): Promise<Outcome>;
  };
  readonly drafts: {
    load(conversationId: string): Promise<Draft>;
    save(draft: Draft): Promise<void>;
    /** Puts back what a draft of another computer has replaced. */
    bringBack(conversationId: string): Promise<Draft>;
  };
  readonly attachments: {
    /** Opens the system's dialog. */
    pick(conversationId: string): Promise<Attachment[]>;
    addPaths(conversationId: string, paths: string[]): Promise<Attachment[]>;
    /** Pasted or dropped bytes. */
    upload(conversationId: string, file: File): Promise<Attachment>;
    remove(id: string): Promise<void>;
    saveAs(mediaId: string): Promise<string>;
    open(mediaId: string): Promise<void>;
    /** Wants a file once more that the hub could not get. */
    again(mediaId: string): Promise<void>;
    progress(mediaId: string): Promise<Progress>;
    /** Calls a download off; what has come is kept. */
    cancel(mediaId: string): Promise<void>;
    /** The bytes behind a media address, for players that cannot load it themselves. */
    bytes(url: string): Promise<Blob>;
  };
  readonly search: {
    /** On this computer. A newer call ends an older one, which rejects as "cancelled". */
    find(search: Search): Promise<Found>;
    /** What is not on this computer. `next` is that of the page before, "" for the first. */
    atHub(search: Search, next: string): Promise<FoundAtHub>;
    /** Brings a conversation that the hub has found onto this computer, so that it can be opened. */
    adopt(conversationId: string): Promise<void>;
  };
  readonly settings: {
    get(): Promise<Settings>;
    set(settings: Settings): Promise<Settings>;
    /** Goes the whole way that others go. A click on it comes as an event. */
    testNotification(): Promise<NotificationTest>;
    notificationHealth(): Promise<NotificationHealth>;
    startsAtSignIn(): Promise<boolean>;
    /** Resolves to how it is now. */
    setStartsAtSignIn(on: boolean): Promise<boolean>;
  };
  readonly practice: {
    info(): Promise<PracticeInfo>;
    openPhone(): Promise<void>;
    advance(ms: number): Promise<void>;
  };
  /** After what changes the workspace the page is to be loaded again. */
  readonly account: {
    /** Looks for the hub at an address as a person types it. */
    findHub(address: string): Promise<Hub>;
    signIn(address: string, email: string, password: string): Promise<void>;
    /** In the system's browser. Resolves when the person has come back from there. */
    signInWithCompany(address: string): Promise<void>;
    /** Calls that off. */
    cancelSignIn(): Promise<void>;
    openPractice(): Promise<void>;
    /** Whom the invitation is for whose link was opened. Asks its hub. */
    invitation(): Promise<Invited>;
    join(password: string): Promise<void>;
    /** Forgets the invitation; its link still works. */
    decline(): Promise<void>;
    /** What would be lost by leaving. */
    unsent(): Promise<Unsent>;
    /** Back to the welcome page. Of a hub this computer is signed out, and keeps nothing; practice waits as it is. */
    leave(): Promise<Left>;
    /** Makes the stranger with these fingerprints this computer's hub. */
    trustHub(identity: string, authority: string): Promise<void>;
    /** The person has read what the welcome page had to say. */
    seen(): Promise<void>;
    /** Asks the hub. */
    sessions(): Promise<DeviceSession[]>;
    endSession(id: string): Promise<void>;
    changePassword(present: string, next: string): Promise<void>;
  };
  readonly admin: AdminTransport;
  readonly shell: {
    resume(seq: number): Promise<Resumed>;
    takeNavigation(): Promise<Navigation>;
    openLink(url: string): Promise<void>;
    copyText(text: string): Promise<void>;
    /** What the agent looks at, so that the shell need not ring for it. */
    focused(conversationId: string, focused: boolean): Promise<void>;
    /** What notifications are written in. */
    speaks(language: string): Promise<void>;
    ready(): Promise<void>;
  };
  /** Calls back for every event until the returned function is called. */
  onEvent(listener: (event: ParleyEvent) => void): () => void;
}
