import { alertDefaults } from '../alerts';
import { findAll, marks } from '../text/fold';
import { ParleyError } from './errors';
import { content, DAY, fakeData, media, message, quote, relate, type FakeData } from './fake-data';
import { FakeAdmin } from './fake-admin';
import { fakeLabels } from './fake-labels';
import { fakeActivities } from './fake-activities';
import { wallboard } from './fake-wallboard';
import type { Transport } from './transport';
import type {
  Alert,
  Attachment,
  Colleague,
  Connection,
  Contact,
  Content,
  Conversation,
  DeviceSession,
  Draft,
  EventKind,
  Found,
  FoundLine,
  Message,
  Navigation,
  NotificationHealth,
  Outcome,
  ParleyEvent,
  Place,
  Refusal,
  Search,
  Settings,
  ThreadPage,
  Touchpoint,
  Unsent,
} from './types';

/** How long an End Chat can be taken back. */
const REST_MS = 10_000;
const DONE: Outcome = { state: 'done' };
const WAITING: Outcome = { state: 'waiting' };
const NOWHERE: Navigation = { conversationId: '', messageId: '' };

/**
 * A shell that lives in the page: the same answers, events and refusals as the real one, for component tests and
 * for working on the page in a browser. Tests play the rest of the world through its public methods.
 */
