import type { Thread } from './messages.svelte';
import type { Parley } from './parley.svelte';

const PAGE = 60;
/** So long after a thread has come it is asked what the contact had before. */
const PAST_MS = 250;

type Parts = Pick<Parley, 'asking' | 'conversations' | 'drafts' | 'notes' | 'threads' | 'transport'>;

/** Loads what threads show, page by page. */
export class Reading {
  readonly #of: Parts;

  constructor(parts: Parts) {
    this.#of = parts;
  }

  /** Loads the newest page, the draft and the notes of a conversation. */
  async load(id: string): Promise<void> {
    const thread = this.#of.threads.use(id);
    const unread = this.#of.conversations.get(id)?.unread ?? 0;
    await Promise.all([
      this.#of.asking.quietly(async () => {
        const page = await this.#of.transport.thread.open(id, Math.min(500, Math.max(PAGE, unread + 20)));
        thread.load(page, true);
        // Not before the thread is shown.
        setTimeout(() => void this.#of.asking.quietly(() => this.#loadPast(thread)), PAST_MS);
      }),
      this.#of.drafts.find(id)
        ? undefined
        : this.#of.asking.quietly(async () => this.#of.drafts.load(await this.#of.transport.drafts.load(id))),
      this.#of.notes.of(id) ? undefined : this.loadNotes(id),
    ]);
  }

  async loadNotes(id: string): Promise<void> {
    await this.#of.asking.quietly(async () => this.#of.notes.load(id, () => this.#of.transport.snapshot.notes(id)));
  }

  /** Pages upward. Resolves to whether something was added. */
  async older(thread: Thread): Promise<boolean> {
    const first = thread.list[0];
    if (!first || !thread.more) return false;
    const count = thread.list.length;
    await this.#of.asking.quietly(async () => {
      if (!thread.complete) {
        thread.prepend(await this.#of.transport.thread.before(first.conversationId, first.id, PAGE));
        return;
      }
      // Above its beginning comes what the contact had before.
      const [next, ...rest] = thread.past ?? [];
      if (next === undefined) return;
      thread.prepend(await this.#of.transport.thread.open(next, PAGE));
      thread.past = rest;
    });
    return thread.list.length > count;
  }

  /** Looks what the contact had before a thread. */
  async #loadPast(thread: Thread): Promise<void> {
    const row = this.#of.conversations.get(thread.conversationId);
    if (!row) return;
    const earlier = await this.#of.transport.snapshot.earlier(row.contact.id, row.id);
    thread.past = earlier
      .filter((one) => one.openedMs < row.openedMs)
      .sort((a, b) => b.openedMs - a.openedMs)
      .map((one) => one.id);
  }

  async newer(thread: Thread): Promise<void> {
    const last = thread.list.at(-1);
    if (!last || thread.atTail) return;
    await this.#of.asking.quietly(async () => {
      const page = await this.#of.transport.thread.after(thread.conversationId, last.id, PAGE);
      thread.append(page, page.messages.length < PAGE);
    });
  }

  /** Makes sure a message is loaded. Resolves to whether it is. */
  async reveal(thread: Thread, messageId: string): Promise<boolean> {
    if (thread.has(messageId)) return true;
    await this.#of.asking.quietly(async () => {
      const page = await this.#of.transport.thread.around(thread.conversationId, messageId, PAGE);
      if (!page.messages.some((message) => message.id === messageId)) return;
      const lastNo = this.#of.conversations.get(thread.conversationId)?.lastNo ?? 0;
      thread.load(page, (page.messages.at(-1)?.no ?? 0) >= lastNo);
    });
    return thread.has(messageId);
  }
}
