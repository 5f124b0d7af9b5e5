import { tick } from 'svelte';
import type { Conversation, Message } from '../../lib/bridge/types';
import { m } from '../../lib/paraglide/messages.js';
import type { Thread } from '../../lib/state/messages.svelte';
import type { Parley } from '../../lib/state/parley.svelte';
import { firstUnread, type Item } from '../../lib/state/thread-items';
import { contactName, kindWord } from '../../lib/words';

/** Closer to the end than this counts as being at the end. */
const NEAR_PX = 60;
/** Closer to the start than this asks for older messages. */
const OLDER_PX = 800;
const FLASH_MS = 1600;
/** One page per arrival at the top: a hub that answers nothing is not asked in a loop. */
const OLDER_PAUSE_MS = 150;

/** What shows a thread's items. */
interface List {
  place(): void;
  toEnd(): void;
  toMiddle(index: number): Promise<void>;
}

/** The thread that is shown, and what it is shown in; some of it is not there yet at first. */
interface Shown {
  readonly row: Conversation;
  readonly thread: Thread | undefined;
  readonly items: readonly Item[];
  readonly list: List | undefined;
  readonly scroller: HTMLElement | undefined;
}

/** Where an agent is in a thread, and what has arrived at its end meanwhile. */
export class Position {
  /** The messages are there: what was unread is known. */
  opened = $state(false);
  /** They stand where they are to be seen first. */
  placed = $state(false);
  atEnd = $state(true);
  /** How many messages have arrived below what is shown. */
  unseen = $state(0);
  loadingOlder = $state(false);
  /** The first message that was unread when the conversation was opened. */
  newId = $state('');
  /** The message that a jump has led to, for a moment. */
  flash = $state('');
  /** What a screen reader says of the latest arrival. */
  spoken = $state('');

  /** The last message that is known to be shown or counted. */
  #lastId = '';
  /** A newer page is being loaded below a run that does not reach the end. */
  #paging = false;
  readonly #parley: Parley;
  readonly #shown: Shown;

  constructor(parley: Parley, shown: Shown) {
    this.#parley = parley;
    this.#shown = shown;
  }

  /**
   * Whether the messages are there that the row tells of. While they are on their way it is too early to open: they would be
   * taken for something that has just arrived, which is followed to the end and read.
   */
  isHere(thread: Thread): boolean {
    const { id, lastNo } = this.#shown.row;
    const has = (message: Message) => message.conversationId === id && message.no >= lastNo;
    return !thread.atTail || thread.list.some(has);
  }

  /** Learns what is unread, before the first frame of the messages. */
  open(thread: Thread): void {
    const { row } = this.#shown;
    this.newId = row.status === 'queued' ? '' : firstUnread(thread.list, row.unread);
    this.#lastId = thread.lastId;
    this.opened = true;
  }

  /** Stands at the first unread message, or at the end. */
  place(): void {
    this.#shown.list?.place();
    this.placed = true;
    this.measure();
  }

  measure(): void {
    const { scroller, thread } = this.#shown;
    if (!scroller) return;
    this.atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_PX;
    if (this.atEnd && thread?.atTail) this.unseen = 0;
  }

  /** The agent has scrolled: loads what comes next in that direction. */
  moved(offset: number): void {
    this.measure();
    if (offset < OLDER_PX) void this.older();
    if (this.atEnd) void this.#newer();
  }

  /** The editor grows, an image gets its size: stays at the end. */
  stay(): boolean {
    if (!this.placed || !this.atEnd || this.#parley.view.jumpTo !== '') return false;
    this.toEnd();
    return true;
  }

  toEnd(): void {
    this.#shown.list?.toEnd();
  }

  toUnread(): void {
    if (this.newId !== '' && this.#shown.thread?.has(this.newId)) this.#parley.view.jumpTo = this.newId;
    else this.toEnd();
  }

  /** Something is at the end that was not: follows it when at the end, otherwise counts it. */
  arrived(lastId: string, messages: readonly Message[]): void {
    if (lastId === this.#lastId) return;
    const from = messages.findIndex((message) => message.id === this.#lastId) + 1;
    this.#lastId = lastId;
    // A jump or a page: nothing has arrived.
    if (from <= 0 || this.#paging) return;
    const fresh = messages.slice(from);
    const incoming = fresh.filter((message) => message.direction === 'in');
    const last = incoming.at(-1);
    if (last) {
      const { text, kind } = last.content;
      this.spoken = m.spoken_new({ name: contactName(this.#shown.row.contact), text: text || kindWord(kind) });
    }
    if (this.atEnd || fresh.some((message) => this.#justWritten(message))) void tick().then(() => this.toEnd());
    else this.unseen += incoming.length;
  }

  #justWritten(message: Message): boolean {
    return message.direction === 'out' && message.agentId === this.#parley.workspace.me.id && message.no === 0;
  }

  async older(): Promise<void> {
    const { thread } = this.#shown;
    if (!thread?.more || this.loadingOlder || !this.placed) return;
    this.loadingOlder = true;
    await this.#parley.reading.older(thread);
    await tick();
    setTimeout(() => (this.loadingOlder = false), OLDER_PAUSE_MS);
  }

  async #newer(): Promise<void> {
    const { thread } = this.#shown;
    if (!thread || thread.atTail || this.#paging) return;
    this.#paging = true;
    await this.#parley.reading.newer(thread);
    await tick();
    this.#paging = false;
  }

  async newest(): Promise<void> {
    const { thread, row } = this.#shown;
    if (!thread) return;
    if (!thread.atTail) await this.#parley.reading.load(row.id);
    await tick();
    this.unseen = 0;
    this.toEnd();
  }

  /** Goes to a message: a search hit, a quote, what a notification was about. */
  async jump(id: string): Promise<void> {
    const { thread } = this.#shown;
    const { view, reading } = this.#parley;
    if (!thread) return;
    this.atEnd = false;
    const found = await reading.reveal(thread, id);
    await tick();
    if (view.jumpTo === id) view.jumpTo = '';
    if (!found) return;
    const index = this.#shown.items.findIndex((item) => item.key === id);
    if (index < 0) return;
    // Whoever jumps has left the end: growing items must not pull back there.
    this.atEnd = false;
    await this.#shown.list?.toMiddle(index);
    this.placed = true;
    this.flash = id;
    setTimeout(() => {
      if (this.flash === id) this.flash = '';
    }, FLASH_MS);
    requestAnimationFrame(() => this.measure());
  }
}
