import { toParleyError } from '../bridge/errors';
import { problemText } from '../admin-words';

/** What a page of the administration asks the hub for while it is open. Nothing of it is kept. */
export class Asked<T> {
  /** Undefined until the first answer. */
  value = $state.raw<T | undefined>(undefined);
  /** Why the last question had no answer; "" when it had. */
  problem = $state('');
  /** A change is under way. */
  busy = $state(false);

  readonly #ask: () => Promise<T>;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  async load(): Promise<void> {
    try {
      this.value = await this.#ask();
      this.problem = '';
    } catch (cause) {
      this.problem = problemText(toParleyError(cause));
    }
  }

  /** Makes a change and asks again. Resolves to why it was not made, "" when it was; one at a time. */
  async change(make: () => Promise<unknown>): Promise<string> {
    if (this.busy) return '';
    this.busy = true;
    try {
      await make();
      await this.load();
      return '';
    } catch (cause) {
      return problemText(toParleyError(cause));
    } finally {
      this.busy = false;
    }
  }
}
