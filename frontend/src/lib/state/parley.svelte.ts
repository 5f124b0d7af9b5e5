import { getContext, setContext } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { Transport } from '../bridge/transport';
import type {
  AlertSettings,
  Card,
  Contact,
  Conversation,
  FilledTemplate,
  Location,
  Message,
  NotificationHealth,
  Outcome,
  ParleyEvent,
  Presence,
  QuickReply,
  Refusal,
  Settings,
  SoundName,
} from '../bridge/types';
import { healthText } from '../alert-words';
import { toParleyError } from '../bridge/errors';
import { m } from '../paraglide/messages.js';
import { Sounds } from '../sounds';
import { contactName, errorText, mergeRefusal, refusalText } from '../words';
import { Account } from './account.svelte';
import { Conversations } from './conversations.svelte';
import { keysFirst } from '../keys-first';
import { Drafts } from './drafts.svelte';
import { EventStream } from './events';
import { Threads, type Thread } from './messages.svelte';
import { Lists } from './lists.svelte';
import { Look, SETTING, type Panel } from './look.svelte';
import { Notes } from './notes.svelte';
import { Now } from './now.svelte';
import { View } from './view.svelte';
import { ConnectionStore, SettingsStore, WorkspaceStore } from './workspace.svelte';

export const PAGE = 60;
/** A click waits this long for the thread that was asked for when the button went down. */
const AT_ONCE_MS = 25;
/** How often the shell hears of keys at most; it says less. */
const TYPING_MS = 3000;
/** So long after a thread has come it is asked what the contact had before. */
const PAST_MS = 250;
/** How long an undo is offered. */
const UNDO_MS = 10_000;

/** The stores, the event stream that fills them, and the commands that components call. */
export class Parley {
  readonly transport: Transport;
  readonly now: Now;
  readonly view = new View();
  readonly workspace = new WorkspaceStore();
  readonly connection = new ConnectionStore();
  readonly settings = new SettingsStore();
  readonly look = new Look(this.settings);
  readonly conversations = new Conversations();
  readonly threads = new Threads();
  readonly notes = new Notes();
  readonly account: Account;
  readonly lists: Lists;
  readonly drafts: Drafts;
  /** Why the shell gave a waiting command back, per conversation, until the agent has seen it. */
  readonly refusals = new SvelteMap<string, Refusal>();
  /** Questions for rows that were asked, those without an answer yet, and which one brought a row last. */
  #questions = 0;
  #open = 0;
  readonly #answered = new Map<string, number>();
  /** Sends that the hub gave back. */
  readonly #returned = new Set<string>();
  readonly stream: EventStream;
  readonly sounds: Sounds;
  /** How the system takes notifications; undefined before it was asked. */
  health = $state.raw<NotificationHealth | undefined>(undefined);
  /** Something could not be loaded at the start; "" otherwise. */
  failed = $state('');
  refreshing = $state(false);
  /** Everybody's and the agent's own; undefined until they are asked for. */
  quickReplies = $state.raw<QuickReply[] | undefined>(undefined);
  /** Counts up when templates have changed. */
  templatesChanged = $state(0);

  /** In which conversation what is being written, "" when nothing is, and when that was last said. */
  #typed = '';
  #typedMs = 0;
  #dirtyRows = new Set<string>();
  #dirtyMessages = new Map<string, Set<string>>();
  #flushing = false;
  /** The open row as it was last, for when it leaves the lists while it is looked at. */
  #lastOpen: Conversation | undefined;

  constructor(transport: Transport, now = new Now()) {
    this.transport = transport;
    this.now = now;
    this.sounds = new Sounds((url) => transport.attachments.bytes(url));
    this.lists = new Lists(this);
    this.drafts = new Drafts(
      (draft) => transport.drafts.save(draft),
      (cause) => this.report(cause),
    );
    this.account = new Account(transport, this.view, this.drafts, () => this.loadPage());
    this.stream = new EventStream({
      apply: (event) => this.apply(event),
      resume: (seq) => transport.shell.resume(seq),
      reload: () => this.reload(),
    });
  }

