import { SvelteMap } from 'svelte/reactivity';
import type { Note } from '../bridge/types';

/** Notes by conversation. A load replaces all notes of a conversation. */
export class Notes {
  readonly #byConversation = new SvelteMap<string, Note[]>();
  /** Which reading of a conversation's notes began last. */
  readonly #asked = new Map<string, number>();
  #turn = 0;

  /** Undefined until loaded. Oldest first. */
  of(conversationId: string): Note[] | undefined {
    return this.#byConversation.get(conversationId);
  }

  /** Whether the notes of a conversation are here, or on their way: news of them are to be read. */
  follows(conversationId: string): boolean {
    return this.#asked.has(conversationId);
  }

  /** Reads the notes of a conversation. Of several readings the one that began last counts, whenever they end. */
  async load(conversationId: string, read: () => Promise<Note[]>): Promise<void> {
    const turn = (this.#turn += 1);
    const before = this.#asked.get(conversationId);
    this.#asked.set(conversationId, turn);
    try {
      const notes = await read();
      if (this.#asked.get(conversationId) !== turn) return;
      this.#byConversation.set(
        conversationId,
        [...notes].sort((a, b) => a.createdMs - b.createdMs),
      );
    } catch (cause) {
      if (before === undefined && this.#asked.get(conversationId) === turn) this.#asked.delete(conversationId);
      throw cause;
    }
  }

  drop(conversationId: string): void {
    this.#byConversation.delete(conversationId);
    this.#asked.delete(conversationId);
  }

  clear(): void {
    this.#byConversation.clear();
    this.#asked.clear();
  }
}
