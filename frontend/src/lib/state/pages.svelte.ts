import { problemText } from '../admin-words';
import { toParleyError } from '../bridge/errors';

/** A list that the hub gives page by page, the latest first. */
export class Pages<T extends { id: string }> {
  rows = $state.raw<T[]>([]);
  /** There are earlier ones. */
  more = $state(false);
  /** The first page is there. */
  loaded = $state(false);
  /** Why the last page did not come; "" when it did. */
  problem = $state('');

  readonly #ask: (before: string) => Promise<{ rows: T[]; more: boolean }>;
  /** Counts what was asked: only the latest beginning counts. */
  #turn = 0;

  constructor(ask: (before: string) => Promise<{ rows: T[]; more: boolean }>) {
    this.#ask = ask;
  }

  /** Begins anew. */
  load(): Promise<void> {
    this.#turn += 1;
    return this.#page('');
  }

  /** Adds the page after the last one. */
  async earlier(): Promise<void> {
    const last = this.rows.at(-1);
    if (last) await this.#page(last.id);
  }

  async #page(before: string): Promise<void> {
    const turn = this.#turn;
    try {
      const page = await this.#ask(before);
      if (turn !== this.#turn) return;
      this.rows = before === '' ? page.rows : [...this.rows, ...page.rows];
      this.more = page.more;
      this.loaded = true;
      this.problem = '';
    } catch (cause) {
      if (turn === this.#turn) this.problem = problemText(toParleyError(cause));
    }
  }
}