export class FakeShell {
  readonly data: FakeData;
  readonly admin = new FakeAdmin(fakeData(Date.now()), Date.now());
  readonly #listeners = new Set<(event: ParleyEvent) => void>();
  #events: ParleyEvent[] = [];
  #drafts = new Map<string, Draft>();
  #attachments = new Map<string, Attachment>();
  #serial = 0;
  #practice: boolean;
  #connection: Connection;
  #offsetMs = 0;
  #landing = NOWHERE;
  #settings: Settings = {
    theme: 'system',
    enterSends: false,
    notifications: true,
    hideText: false,
    alerts: alertDefaults(),
    foldedGroups: '',
    sideTab: 'snapshot',
    keys: '',
    language: '',
    density: 'normal',
    textSize: 100,
    listWidth: 0,
    sideWidth: 0,
    mediaMb: 1024,
    keepRunning: true,
  };
  /** Where damaged settings were put; "" for none. */
  settingsKept = '';
  #startsAtSignIn = false;
  /** What was decided about ringing, by conversation. */
  alertLog = new Map<string, Alert[]>();
  health: NotificationHealth = {
    way: 'dbus',
    service: 'gnome-shell 48.1',
    clicks: true,
    replies: false,
    trouble: '',
    detail: '',
    tookMs: 12,
  };
  /** What Assign answers next, for a claim that is lost. */
  taken: Refusal | undefined;
  copied: string[] = [];
  opened: string[] = [];
  typed: string[] = [];
  /** What the next command that is no conversation's is answered. */
  refused: Refusal | undefined;
  read: string[] = [];
  ready = false;
  /** Which workspace is open. Sign-ins and sign-outs change it; the page loads itself again. */
  place: Place;
  /** What signing in fails with next: a code of `app/dto`. */
  problem = '';
  unsent: Unsent = { messages: 0, commands: 0, drafts: 0 };
  sessions: DeviceSession[] = [];

  constructor(options: { practice?: boolean; now?: number; empty?: boolean; welcome?: boolean } = {}) {
    const now = options.now ?? Date.now();
    this.data = fakeData(now);
    if (options.empty) this.data.conversations = this.data.conversations.filter((row) => row.status === 'queued');
    this.#practice = options.practice ?? true;
    const kind = options.welcome ? 'welcome' : this.#practice ? 'practice' : 'hub';
    const signedIn = kind === 'hub';
    this.place = {
      kind,
      address: signedIn ? 'https://hub.ondaverde.example' : '',
      email: signedIn ? 'ines.carvalho@example.com' : '',
      tokenAt: signedIn ? 'keyring' : '',
      ended: null,
      invited: false,
      stranger: null,
    };
    this.sessions = [
      {
        id: 's1',
        deviceName: 'desk-7 (Linux)',
        createdMs: now - DAY,
        usedMs: now,
        address: '203.0.113.7',
        current: true,
      },
      {
        id: 's2',
        deviceName: 'ines-mac (macOS)',
        createdMs: now - 9 * DAY,
        usedMs: now - 2 * DAY,
        address: '',
        current: false,
      },
    ];
    this.#connection = {
      state: 'live',
      sinceMs: now,
      completeMs: now,
      hubOffsetMs: 0,
      waiting: 0,
      waitingMessages: 0,
      error: '',
      checkedConversations: this.data.conversations.length,
      newMessages: 0,
      gaps: 0,
      awayMs: 0,
      provenMs: 0,
      accessEnded: false,
    };
    for (const [id, text] of Object.entries(this.data.drafts)) {
      this.#drafts.set(id, { conversationId: id, text, replyTo: '', attachments: [], savedMs: now });
    }
  }

  get #now(): number {
    return Date.now() + this.#offsetMs;
  }

  get #offline(): boolean {
    return this.#connection.state === 'offline';
  }

  // The world

  /** Colleagues do something in a conversation; nobody is there any more without any. */
  here(id: string, ...colleagues: Colleague[]): void {
    this.#change(id, { here: colleagues });
  }

  emit(kind: EventKind, change: Partial<ParleyEvent> = {}): void {
    const event: ParleyEvent = {
      seq: (this.#events.at(-1)?.seq ?? 0) + 1,
      kind,
      conversationId: '',
      ids: [],
      messageId: '',
      command: '',
      ...change,
    };
    this.#events = [...this.#events.slice(-500), event];
    for (const listener of this.#listeners) listener(event);
  }

  /** The contact writes. */
  receive(conversationId: string, text: string): Message {
    const row = this.#row(conversationId);
    const arrived = message(conversationId, {
      id: `in-${(this.#serial += 1)}`,
      no: row.lastNo + 1,
      sentMs: this.#now,
      content: content('text', text),
    });
    this.data.messages.push(arrived);
    const windowMs = this.data.touchpoints.find((one) => one.id === row.touchpointId)?.windowMs ?? DAY;
    this.#change(conversationId, {
      lastNo: arrived.no,
      unread: row.unread + 1,
      windowUntilMs: arrived.sentMs + windowMs,
      lastInboundMs: arrived.sentMs,
      waitingSinceMs: row.waitingSinceMs || arrived.sentMs,
      ...this.#preview(arrived),
    });
    this.emit('messages', { conversationId, ids: [arrived.id] });
    return arrived;
  }

  /** Changes a message and tells the page. */
  update(messageId: string, change: Partial<Message>): void {
    const at = this.data.messages.findIndex((one) => one.id === messageId);
    const next = { ...this.data.messages[at]!, ...change, version: this.data.messages[at]!.version + 1 };
    this.data.messages[at] = next;
    const row = this.#row(next.conversationId);
    const last = this.data.messages.findLast((one) => one.conversationId === row.id && one.direction !== 'event');
    this.emit('messages', { conversationId: row.id, ids: [messageId] });
    if (last?.id === messageId) this.#change(row.id, this.#preview(next));
  }

  /** A notification is clicked. */
  click(conversationId: string, messageId: string): void {
    this.#landing = { conversationId, messageId };
    this.emit('navigate', this.#landing);
  }

  /** Messages that wait for the hub. */
  #wait(count: number): void {
    const now = this.#connection;
    this.setConnection({ ...now, waiting: now.waiting + count, waitingMessages: now.waitingMessages + count });
  }

  setConnection(change: Partial<Connection>): void {
    this.#connection = { ...this.#connection, sinceMs: this.#now, ...change };
    this.emit('connection');
  }

  advance(ms: number): void {
    this.#offsetMs += ms;
    this.setConnection({ hubOffsetMs: this.#offsetMs });
  }

  setConversation(id: string, change: Partial<Conversation>): void {
    this.#change(id, change);
  }

  #row(id: string): Conversation {
    const row = this.data.conversations.find((candidate) => candidate.id === id);
    if (!row) throw new ParleyError('not_found');
    return row;
  }

  #change(id: string, change: Partial<Conversation>): void {
    const at = this.data.conversations.findIndex((row) => row.id === id);
    const row = this.data.conversations[at]!;
    this.data.conversations[at] = { ...row, ...change, version: row.version + 1 };
    this.emit('conversations', { ids: [id] });
  }

  #preview(last: Message): Partial<Conversation> {
    return {
      preview: last.content.text.slice(0, 160),
      lastKind: last.content.kind,
      lastDirection: last.direction,
      lastState: last.state,
      lastMessageMs: last.sentMs,
    };
  }

  #line(conversationId: string, kind: string, more: Partial<Content> = {}): void {
    const row = this.#row(conversationId);
    const line = message(conversationId, {
      id: `ev-${(this.#serial += 1)}`,
      no: row.lastNo + 1,
      direction: 'event',
      sentMs: this.#now,
      agentId: this.data.me.id,
      agentName: this.data.me.name,
      content: content(kind, '', more),
      providerId: '',
    });
    this.data.messages.push(line);
    this.#change(conversationId, { lastNo: line.no });
    this.emit('messages', { conversationId, ids: [line.id] });
  }

  /** An End Chat that rested goes out, unless the hub is away. */
  #endRest(id: string): void {
    if (this.#row(id).pending !== 'end_chat' || this.#offline) return;
    this.#line(id, 'ended');
    this.#change(id, { restMs: 0, pending: '' });
  }

  #thread(id: string): Message[] {
    return this.data.messages
      .filter((one) => one.conversationId === id)
      .sort((a, b) => (a.no || Infinity) - (b.no || Infinity) || a.sentMs - b.sentMs);
  }

  #page(all: Message[], from: number, to: number): ThreadPage {
    const start = Math.max(0, from);
    return { messages: structuredClone(all.slice(start, to)), complete: start === 0, earlier: false };
  }

  #deliver(sent: Message): void {
    const steps: [number, Partial<Message>][] = [
      [120, { state: 'in_hub', no: -1 }],
      [500, { state: 'accepted' }],
      [1100, { state: 'delivered' }],
      [2500, { state: 'read' }],
    ];
    for (const [after, change] of steps) {
      setTimeout(() => {
        if (change.no === -1) {
          const row = this.#row(sent.conversationId);
          this.#change(row.id, { lastNo: row.lastNo + 1 });
          this.update(sent.id, { ...change, no: row.lastNo + 1 });
        } else this.update(sent.id, change);
      }, after);
    }
  }

  #stumble(): void {
    const code = this.problem;
    this.problem = '';
    if (code !== '') throw new ParleyError(code);
  }

  // The shell

  readonly transport: Transport = {
    workspace: {
      handed: () => undefined,
      load: async () => ({
        place: this.place,
        me: this.data.me,
        workspace: { name: 'Ondaverde', practice: this.#practice },
        touchpoints: this.data.touchpoints,
        queues: this.data.queues,
        agents: this.data.agents,
        dispositions: this.data.dispositions,
        connection: this.#connection,
        settings: this.#settings,
        settingsKept: this.settingsKept,
        eventSeq: this.#events.at(-1)?.seq ?? 0,
        platform: 'linux',
      }),
      connection: async () => this.#connection,
      refresh: async () => {
        if (!this.#offline) this.#connection = { ...this.#connection, completeMs: this.#now };
        return this.#connection;
      },
      loads: async () => structuredClone(this.data.loads),
      wallboard: async () => wallboard(this.data, Date.now()),
      changeQueue: async (id, routing) => {
        this.data.queues = this.data.queues.map((queue) => (queue.id === id ? { ...queue, routing } : queue));
        this.emit('workspace');
        return DONE;
      },
      changeTouchpoint: async (changed) => {
        this.data.touchpoints = this.data.touchpoints.map((one) => (one.id === changed.id ? changed : one));
        this.emit('workspace');
        return DONE;
      },
      setStatus: async (status, statusText) => {
        this.data.me = { ...this.data.me, status, statusText, statusMs: this.#now };
        this.emit('workspace');
        return this.#offline ? WAITING : DONE;
      },
    },
    conversations: {
      list: async () => ({
        inbox: this.data.conversations.filter((row) => row.status === 'queued'),
        mine: this.data.conversations.filter(
          (row) => row.assigneeId === this.data.me.id && row.status !== 'queued' && row.status !== 'closed',
        ),
        drafted: this.data.conversations.filter(
          (row) =>
            row.draft !== '' &&
            (row.assigneeId !== this.data.me.id || row.status === 'queued' || row.status === 'closed'),
        ),
      }),
      get: async (ids) =>
        this.data.conversations.filter(
          (row) => ids.includes(row.id) && (row.status === 'queued' || row.assigneeId === this.data.me.id),
        ),
      assign: async (id) => {
        if (this.taken) {
          const refusal = this.taken;
          this.taken = undefined;
          this.#change(id, { status: 'assigned', assigneeId: 'agent-rui' });
          return { state: 'refused', refusal };
        }
        if (this.#offline) return { state: 'refused', refusal: { code: 'offline', agentName: '', sinceMs: 0 } };
        this.#change(id, {
          status: 'assigned',
          assigneeId: this.data.me.id,
          assignedMs: this.#now,
          offeredTo: '',
          offerUntilMs: 0,
        });
        this.#line(id, 'assigned');
        return DONE;
      },
      reject: async (id) => {
        this.#change(id, { offeredTo: '', offerUntilMs: 0 });
        return DONE;
      },
      sendToInbox: async (id, note) => {
        if (note !== '') await this.transport.snapshot.saveNote(id, '', note);
        if (this.#offline) {
          this.#change(id, { pending: 'send_to_inbox' });
          return WAITING;
        }
        this.#line(id, 'sent_to_inbox');
        this.#change(id, { status: 'queued', assigneeId: '' });
        return DONE;
      },
      transfer: async (id, agentId, queueId, note) => {
        const refusal = this.#takeRefusal();
        if (refusal) return refusal;
        if (this.#offline) return { state: 'refused', refusal: { code: 'offline', agentName: '', sinceMs: 0 } };
        if (note !== '') await this.transport.snapshot.saveNote(id, '', note);
        const to = [...this.data.agents, ...this.data.queues].find((one) => one.id === agentId || one.id === queueId)!;
        this.#line(id, 'transferred', { text: to.name, rawKind: agentId === '' ? 'queue' : 'agent' });
        const mark = { transferredBy: this.data.me.id, transferredMs: this.#now };
        if (agentId === '') this.#change(id, { ...mark, status: 'queued', assigneeId: '', queueId });
        else this.#change(id, { ...mark, status: 'assigned', assigneeId: agentId });
        return DONE;
      },
      endChat: async (id) => {
        const wrapUp = this.data.touchpoints.find((one) => one.id === this.#row(id).touchpointId)?.wrapUp;
        const at = this.#now;
        this.#change(id, {
          ...(wrapUp ? { status: 'wrap_up' } : { status: 'closed', closedMs: at }),
          endedMs: at,
          restMs: at + REST_MS,
          pending: 'end_chat',
        });
        setTimeout(() => this.#endRest(id), REST_MS);
        return WAITING;
      },
      undoEndChat: async (id) => {
        if (this.#row(id).restMs <= this.#now) {
          return { state: 'refused', refusal: { code: 'status', agentName: '', sinceMs: 0 } };
        }
        this.#change(id, { status: 'assigned', endedMs: 0, closedMs: 0, restMs: 0, pending: '' });
        return DONE;
      },
      submitWrapUp: async (id, dispositionId) => {
        if (dispositionId === '')
          return { state: 'refused', refusal: { code: 'disposition', agentName: '', sinceMs: 0 } };
        this.#endRest(id);
        this.#change(id, { status: 'closed', dispositionId, closedMs: this.#now });
        return DONE;
      },
      dismissWrapUp: async (id) => {
        this.#endRest(id);
        this.#change(id, { status: 'closed', closedMs: this.#now });
        return DONE;
      },
    },
    thread: {
      open: async (id, limit) => {
        const all = this.#thread(id);
        return this.#page(all, all.length - limit, all.length);
      },
      before: async (id, messageId, limit) => {
        const all = this.#thread(id);
        const at = all.findIndex((one) => one.id === messageId);
        return this.#page(all, at - limit, at);
      },
      around: async (id, messageId, limit) => {
        const all = this.#thread(id);
        const at = all.findIndex((one) => one.id === messageId);
        return this.#page(all, at - Math.floor(limit / 2), at + Math.ceil(limit / 2));
      },
      after: async (id, messageId, limit) => {
        const all = this.#thread(id);
        const at = all.findIndex((one) => one.id === messageId) + 1;
        return this.#page(all, at, at + limit);
      },
      messages: async (ids) => structuredClone(this.data.messages.filter((one) => ids.includes(one.id))),
      firstAnswer: async (id) => ({
        atMs: this.#thread(id).find((one) => one.direction === 'out' && one.agentId !== '')?.sentMs ?? 0,
        known: true,
      }),
      send: async (id, draft, _seen, inParts) => {
        const limit = this.data.touchpoints.find((one) => one.id === this.#row(id).touchpointId)?.textRunes ?? 0;
        const pieces = limit === 0 ? 1 : Math.ceil(draft.text.length / limit);
        if (pieces > 1 && !inParts) throw new ParleyError('text_too_long', undefined, { parts: pieces });
        const parts: [string, Attachment | undefined][] = draft.attachments.map((attachment, index) => [
          index === draft.attachments.length - 1 ? draft.text : '',
          attachment,
        ]);
        for (let at = 0; parts.length < pieces; at += limit)
          parts.push([limit === 0 ? draft.text : draft.text.slice(at, at + limit), undefined]);
        const quoted = this.data.messages.find((one) => one.id === draft.replyTo);
        const sent = parts.map(([text, attachment]) =>
          message(id, {
            id: `out-${(this.#serial += 1)}`,
            direction: 'out',
            sentMs: this.#now,
            agentId: this.data.me.id,
            agentName: this.data.me.name,
            state: 'on_computer',
            content: attachment
              ? content(attachment.kind, text, {
                  media: media({
                    url: attachment.url,
                    fileName: attachment.fileName,
                    mime: attachment.mime,
                    sizeBytes: attachment.sizeBytes,
                  }),
                })
              : content('text', text),
            quote: quoted ? quote(quoted) : null,
          }),
        );
        this.data.messages.push(...sent);
        this.#drafts.delete(id);
        this.#change(id, { ...this.#preview(sent.at(-1)!), waitingSinceMs: 0, draft: '' });
        this.emit('messages', { conversationId: id, ids: sent.map((one) => one.id) });
        if (this.#offline) this.#wait(sent.length);
        else for (const one of sent) this.#deliver(one);
        return structuredClone(sent);
      },
      markRead: async (id, messageId) => {
        this.read.push(messageId);
        const { unread, transferredBy } = this.#row(id);
        if (unread > 0 || transferredBy !== '') this.#change(id, { unread: 0, transferredBy: '', transferredMs: 0 });
      },
      resolve: async (messageId, sendAgain) => {
        const one = this.data.messages.find((candidate) => candidate.id === messageId);
        if (one && sendAgain) {
          this.update(messageId, { state: 'in_hub', failure: null });
          setTimeout(() => this.update(messageId, { state: 'accepted' }), 600);
          this.#change(one.conversationId, { troubled: 0 });
        }
        return DONE;
      },
      search: async (id, query) => {
        const hits = this.#thread(id)
          .filter((one) => marks(`${one.content.text} ${one.content.media?.fileName ?? ''}`, query).length > 0)
          .map((one) => ({ messageId: one.id, sentMs: one.sentMs, no: one.no }))
          .reverse();
        return { hits, complete: true };
      },
      fetch: async () => true,
      findQuoted: async (messageId) => this.data.messages.find((one) => one.id === messageId)?.quote?.messageId ?? '',
      since: async (id, ms) => {
        const all = this.#thread(id);
        return (all.find((one) => one.sentMs >= ms) ?? all.at(-1))?.id ?? '';
      },
      react: async (messageId, emoji) => {
        const refusal = this.#takeRefusal();
        if (refusal) return refusal;
        const target = this.data.messages.find((one) => one.id === messageId)!;
        const line = this.#own(target.conversationId, content('reaction', '', { emoji, targetId: target.providerId }));
        this.data.messages = relate([...this.data.messages, line]);
        this.emit('messages', { conversationId: target.conversationId, ids: [messageId, line.id] });
        return this.#offline ? WAITING : DONE;
      },
      sendLocation: async (id, at) => this.#sendOwn(id, content('location', '', { location: at })),
      sendCards: async (id, cards) => this.#sendOwn(id, content('contacts', '', { contacts: cards })),
      typing: async (id, note) => void this.typed.push(note ? `${id} note` : id),
      stopped: async (id) => void this.typed.push(`${id} stopped`),
      alerts: async (id) => this.alertLog.get(id) ?? [],
    },
    templates: {
      list: async (id) => (this.#touchpoint(id).templates ? structuredClone(this.data.templates) : []),
      refresh: async () => this.emit('templates'),
      send: async (id, filled) => {
        const one = this.data.templates.find(
          (other) => other.name === filled.name && other.language === filled.language,
        )!;
        const body = one.body.replace(
          /\{\{\s*([^{}\s]+)\s*\}\}/g,
          (_, name) => filled.body[one.bodyVariables.indexOf(name)] ?? '',
        );
        const { name, language, footer } = one;
        const buttons = one.buttons.map((button) => button.text);
        return this.#sendOwn(
          id,
          content('template', body, { template: { name, language, header: one.headerText, footer, buttons } }),
        );
      },
    },
    quickReplies: {
      list: async () => structuredClone(this.data.quickReplies),
      save: async (reply) => {
        const refusal = this.#takeRefusal();
        if (refusal) return refusal;
        const id = reply.id || `quick-${(this.#serial += 1)}`;
        const others = this.data.quickReplies.filter((one) => one.id !== id);
        this.data.quickReplies = [...others, { ...reply, id }];
        this.emit('workspace');
        return DONE;
      },
      delete: async (id) => {
        this.data.quickReplies = this.data.quickReplies.filter((one) => one.id !== id);
        this.emit('workspace');
        return DONE;
      },
    },
    snapshot: {
      contact: async (id) => this.data.conversations.find((row) => row.contact.id === id)!.contact,
      updateContact: async (contact) => {
        for (const row of [...this.data.conversations]) {
          if (row.contact.id === contact.id)
            this.#change(row.id, { contact: { ...contact, version: contact.version + 1 } });
        }
        return DONE;
      },
      noteDraft: async (id) => this.data.noteDrafts[id] ?? { noteId: '', text: '' },
      saveNoteDraft: async (id, draft) => void (this.data.noteDrafts[id] = draft),
      notes: async (id) => this.data.notes.filter((note) => note.conversationId === id),
      saveNote: async (id, noteId, text) => {
        delete this.data.noteDrafts[id];
        const known = this.data.notes.find((note) => note.id === noteId);
        if (known) {
          const { agentId, agentName, createdMs } = known;
          const before = [...known.before, { text: known.text, agentId, agentName, atMs: known.editedMs || createdMs }];
          Object.assign(known, { text, editedMs: this.#now, editedById: this.data.me.id, before });
        } else {
          this.data.notes.push({
            editedById: '',
            editedByName: '',
            before: [],
            id: `note-${(this.#serial += 1)}`,
            conversationId: id,
            agentId: this.data.me.id,
            agentName: this.data.me.name,
            text,
            createdMs: this.#now,
            editedMs: 0,
            pending: this.#offline,
          });
        }
        this.emit('notes', { conversationId: id });
        return this.#offline ? WAITING : DONE;
      },
      earlier: async (contactId) => this.data.earlier[contactId] ?? [],
      activities: async (contactId, only, beforeMs, beforeId) => {
        const all = fakeActivities(this.data, contactId, only);
        const rest = beforeId === '' ? all : all.filter((one) => one.atMs < beforeMs);
        return { list: rest.slice(0, 5), complete: rest.length <= 5, offline: this.#offline };
      },
      person: async (id) => {
        const rows = this.data.conversations.filter((row) => row.contact.id === id);
        const contact = this.data.contacts.find((one) => one.id === id) ?? rows[0]?.contact;
        if (!contact) throw new ParleyError('not_found');
        return {
          contact,
          conversations: rows.length,
          open: rows.filter((row) => row.status !== 'closed').length,
          firstMs: Math.min(...rows.map((row) => row.openedMs)),
          lastMs: Math.max(...rows.map((row) => row.lastMessageMs)),
          lastText: rows[0]?.preview ?? '',
          touchpointIds: [...new Set(rows.map((row) => row.touchpointId))],
        };
      },
      findContacts: async (query) =>
        this.data.contacts.filter(
          (one) =>
            one.mergedIntoId === '' &&
            findAll(`${one.name} ${one.number} ${one.email}`, query).length >= (query === '' ? 0 : 1),
        ),
      mergedInto: async (id) => this.data.contacts.filter((one) => one.mergedIntoId === id),
      merge: async (keptId, mergedId) => {
        const refusal = this.#takeRefusal();
        if (refusal) return refusal;
        this.#mark(mergedId, { mergedIntoId: keptId, suggestedContactId: '' });
        return DONE;
      },
      undoMerge: async (mergedId) => {
        const refusal = this.#takeRefusal();
        if (refusal) return refusal;
        this.#mark(mergedId, { mergedIntoId: '' });
        return DONE;
      },
      dismissSuggestion: async (id) => {
        this.#mark(id, { suggestedContactId: '', suggestedReason: '' });
        return DONE;
      },
    },
    drafts: {
      load: async (id) =>
        this.#drafts.get(id) ?? { conversationId: id, text: '', replyTo: '', attachments: [], savedMs: 0 },
      save: async (draft) => {
        const { replaced: _, ...typed } = draft;
        this.#drafts.set(draft.conversationId, { ...typed, savedMs: this.#now });
        const line = draft.text.split('\n').find((part) => part.trim() !== '') ?? '';
        if (this.#row(draft.conversationId).draft !== line) this.#change(draft.conversationId, { draft: line });
      },
      bringBack: async (id) => {
        const now = this.#drafts.get(id)!;
        const back = { ...now, text: now.replaced?.text ?? '', savedMs: this.#now, replaced: null };
        this.#drafts.set(id, back);
        return back;
      },
    },
    attachments: {
      pick: async (id) => [this.#attach(id, 'programa.pdf', 'application/pdf', 1_200_000, '')],
      addPaths: async (id, paths) => paths.map((path) => this.#attach(id, path, 'application/pdf', 10_000, '')),
      upload: async (id, file) => this.#attach(id, file.name, file.type, file.size, URL.createObjectURL(file)),
      remove: async (id) => void this.#attachments.delete(id),
      saveAs: async () => '/home/ines/Downloads/file',
      open: async (id) => void this.opened.push(id),
      again: async () => undefined,
      progress: async () => ({ running: false, done: 0, total: -1 }),
      cancel: async () => undefined,
      bytes: async () => tone(23),
    },
    search: {
      find: async (search) => this.#find(search),
      atHub: async () => ({
        found: { people: [], messages: [], notes: [], files: [], more: 0, building: false },
        next: '',
        offline: this.#offline,
      }),
      adopt: async () => undefined,
    },
    settings: {
      get: async () => this.#settings,
      set: async (settings) => (this.#settings = settings),
      testNotification: async () => {
        const { alerts, notifications } = this.#settings;
        const silent = [
          ...(notifications ? [] : ['disabled']),
          ...(alerts.doNotDisturb ? ['do_not_disturb'] : []),
          ...(alerts.snoozedUntilMs > Date.now() ? ['snoozed'] : []),
        ];
        return { silent, health: this.health };
      },
      notificationHealth: async () => this.health,
      startsAtSignIn: async () => this.#startsAtSignIn,
      setStartsAtSignIn: async (on) => (this.#startsAtSignIn = on),
    },
    practice: {
      info: async () => ({ phoneUrl: '', offsetMs: this.#offsetMs }),
      openPhone: async () => void this.opened.push('phone'),
      advance: async (ms) => this.advance(ms),
    },
    admin: {
      ...this.admin.transport,
      ...fakeLabels(
        () => this.data,
        () => this.emit('workspace'),
      ),
    },
    account: {
      findHub: async (address) => {
        this.#stumble();
        return { address, workspaceName: 'Ondaverde', password: true, company: 'Ondaverde' };
      },
      signIn: async (address, email) => {
        this.#stumble();
        this.place = { kind: 'hub', address, email, tokenAt: 'keyring', ended: null, invited: false, stranger: null };
      },
      signInWithCompany: async (address) => {
        this.#stumble();
        this.place = {
          kind: 'hub',
          address,
          email: 'ines.carvalho@example.com',
          tokenAt: 'keyring',
          ended: null,
          invited: false,
          stranger: null,
        };
      },
      cancelSignIn: async () => undefined,
      invitation: async () => {
        this.#stumble();
        return {
          address: 'https://hub.ondaverde.example',
          workspaceName: 'Ondaverde',
          email: 'ana@example.com',
          name: 'Ana',
        };
      },
      join: async () => {
        this.#stumble();
        this.place = {
          kind: 'hub',
          address: 'https://hub.ondaverde.example',
          email: 'ana@example.com',
          tokenAt: 'keyring',
          ended: null,
          invited: false,
          stranger: null,
        };
      },
      decline: async () => {
        this.place = { ...this.place, invited: false };
      },
      openPractice: async () => {
        this.place = {
          kind: 'practice',
          address: '',
          email: '',
          tokenAt: '',
          ended: null,
          invited: false,
          stranger: null,
        };
      },
      unsent: async () => this.unsent,
      trustHub: async () => {
        this.#stumble();
        this.place = { ...this.place, stranger: null };
      },
      leave: async () => {
        this.place = { ...this.place, kind: 'welcome', tokenAt: '' };
        return { hubUnaware: this.#offline };
      },
      seen: async () => {
        this.place = { ...this.place, ended: null, invited: false, stranger: null };
      },
      sessions: async () => {
        if (this.#offline) throw new ParleyError('offline');
        return this.sessions;
      },
      endSession: async (id) => {
        this.sessions = this.sessions.filter((session) => session.id !== id);
      },
      changePassword: async () => this.#stumble(),
    },
    shell: {
      resume: async (seq) => ({ reset: false, events: this.#events.filter((event) => event.seq > seq) }),
      takeNavigation: async () => {
        const taken = this.#landing;
        this.#landing = NOWHERE;
        return taken;
      },
      openLink: async (url) => void this.opened.push(url),
      copyText: async (text) => void this.copied.push(text),
      focused: async () => undefined,
      speaks: async () => undefined,
      ready: async () => void (this.ready = true),
    },
    onEvent: (listener) => {
      this.#listeners.add(listener);
      return () => this.#listeners.delete(listener);
    },
  };

  #takeRefusal(): Outcome | undefined {
    const { refused } = this;
    this.refused = undefined;
    return refused ? { state: 'refused', refusal: refused } : undefined;
  }

  #find(search: Search): Found {
    const has = (text: string) => marks(text, search.text).length > 0;
    const line = (id: string, conversationId: string, text: string, atMs: number, change: Partial<FoundLine>) => {
      const row = this.#row(conversationId);
      const { touchpointId, status, contact } = row;
      const base = { messageId: '', author: '', out: false, kind: '' };
      return { ...base, id, conversationId, touchpointId, status, contact, text, atMs, ...change };
    };
    const said = this.data.messages
      .filter(
        (one) =>
          one.direction !== 'event' && (search.from === '' || (search.from === 'contact') === (one.direction === 'in')),
      )
      .filter((one) => this.data.conversations.some((row) => row.id === one.conversationId))
      .sort((a, b) => b.sentMs - a.sentMs);
    const lines = (text: (one: Message) => string) =>
      said
        .filter((one) => has(text(one)))
        .map((one) =>
          line(one.id, one.conversationId, text(one), one.sentMs, {
            messageId: one.id,
            author: one.agentName,
            out: one.direction === 'out',
            kind: one.content.kind,
          }),
        );
    return {
      people: this.data.conversations
        .filter((row) => has(`${row.contact.name} ${row.contact.email}`))
        .map((row) => ({
          contact: row.contact,
          conversationId: row.id,
          touchpointId: row.touchpointId,
          lastMs: row.lastMessageMs,
        })),
      messages: lines((one) => one.content.text),
      files: lines((one) => one.content.media?.fileName ?? ''),
      notes: this.data.notes
        .filter((note) => has(note.text))
        .map((note) =>
          line(note.id, note.conversationId, note.text, note.createdMs, { author: note.agentName, out: true }),
        ),
      more: 0,
      building: false,
    };
  }

  #touchpoint(conversationId: string): Touchpoint {
    return this.data.touchpoints.find((one) => one.id === this.#row(conversationId).touchpointId)!;
  }

  /** Changes a contact wherever it is shown. */
  #mark(contactId: string, change: Partial<Contact>): void {
    this.data.contacts = this.data.contacts.map((one) => (one.id === contactId ? { ...one, ...change } : one));
    for (const row of [...this.data.conversations]) {
      if (row.contact.id === contactId) this.#change(row.id, { contact: { ...row.contact, ...change } });
    }
  }

  #own(id: string, what: Content): Message {
    return message(id, {
      id: `out-${(this.#serial += 1)}`,
      direction: 'out',
      sentMs: this.#now,
      agentId: this.data.me.id,
      agentName: this.data.me.name,
      state: 'on_computer',
      content: what,
    });
  }

  #sendOwn(id: string, what: Content): Outcome {
    const refusal = this.#takeRefusal();
    if (refusal) return refusal;
    const sent = this.#own(id, what);
    this.data.messages.push(sent);
    this.#change(id, this.#preview(sent));
    this.emit('messages', { conversationId: id, ids: [sent.id] });
    if (this.#offline) return WAITING;
    this.#deliver(sent);
    return DONE;
  }

  #attach(conversationId: string, fileName: string, mime: string, sizeBytes: number, url: string): Attachment {
    const touchpoint = this.data.touchpoints.find((one) => one.id === this.#row(conversationId).touchpointId)!;
    const row = touchpoint.media.find((limit) => limit.mime.length === 0 || limit.mime.includes(mime))!;
    const tooLarge = sizeBytes > row.maxBytes;
    const attachment: Attachment = {
      id: `att-${(this.#serial += 1)}`,
      fileName,
      mime,
      sizeBytes,
      kind: row.kind,
      url,
      refusal: sizeBytes === 0 ? 'empty' : tooLarge ? 'too_large' : '',
      limitBytes: row.maxBytes,
      asDocument: tooLarge && row.kind !== 'document',
    };
    this.#attachments.set(attachment.id, attachment);
    return attachment;
  }
}

/** A quiet tone as a WAV file, so that the player has something to play. */
function tone(seconds: number): Blob {
  const rate = 8000;
  const view = new DataView(new ArrayBuffer(44 + rate * seconds));
  const text = (at: number, value: string) =>
    [...value].forEach((char, i) => view.setUint8(at + i, char.charCodeAt(0)));
  text(0, 'RIFF');
  view.setUint32(4, 36 + rate * seconds, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  text(36, 'data');
  view.setUint32(40, rate * seconds, true);
  for (let i = 0; i < rate * seconds; i += 1) {
    const swell = 0.3 + 0.7 * Math.abs(Math.sin(i / 2900) * Math.sin(i / 610));
    view.setUint8(44 + i, 128 + Math.round(18 * swell * Math.sin((i * 2 * Math.PI * 220) / rate)));
  }
  return new Blob([view.buffer], { type: 'audio/wav' });
}
