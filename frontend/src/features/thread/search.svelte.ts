import { toParleyError } from '../../lib/bridge/errors';
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
  /** Older messages are being brought here to be searched. */
  fetching = $state(false);
  /** Older messages could not be brought here: the hits are not all there are. */
  partial = $state(false);
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
    this.fetching = this.partial = false;
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
    this.partial = false;
    try {
      let found = await this.#parley.transport.thread.search(conversationId, query);
      if (asked !== this.#asked) return;
      this.#take(query, found.hits);
      // The rest of the history, from the newest to the oldest: hits are added while it comes.
      while (!found.complete) {
        this.fetching = true;
        const last = await this.#parley.transport.thread.fetch(conversationId);
        if (asked !== this.#asked) return;
        found = await this.#parley.transport.thread.search(conversationId, query);
        if (asked !== this.#asked) return;
        this.#take(query, found.hits);
        if (last) break;
      }
    } catch (cause) {
      if (asked !== this.#asked) return;
      if (toParleyError(cause).code === 'offline') this.partial = true;
      else this.#parley.asking.report(cause);
    } finally {
      if (asked === this.#asked) this.fetching = false;
    }
  }

  /** Takes hits; the current one stays the current one. */
  #take(query: string, hits: Hit[]): void {
    const current = this.answered === query ? this.currentId : '';
    this.hits = [...hits].reverse();
    this.answered = query;
    const at = this.hits.findIndex((hit) => hit.messageId === current);
    this.at = at >= 0 ? at : this.hits.length - 1;
    if (current === '' && this.currentId !== '') this.#show();
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
