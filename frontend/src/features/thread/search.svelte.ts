import type { Hit } from '../../lib/bridge/types';
import type { Parley } from '../../lib/state/parley.svelte';

const WAIT_MS = 120;

/** Search in the open conversation: hits from the oldest to the newest, one of them current. */
export class ThreadSearch {
  query = $state('');
  hits = $state.raw<Hit[]>([]);
  /** Index of the current hit, -1 for none. */
  at = $state(-1);
  /** The query that `hits` answers. */
  answered = $state('');
  readonly currentId = $derived(this.hits[this.at]?.messageId ?? '');

  readonly #parley: Parley;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(parley: Parley) {
    this.#parley = parley;
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.query = this.answered = '';
    this.hits = [];
    this.at = -1;
  }

  /** Asks after a short rest in typing; an answer to an older question is dropped. */
  ask(conversationId: string): void {
    clearTimeout(this.#timer);
    const query = this.query.trim();
    if (query === '') {
      this.#asked += 1;
      this.hits = [];
      this.at = -1;
      this.answered = '';
      return;
    }
    this.#timer = setTimeout(() => void this.#run(conversationId, query), WAIT_MS);
  }

  async #run(conversationId: string, query: string): Promise<void> {
    const asked = (this.#asked += 1);
    try {
      const hits = await this.#parley.transport.thread.search(conversationId, query);
      if (asked !== this.#asked) return;
      this.hits = [...hits].reverse();
      this.answered = query;
      this.at = this.hits.length - 1;
      this.#show();
    } catch (cause) {
      this.#parley.report(cause);
    }
  }

  /** Goes to the next (1) or previous (-1) hit, around the ends. */
  step(by: number): void {
    if (this.hits.length === 0) return;
    this.at = (this.at + by + this.hits.length) % this.hits.length;
    this.#show();
  }

  #show(): void {
    if (this.currentId !== '') this.#parley.view.jumpTo = this.currentId;
  }
}