  /** The open conversation. It stays readable when it leaves the lists. */
  readonly current: Conversation | undefined = $derived.by(() => {
    const id = this.view.openId;
    if (id === '') return undefined;
    const row = this.conversations.get(id);
    if (row) this.#lastOpen = row;
    return row ?? (this.#lastOpen?.id === id ? this.#lastOpen : undefined);
  });
  /** The open conversation is no longer this agent's to see. */
  readonly gone = $derived(this.view.openId !== '' && this.conversations.get(this.view.openId) === undefined);

  /** The points that the agent's conversations take. */
  readonly load = $derived(this.conversations.mine.reduce((sum, row) => sum + row.weight, 0));

  /** Begins from nothing: whatever the page knew of one workspace is not for another. */
  loadPage: () => void = () => location.reload();

  // Life

  /** Loads everything and follows the events until the returned function is called. */
  async start(): Promise<() => void> {
    const stopEvents = this.transport.onEvent((event) => this.stream.receive(event));
    const stopClock = this.now.start();
    try {
      await this.stream.start();
      // What came with the page may be older than the first event that it could hear.
      this.stream.catchUp();
      void this.#quietly(() => this.#takeNavigation());
    } catch (cause) {
      this.failed = errorText(toParleyError(cause));
    }
    return () => {
      stopEvents();
      stopClock();
    };
  }

  /** Loads everything; replaces what is here. Returns the event that is then included. */
  async reload(): Promise<number> {
    const handed = this.transport.workspace.handed();
    const boot = handed?.boot ?? (await this.transport.workspace.load());
    this.account.place = boot.place;
    if (this.account.welcome) {
      this.settings.load(boot.settings);
      this.workspace.platform = boot.platform;
      return boot.eventSeq;
    }
    // Nothing of contacts is shown, nor kept in the page, while access has ended.
    const lists = boot.connection.accessEnded
      ? { inbox: [], mine: [], drafted: [] }
      : (handed?.lists ?? (await this.transport.conversations.list()));
    this.workspace.load(boot);
    this.settings.load(boot.settings);
    this.connection.load(boot.connection);
    this.now.setOffset(boot.connection.hubOffsetMs);
    const first = !this.conversations.loaded;
    this.conversations.load(boot.me.id, [...lists.drafted, ...lists.inbox, ...lists.mine]);
    if (first) this.view.tab = lists.mine.length > 0 || lists.inbox.length === 0 ? 'mine' : 'inbox';
    this.threads.clear();
    this.#warmed = undefined;
    this.notes.clear();
    for (const id of this.drafts.ids) this.#replaceDraft(id);
    this.quickReplies = undefined;
    this.failed = '';
    if (this.view.openId !== '') void this.loadThread(this.view.openId);
    return boot.eventSeq;
  }

  apply(event: ParleyEvent): void {
    switch (event.kind) {
      case 'conversations':
        for (const id of event.ids) this.#dirtyRows.add(id);
        this.#flushSoon();
        break;
      case 'messages': {
        if (!this.threads.get(event.conversationId)) break;
        const ids = this.#dirtyMessages.get(event.conversationId) ?? new Set();
        for (const id of event.ids) ids.add(id);
        this.#dirtyMessages.set(event.conversationId, ids);
        this.#flushSoon();
        break;
      }
      case 'notes':
        if (this.notes.of(event.conversationId)) void this.loadNotes(event.conversationId);
        break;
      case 'workspace':
        void this.#quietly(async () => {
          const boot = await this.transport.workspace.load();
          this.workspace.load(boot);
          this.settings.load(boot.settings);
          if (this.quickReplies) this.quickReplies = await this.transport.quickReplies.list();
        });
        break;
      case 'templates':
        this.templatesChanged += 1;
        break;
      case 'drafts':
        this.#replaceDraft(event.conversationId);
        break;
      case 'connection':
        void this.#quietly(async () => this.#takeConnection(await this.transport.workspace.connection()));
        break;
      case 'navigate':
        void this.#quietly(() => this.#takeNavigation());
        break;
      case 'refused':
        this.#refused(event);
        break;
      case 'sound':
        void this.#quietly(() =>
          this.sounds.play((event.ids[0] ?? 'none') as SoundName, this.settings.value.alerts.volume),
        );
        break;
      case 'health':
        void this.#quietly(async () => this.#takeHealth(await this.transport.settings.notificationHealth()));
        break;
      case 'tested':
        this.view.toast(m.alert_test_clicked());
        break;
      case 'invited':
        this.account.invited();
        break;
      case 'place':
        this.loadPage();
        break;
      case 'reset':
        break;
    }
  }

  #replaceDraft(conversationId: string): void {
    this.drafts.replace(conversationId, (id) => this.transport.drafts.load(id));
  }

  /** Puts back what another computer's draft has replaced. */
  async bringBack(conversationId: string): Promise<void> {
    await this.#quietly(async () => this.drafts.load(await this.transport.drafts.bringBack(conversationId)));
    this.view.wantsEditor += 1;
  }

  /** Asks for what events named, one question at a time. */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    void Promise.resolve()
      .then(() => this.#flush())
      .finally(() => {
        this.#flushing = false;
        if (this.#dirtyRows.size > 0 || this.#dirtyMessages.size > 0) this.#flushSoon();
      });
  }

  async #flush(): Promise<void> {
    const rows = [...this.#dirtyRows];
    const messages = [...this.#dirtyMessages];
    this.#dirtyRows = new Set();
    this.#dirtyMessages = new Map();
    await this.#quietly(async () => {
      await keysFirst.pass();
      if (rows.length > 0) await this.#readRows(rows);
      for (const [conversationId, ids] of messages) {
        const thread = this.threads.get(conversationId);
        if (!thread) continue;
        const found = await this.transport.thread.messages([...ids]);
        const here = new Set(found.map((message) => message.id));
        thread.put(found);
        thread.remove([...ids].filter((id) => !here.has(id)));
      }
    });
  }

  #takeConnection(connection: Parameters<ConnectionStore['load']>[0]): void {
    const changed = this.connection.value.accessEnded !== connection.accessEnded;
    this.connection.load(connection);
    this.now.setOffset(connection.hubOffsetMs);
    if (changed) {
      if (connection.accessEnded) this.close();
      void this.stream.start().catch((cause: unknown) => this.report(cause));
    }
  }

  /** Says once that notifications do not work as they should: an agent who relies on them must know. */
  #takeHealth(health: NotificationHealth): void {
    this.health = health;
    if (health.trouble !== '') {
      this.view.toast(healthText(health), 'trouble', 20_000, {
        text: m.nav_settings(),
        run: () => (this.view.dialog = { kind: 'alerts', conversationId: '' }),
      });
    }
  }

  #refused(event: ParleyEvent): void {
    if (!event.refusal) return;
    // Only what was written comes back as a draft; for all else a sentence will do.
    if (event.command === 'send_message') {
      this.refusals.set(event.conversationId, event.refusal);
      this.#returned.add(event.messageId);
      this.threads.get(event.conversationId)?.remove([event.messageId]);
      this.#replaceDraft(event.conversationId);
    }
    if (event.conversationId !== this.view.openId || event.command !== 'send_message') {
      const row = this.conversations.get(event.conversationId);
      if (event.command === 'end_chat' && event.refusal.code === 'news') {
        const name = row ? contactName(row.contact) : m.the_contact();
        this.view.toast(m.refused_end_news({ name }), 'trouble', 15_000);
        return;
      }
      const text = refusalText(event.refusal, row, this.now.ms, event.command === 'send_message');
      this.view.toast(row ? `${contactName(row.contact)}: ${text}` : text, 'trouble', 15_000);
    }
  }

  // Opening

  /** The thread that is being loaded, or was, before its conversation is opened. */
  #warmed: { id: string; loaded: Promise<void> } | undefined;
  /** Counts what was opened. */
  #turn = 0;

  /** Loads a thread that will be opened in a moment: the pointer is down on its row. */
  warm(id: string): void {
    if (id === this.view.openId || id === this.#warmed?.id || this.threads.get(id)?.loaded) return;
    this.#warmed = { id, loaded: this.loadThread(id) };
    // The open one stays among those that are kept.
    if (this.view.openId !== '') this.threads.use(this.view.openId);
  }

  /** Opens a conversation together with its thread when that comes at once: one frame instead of two. */
  async openWarmed(id: string): Promise<void> {
    const turn = (this.#turn += 1);
    if (this.#warmed?.id === id) {
      await Promise.race([this.#warmed.loaded, new Promise((resolve) => setTimeout(resolve, AT_ONCE_MS))]);
    }
    if (turn === this.#turn) this.open(id);
  }

  /** Shows a conversation; the draft of the one before is saved first. */
  open(id: string, options: { jumpTo?: string; focus?: boolean } = {}): void {
    this.#turn += 1;
    this.view.page = 'conversations';
    const before = this.view.openId;
    if (before !== '' && before !== id) void this.drafts.flush(before);
    this.view.jumpTo = options.jumpTo ?? '';
    if (before !== id) {
      this.view.searchOpen = false;
      this.view.openId = id;
      if (this.#warmed?.id !== id) void this.loadThread(id);
      this.#warmed = undefined;
    }
    if (options.focus !== false) this.view.wantsEditor += 1;
    const row = this.conversations.get(id);
    if (row?.status === 'wrap_up') this.view.sideOpen = true;
  }

  /** Goes where a notification leads. The shell keeps that until it is taken, so that each leads somewhere once. */
  async #takeNavigation(): Promise<void> {
    const to = await this.transport.shell.takeNavigation();
    if (to.conversationId !== '') void this.navigate(to.conversationId, to.messageId);
  }

  async navigate(conversationId: string, messageId: string): Promise<void> {
    if (!this.conversations.get(conversationId)) {
      await this.#refetch(conversationId);
    }
    const row = this.conversations.get(conversationId);
    if (!row) {
      this.view.toast(m.error_not_found(), 'trouble');
      return;
    }
    if (row.status === 'queued') this.view.tab = 'inbox';
    else if (row.assigneeId === this.workspace.me.id && row.status !== 'closed') this.view.tab = 'mine';
    this.open(conversationId, { jumpTo: messageId });
  }

  /** Opens the window that closes next, then the one after it, and so on. */
  openNextClosing(): void {
    const rows = this.lists.closing;
    const at = rows.findIndex((row) => row.id === this.view.openId);
    const next = rows[(at + 1) % Math.max(1, rows.length)];
    if (!next) return;
    this.view.tab = 'mine';
    this.open(next.id);
  }

  close(): void {
    if (this.view.openId !== '') void this.drafts.flush(this.view.openId);
    this.view.openId = '';
    this.view.sideOpen = false;
  }

  /** Loads the newest page, the draft and the notes of a conversation. */
  async loadThread(id: string): Promise<void> {
    const thread = this.threads.use(id);
    const unread = this.conversations.get(id)?.unread ?? 0;
    await Promise.all([
      this.#quietly(async () => {
        const page = await this.transport.thread.open(id, Math.min(500, Math.max(PAGE, unread + 20)));
        thread.load(page, true);
        // Not before the thread is shown.
        setTimeout(() => void this.#quietly(() => this.#loadPast(thread)), PAST_MS);
      }),
      this.drafts.find(id)
        ? undefined
        : this.#quietly(async () => this.drafts.load(await this.transport.drafts.load(id))),
      this.notes.of(id) ? undefined : this.loadNotes(id),
    ]);
  }

  async loadNotes(id: string): Promise<void> {
    await this.#quietly(async () => this.notes.load(id, await this.transport.snapshot.notes(id)));
  }

  /** Pages upward. Resolves to whether something was added. */
  async loadOlder(thread: Thread): Promise<boolean> {
    const first = thread.list[0];
    if (!first || !thread.more) return false;
    const count = thread.list.length;
    await this.#quietly(async () => {
      if (!thread.complete) {
        thread.prepend(await this.transport.thread.before(first.conversationId, first.id, PAGE));
        return;
      }
      // Above its beginning comes what the contact had before.
      const [next, ...rest] = thread.past ?? [];
      if (next === undefined) return;
      thread.prepend(await this.transport.thread.open(next, PAGE));
      thread.past = rest;
    });
    return thread.list.length > count;
  }

  /** Looks what the contact had before a thread. */
  async #loadPast(thread: Thread): Promise<void> {
    const row = this.conversations.get(thread.conversationId);
    if (!row) return;
    const earlier = await this.transport.snapshot.earlier(row.contact.id, row.id);
    thread.past = earlier
      .filter((one) => one.openedMs < row.openedMs)
      .sort((a, b) => b.openedMs - a.openedMs)
      .map((one) => one.id);
  }

  async loadNewer(thread: Thread): Promise<void> {
    const last = thread.list.at(-1);
    if (!last || thread.atTail) return;
    await this.#quietly(async () => {
      const page = await this.transport.thread.after(thread.conversationId, last.id, PAGE);
      thread.append(page, page.messages.length < PAGE);
    });
  }

  /** Makes sure a message is loaded. Resolves to whether it is. */
  async reveal(thread: Thread, messageId: string): Promise<boolean> {
    if (thread.has(messageId)) return true;
    await this.#quietly(async () => {
      const page = await this.transport.thread.around(thread.conversationId, messageId, PAGE);
      if (!page.messages.some((message) => message.id === messageId)) return;
      const lastNo = this.conversations.get(thread.conversationId)?.lastNo ?? 0;
      thread.load(page, (page.messages.at(-1)?.no ?? 0) >= lastNo);
    });
    return thread.has(messageId);
  }

  /** Shows what was written from a day on; in an earlier conversation of the contact when it was there. */
  async jumpToDay(row: Conversation, ms: number): Promise<void> {
    await this.#quietly(async () => {
      const earlier = await this.transport.snapshot.earlier(row.contact.id, row.id);
      const begun = [row, ...earlier].sort((a, b) => a.openedMs - b.openedMs);
      // The first one that had not ended before.
      const at = begun.find((one) => one.closedMs === 0 || one.closedMs >= ms) ?? row;
      const messageId = await this.transport.thread.since(at.id, ms);
      if (at.id !== row.id) await this.navigate(at.id, messageId);
      else if (messageId !== '') this.view.jumpTo = messageId;
    });
  }

  /** The conversation to go to after the open one has left: the next one in the agent's own list. */
  next(leaving: string, order: string[]): void {
    const at = order.indexOf(leaving);
    const rest = order.filter((id) => id !== leaving);
    const following = rest[Math.min(Math.max(at, 0), rest.length - 1)];
    if (following !== undefined) this.open(following);
    else this.close();
  }

  // Commands

  async assign(id: string): Promise<void> {
    const outcome = await this.#command(id, () => this.transport.conversations.assign(id));
    if (!outcome) return;
    if (outcome.state === 'done') {
      await this.#refetch(id);
      this.view.tab = 'mine';
      this.open(id);
      const { capacity } = this.workspace.me;
      if (capacity > 0 && this.load > capacity) this.view.toast(m.load_over({ points: this.load, capacity }));
    }
  }

  /** Lets a conversation that is offered go to the next agent. */
  async reject(id: string): Promise<void> {
    await this.#command(id, () => this.transport.conversations.reject(id));
    await this.#refetch(id);
  }

  /** Changes how a queue or a touchpoint works. Resolves to why it was not done, "" when it was. */
  async configure(change: () => Promise<Outcome>): Promise<string> {
    try {
      const outcome = await change();
      return outcome.state === 'refused' ? refusalText(outcome.refusal, undefined, this.now.ms, false) : '';
    } catch (cause) {
      return errorText(toParleyError(cause));
    }
  }

  /** Gives a conversation to an agent or into a queue. Resolves to why it was not done, "" when it was. */
  async transfer(id: string, to: { agentId: string; queueId: string; name: string }, note: string): Promise<string> {
    const order = this.lists.order;
    try {
      const outcome = await this.transport.conversations.transfer(id, to.agentId, to.queueId, note);
      if (outcome.state === 'refused') {
        await this.#refetch(id);
        return refusalText(outcome.refusal, this.conversations.get(id), this.now.ms, false);
      }
      const draft = this.drafts.get(id).text.trim();
      if (draft !== '' && note.includes(draft)) await this.drafts.clear(id);
      this.view.toast(m.transferred_done({ to: to.name }), 'plain', 5000);
      if (this.view.openId === id) this.next(id, order);
      await this.#refetch(id);
      return '';
    } catch (cause) {
      return errorText(toParleyError(cause));
    }
  }

  /** Says whether the agent is there; text is their own word for it. */
  async setStatus(status: Presence, text: string): Promise<void> {
    await this.#command('', () => this.transport.workspace.setStatus(status, text));
  }

  async sendToInbox(id: string, note: string): Promise<void> {
    const order = this.lists.order;
    const row = this.conversations.get(id);
    const outcome = await this.#command(id, () => this.transport.conversations.sendToInbox(id, note));
    if (!outcome || outcome.state === 'refused') return;
    if (outcome.state === 'done' && row) {
      this.view.toast(m.sent_to_inbox_done({ name: contactName(row.contact) }), 'plain', 5000);
    }
    if (this.drafts.get(id).text !== '') await this.drafts.clear(id);
    this.next(id, order);
    await this.#refetch(id);
  }

  async endChat(id: string): Promise<void> {
    const order = this.lists.order;
    const row = this.conversations.get(id);
    const wrapUp = row ? (this.workspace.touchpoint(row.touchpointId)?.wrapUp ?? false) : false;
    const outcome = await this.#command(id, () => this.transport.conversations.endChat(id), true);
    if (!outcome || outcome.state === 'refused') return;
    await this.#refetch(id);
    if (wrapUp && this.conversations.get(id)?.status === 'wrap_up') {
      this.showSide('snapshot');
      this.view.wantsDisposition += 1;
      return;
    }
    this.next(id, order);
  }

  /** Takes an End Chat back that still rests, and shows the conversation again. */
  async undoEndChat(id: string): Promise<void> {
    const outcome = await this.#command(id, () => this.transport.conversations.undoEndChat(id));
    if (outcome?.state !== 'done') return;
    await this.#refetch(id);
    const row = this.conversations.get(id);
    if (!row) return;
    this.view.tab = 'mine';
    this.open(id);
    this.view.toast(m.resting_undone({ name: contactName(row.contact) }), 'plain', 4000);
  }

  async submitWrapUp(id: string, dispositionId: string): Promise<void> {
    const order = this.lists.order;
    const outcome = await this.#command(id, () => this.transport.conversations.submitWrapUp(id, dispositionId));
    if (outcome && outcome.state !== 'refused') this.next(id, order);
  }

  async dismissWrapUp(id: string): Promise<void> {
    const order = this.lists.order;
    const outcome = await this.#command(id, () => this.transport.conversations.dismissWrapUp(id));
    if (outcome && outcome.state !== 'refused') this.next(id, order);
  }

  /** Sends the draft. Resolves to whether it left the editor; what was typed stays when it did not. */
  async send(id: string): Promise<boolean> {
    await this.drafts.flush(id);
    const draft = this.drafts.get(id);
    const thread = this.threads.use(id);
    const seen = thread.list.findLast((message) => message.no > 0)?.id ?? '';
    try {
      this.refusals.delete(id);
      const sent = await this.transport.thread.send(id, draft, seen);
      this.drafts.sent(draft);
      if (!thread.atTail) await this.loadThread(id);
      // The hub can have given it back already.
      thread.put(sent.filter((message) => !this.#returned.has(message.id)));
      return true;
    } catch (cause) {
      this.report(cause);
      return false;
    }
  }

  async resolve(conversationId: string, messageId: string, sendAgain: boolean): Promise<void> {
    const outcome = await this.#command(conversationId, () => this.transport.thread.resolve(messageId, sendAgain));
    if (outcome) {
      await this.#quietly(async () =>
        this.threads.get(conversationId)?.put(await this.transport.thread.messages([messageId])),
      );
    }
  }

  /** Puts an emoji on a message, or takes ours away with "". */
  async react(conversationId: string, messageId: string, emoji: string): Promise<void> {
    await this.#command(conversationId, () => this.transport.thread.react(messageId, emoji), true);
  }

  /** The last message that the agent has seen: what a send names. */
  #seen(conversationId: string): string {
    return this.threads.use(conversationId).list.findLast((message) => message.no > 0)?.id ?? '';
  }

  /** Sends something that is not the draft's. Resolves to why it was not sent, "" when it was. */
  async #sendKind(conversationId: string, act: (seen: string) => Promise<Outcome>): Promise<string> {
    try {
      const outcome = await act(this.#seen(conversationId));
      if (outcome.state === 'refused') {
        return refusalText(outcome.refusal, this.conversations.get(conversationId), this.now.ms, false);
      }
      const thread = this.threads.get(conversationId);
      if (thread && !thread.atTail) await this.loadThread(conversationId);
      return '';
    } catch (cause) {
      return errorText(toParleyError(cause));
    }
  }

  sendTemplate(id: string, filled: FilledTemplate): Promise<string> {
    return this.#sendKind(id, (seen) => this.transport.templates.send(id, filled, seen));
  }

  sendLocation(id: string, at: Location): Promise<string> {
    return this.#sendKind(id, (seen) => this.transport.thread.sendLocation(id, at, seen));
  }

  sendCard(id: string, card: Card): Promise<string> {
    return this.#sendKind(id, (seen) => this.transport.thread.sendCards(id, [card], seen));
  }

  /** Keys are pressed. The shell says it to colleagues, and to the contact if it may, not too often. */
  typing(conversationId: string, note = false): void {
    const what = `${conversationId} ${note}`;
    if (!this.view.focused || (what === this.#typed && this.#typedMs + TYPING_MS > this.now.ms)) return;
    this.#typed = what;
    this.#typedMs = this.now.ms;
    void this.transport.thread.typing(conversationId, note).catch(() => undefined);
  }

  /** What was written is sent, saved or given up: colleagues need not wait until they are told so. */
  stopped(conversationId: string): void {
    if (this.#typed === '') return;
    this.#typed = '';
    void this.transport.thread.stopped(conversationId).catch(() => undefined);
  }

  /** Merges two contacts, and offers to undo it. Resolves to why it was not done, "" when it was. */
  async merge(conversationId: string, keptId: string, mergedId: string): Promise<string> {
    try {
      const outcome = await this.transport.snapshot.merge(keptId, mergedId);
      if (outcome.state === 'refused') return mergeRefusal(outcome.refusal);
      await this.#refetch(conversationId);
      this.view.toast(m.merged(), 'plain', UNDO_MS, {
        text: m.undo(),
        run: () => void this.undoMerge(conversationId, mergedId),
      });
      return '';
    } catch (cause) {
      return errorText(toParleyError(cause));
    }
  }

  async undoMerge(conversationId: string, mergedId: string): Promise<boolean> {
    try {
      const outcome = await this.transport.snapshot.undoMerge(mergedId);
      const done = outcome.state !== 'refused';
      this.view.toast(done ? m.unmerged() : mergeRefusal(outcome.refusal), done ? 'plain' : 'trouble');
      await this.#refetch(conversationId);
      return done;
    } catch (cause) {
      this.report(cause);
      return false;
    }
  }

  async dismissSuggestion(conversationId: string, contactId: string): Promise<void> {
    await this.#command(conversationId, () => this.transport.snapshot.dismissSuggestion(contactId), true);
    await this.#refetch(conversationId);
  }

  /** Goes to the message that one answers: in this thread, in an earlier conversation, or far up in the history. */
  async showQuoted(conversationId: string, message: Message): Promise<void> {
    const quote = message.quote;
    if (!quote) return;
    if (quote.messageId !== '' && quote.conversationId !== '' && quote.conversationId !== conversationId) {
      return this.navigate(quote.conversationId, quote.messageId);
    }
    let id = quote.messageId;
    await this.#quietly(async () => {
      if (id === '') id = await this.transport.thread.findQuoted(message.id);
      if (id === '') return this.view.toast(m.quote_not_found(), 'trouble');
      if (quote.messageId === '') {
        this.threads.get(conversationId)?.put(await this.transport.thread.messages([message.id]));
      }
      this.view.jumpTo = id;
    });
  }

  /** Loads the quick replies unless they are here. */
  async loadQuickReplies(): Promise<void> {
    if (this.quickReplies) return;
    await this.#quietly(async () => (this.quickReplies = await this.transport.quickReplies.list()));
  }

  /** Resolves to why it was not saved, "" when it was. */
  saveQuickReply(reply: QuickReply): Promise<string> {
    return this.#changeQuick(reply.shortcut, () => this.transport.quickReplies.save(reply));
  }

  deleteQuickReply(id: string): Promise<string> {
    return this.#changeQuick('', () => this.transport.quickReplies.delete(id));
  }

  async #changeQuick(shortcut: string, act: () => Promise<Outcome>): Promise<string> {
    try {
      const { state, refusal } = await act();
      if (state === 'refused') {
        if (refusal?.code === 'conflict') return m.quick_taken({ shortcut });
        if (refusal?.code === 'invalid') return m.quick_invalid();
        return refusalText(refusal, undefined, this.now.ms, false);
      }
      this.quickReplies = await this.transport.quickReplies.list();
      return '';
    } catch (cause) {
      return errorText(toParleyError(cause));
    }
  }

  async updateContact(conversation: Conversation, contact: Contact): Promise<boolean> {
    const outcome = await this.#command(conversation.id, () => this.transport.snapshot.updateContact(contact));
    await this.#refetch(conversation.id);
    return outcome !== undefined && outcome.state !== 'refused';
  }

  async saveNote(conversationId: string, noteId: string, text: string): Promise<boolean> {
    const outcome = await this.#command(conversationId, () =>
      this.transport.snapshot.saveNote(conversationId, noteId, text),
    );
    await this.loadNotes(conversationId);
    return outcome !== undefined && outcome.state !== 'refused';
  }

  async setAlerts(change: Partial<AlertSettings>): Promise<void> {
    await this.setSettings({ alerts: { ...this.settings.value.alerts, ...change } });
  }

  async setSettings(change: Partial<Settings>): Promise<void> {
    const next = { ...this.settings.value, ...change };
    this.settings.load(next);
    try {
      this.settings.load(await this.transport.settings.set(next));
    } catch (cause) {
      this.report(cause);
    }
  }

  /** Keeps the width of a panel; 0 is as the design has it. */
  async setWidth(panel: Panel, width: number): Promise<void> {
    await this.setSettings({ [SETTING[panel]]: width });
    this.look.rest();
  }

  showSide(tab: Settings['sideTab']): void {
    this.view.sideOpen = true;
    if (this.settings.value.sideTab !== tab) void this.setSettings({ sideTab: tab });
  }

  async refresh(): Promise<void> {
    if (this.refreshing) return;
    this.refreshing = true;
    try {
      this.#takeConnection(await this.transport.workspace.refresh());
    } catch (cause) {
      this.report(cause);
    } finally {
      this.refreshing = false;
    }
  }

  async copy(text: string): Promise<void> {
    try {
      await this.transport.shell.copyText(text);
      this.view.toast(m.copied(), 'plain', 2500);
    } catch (cause) {
      this.report(cause);
    }
  }

  async openPhone(): Promise<void> {
    await this.#quietly(() => this.transport.practice.openPhone());
  }

  openLink(url: string): void {
    void this.#quietly(() => this.transport.shell.openLink(url));
  }

  /** Says in a sentence what did not work. */
  report(cause: unknown): void {
    const error = toParleyError(cause);
    // The agent, or the end of the application, called it off.
    if (error.code === 'cancelled') return;
    this.view.toast(errorText(error), 'trouble');
  }

  /** Runs a command and says what came of it; undefined when it could not even be asked for. */
  async #command(conversationId: string, act: () => Promise<Outcome>, silent = false): Promise<Outcome | undefined> {
    try {
      const outcome = await act();
      if (outcome.state === 'refused') {
        // What was written comes back by an event, with its own words.
        if (outcome.refusal?.code !== 'news') {
          this.view.toast(refusalText(outcome.refusal, this.conversations.get(conversationId), this.now.ms), 'trouble');
        }
        await this.#refetch(conversationId);
      }
      if (outcome.state === 'waiting' && !silent) this.view.toast(m.waits_here());
      return outcome;
    } catch (cause) {
      this.report(cause);
      return undefined;
    }
  }

  #refetch(id: string): Promise<void> {
    return this.#quietly(() => this.#readRows([id]));
  }

  /** Asks for rows. A row that a later question has brought already is not overwritten by the answer to an older one. */
  async #readRows(ids: string[]): Promise<void> {
    const question = (this.#questions += 1);
    this.#open += 1;
    try {
      const found = await this.transport.conversations.get(ids);
      const news = new Set(ids.filter((id) => (this.#answered.get(id) ?? 0) < question));
      for (const id of news) this.#answered.set(id, question);
      const kept = new Set(found.map((row) => row.id));
      this.conversations.put(found.filter((row) => news.has(row.id)));
      this.conversations.remove([...news].filter((id) => !kept.has(id)));
    } finally {
      this.#open -= 1;
      if (this.#open === 0) this.#answered.clear();
    }
  }

  /** Runs something whose failure is worth a sentence and nothing more. */
  async #quietly(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (cause) {
      this.report(cause);
    }
  }
}

const KEY = Symbol('parley');

export function provideParley(parley: Parley): void {
  setContext(KEY, parley);
}

/** What a component that is mounted by itself needs around it. */
export function contextOf(parley: Parley): Map<unknown, unknown> {
  return new Map([[KEY, parley]]);
}

export function useParley(): Parley {
  return getContext<Parley>(KEY);
}
