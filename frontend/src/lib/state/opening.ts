import type { Conversation, Message } from '../bridge/types';
import { m } from '../paraglide/messages.js';
import type { Parley } from './parley.svelte';

/** A click waits this long for the thread that was asked for when the button went down. */
const AT_ONCE_MS = 25;

type Parts = Pick<
  Parley,
  'asking' | 'conversations' | 'drafts' | 'lists' | 'reading' | 'rows' | 'threads' | 'transport' | 'view' | 'workspace'
>;

/** Which conversation is looked at, and the ways to get there. */
export class Opening {
  readonly #of: Parts;
  /** The thread that is being loaded, or was, before its conversation is opened. */
  #warmed: { id: string; loaded: Promise<void> } | undefined;
  /** Counts what was opened. */
  #turn = 0;

  constructor(parts: Parts) {
    this.#of = parts;
  }

  /** Loads a thread that will be opened in a moment: the pointer is down on its row. */
  warm(id: string): void {
    if (id === this.#of.view.openId || id === this.#warmed?.id || this.#of.threads.get(id)?.loaded) return;
    this.#warmed = { id, loaded: this.#of.reading.load(id) };
    // The open one stays among those that are kept.
    if (this.#of.view.openId !== '') this.#of.threads.use(this.#of.view.openId);
  }

  /** What was loaded beforehand is not there any more. */
  forget(): void {
    this.#warmed = undefined;
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
    this.#of.view.page = 'conversations';
    const before = this.#of.view.openId;
    if (before !== '' && before !== id) void this.#of.drafts.flush(before);
    this.#of.view.jumpTo = options.jumpTo ?? '';
    if (before !== id) {
      this.#of.view.searchOpen = false;
      this.#of.view.openId = id;
      if (this.#warmed?.id !== id) void this.#of.reading.load(id);
      this.#warmed = undefined;
    }
    if (options.focus !== false) this.#of.view.wantsEditor += 1;
    const row = this.#of.conversations.get(id);
    if (row?.status === 'wrap_up') this.#of.view.sideOpen = true;
  }

  /** Goes where a notification leads. The shell keeps that until it is taken, so that each leads somewhere once. */
  async takeNavigation(): Promise<void> {
    const to = await this.#of.transport.shell.takeNavigation();
    if (to.conversationId !== '') void this.navigate(to.conversationId, to.messageId);
  }

  async navigate(conversationId: string, messageId: string): Promise<void> {
    if (!this.#of.conversations.get(conversationId)) {
      await this.#of.rows.refetch(conversationId);
    }
    const row = this.#of.conversations.get(conversationId);
    if (!row) {
      this.#of.view.toast(m.error_not_found(), 'trouble');
      return;
    }
    if (row.status === 'queued') this.#of.view.tab = 'inbox';
    else if (row.assigneeId === this.#of.workspace.me.id && row.status !== 'closed') this.#of.view.tab = 'mine';
    this.open(conversationId, { jumpTo: messageId });
  }

  /** Opens the window that closes next, then the one after it, and so on. */
  nextClosing(): void {
    const rows = this.#of.lists.closing;
    const at = rows.findIndex((row) => row.id === this.#of.view.openId);
    const next = rows[(at + 1) % Math.max(1, rows.length)];
    if (!next) return;
    this.#of.view.tab = 'mine';
    this.open(next.id);
  }

  close(): void {
    if (this.#of.view.openId !== '') void this.#of.drafts.flush(this.#of.view.openId);
    this.#of.view.openId = '';
    this.#of.view.sideOpen = false;
  }

  /** The conversation to go to after the open one has left: the next one in the agent's own list. */
  next(leaving: string, order: string[]): void {
    const at = order.indexOf(leaving);
    const rest = order.filter((id) => id !== leaving);
    const following = rest[Math.min(Math.max(at, 0), rest.length - 1)];
    if (following !== undefined) this.open(following);
    else this.close();
  }

  /** Shows what was written from a day on; in an earlier conversation of the contact when it was there. */
  async toDay(row: Conversation, ms: number): Promise<void> {
    await this.#of.asking.quietly(async () => {
      const earlier = await this.#of.transport.snapshot.earlier(row.contact.id, row.id);
      const begun = [row, ...earlier].sort((a, b) => a.openedMs - b.openedMs);
      // The first one that had not ended before.
      const at = begun.find((one) => one.closedMs === 0 || one.closedMs >= ms) ?? row;
      const messageId = await this.#of.transport.thread.since(at.id, ms);
      if (at.id !== row.id) await this.navigate(at.id, messageId);
      else if (messageId !== '') this.#of.view.jumpTo = messageId;
    });
  }

  /** Goes to the message that one answers: in this thread, in an earlier conversation, or far up in the history. */
  async toQuoted(conversationId: string, message: Message): Promise<void> {
    const quote = message.quote;
    if (!quote) return;
    if (quote.messageId !== '' && quote.conversationId !== '' && quote.conversationId !== conversationId) {
      return this.navigate(quote.conversationId, quote.messageId);
    }
    let id = quote.messageId;
    await this.#of.asking.quietly(async () => {
      if (id === '') id = await this.#of.transport.thread.findQuoted(message.id);
      if (id === '') return this.#of.view.toast(m.quote_not_found(), 'trouble');
      if (quote.messageId === '') {
        this.#of.threads.get(conversationId)?.put(await this.#of.transport.thread.messages([message.id]));
      }
      this.#of.view.jumpTo = id;
    });
  }
}
