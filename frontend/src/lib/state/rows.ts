import { keysFirst } from '../keys-first';
import type { Parley } from './parley.svelte';

type Parts = Pick<Parley, 'asking' | 'conversations' | 'threads' | 'transport'>;

/** Asks for the rows and messages that events name, and puts them into the lists and threads. */
export class Rows {
  readonly #of: Parts;
  /** Questions for rows that were asked, those without an answer yet, and which one brought a row last. */
  #questions = 0;
  #open = 0;
  readonly #answered = new Map<string, number>();
  #dirtyRows = new Set<string>();
  #dirtyMessages = new Map<string, Set<string>>();
  #flushing = false;

  constructor(parts: Parts) {
    this.#of = parts;
  }

  /** Asks for one row, and says so when it cannot be had. */
  refetch(id: string): Promise<void> {
    return this.#of.asking.quietly(() => this.read([id]));
  }

  /** Asks for rows. A row that a later question has brought already is not overwritten by the answer to an older one. */
  async read(ids: string[]): Promise<void> {
    const question = (this.#questions += 1);
    this.#open += 1;
    try {
      const found = await this.#of.transport.conversations.get(ids);
      const news = new Set(ids.filter((id) => (this.#answered.get(id) ?? 0) < question));
      for (const id of news) this.#answered.set(id, question);
      const kept = new Set(found.map((row) => row.id));
      this.#of.conversations.put(found.filter((row) => news.has(row.id)));
      this.#of.conversations.remove([...news].filter((id) => !kept.has(id)));
    } finally {
      this.#open -= 1;
      if (this.#open === 0) this.#answered.clear();
    }
  }

  /** Rows have changed, or are gone. */
  changed(ids: string[]): void {
    for (const id of ids) this.#dirtyRows.add(id);
    this.#flushSoon();
  }

  /** Messages of a conversation have changed, or are gone. */
  messagesChanged(conversationId: string, changed: string[]): void {
    if (!this.#of.threads.get(conversationId)) return;
    const ids = this.#dirtyMessages.get(conversationId) ?? new Set();
    for (const id of changed) ids.add(id);
    this.#dirtyMessages.set(conversationId, ids);
    this.#flushSoon();
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
    await this.#of.asking.quietly(async () => {
      await keysFirst.pass();
      if (rows.length > 0) await this.read(rows);
      for (const [conversationId, ids] of messages) {
        const thread = this.#of.threads.get(conversationId);
        if (!thread) continue;
        const found = await this.#of.transport.thread.messages([...ids]);
        const here = new Set(found.map((message) => message.id));
        thread.put(found);
        thread.remove([...ids].filter((id) => !here.has(id)));
      }
    });
  }
}
