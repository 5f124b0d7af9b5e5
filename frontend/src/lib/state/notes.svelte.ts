import { SvelteMap } from 'svelte/reactivity';
import type { Note } from '../bridge/types';

/** Notes by conversation. A load replaces all notes of a conversation. */
export class Notes {
  readonly #byConversation = new SvelteMap<string, Note[]>();

  /** Undefined until loaded. Oldest first. */
  of(conversationId: string): Note[] | undefined {
    return this.#byConversation.get(conversationId);
  }

  load(conversationId: string, notes: Note[]): void {
    this.#byConversation.set(
      conversationId,
      [...notes].sort((a, b) => a.createdMs - b.createdMs),
    );
  }

  drop(conversationId: string): void {
    this.#byConversation.delete(conversationId);
  }

  clear(): void {
    this.#byConversation.clear();
  }
}
