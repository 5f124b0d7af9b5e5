import { toParleyError } from '../bridge/errors';
import { problemText } from '../admin-words';

/** A page of the administration that changes something, one change at a time. */
export class Changing {
  /** A change is under way. */
  busy = $state(false);

  /** Makes a change. Resolves to why it was not made, "" when it was. */
  async change(make: () => Promise<unknown>): Promise<string> {
    if (this.busy) return '';
    this.busy = true;
    try {
      await make();
      return '';
    } catch (cause) {
      return problemText(toParleyError(cause));
    } finally {
      this.busy = false;
    }
  }
}

/** What a page of the administration asks the hub for while it is open. Nothing of it is kept. */
export class Asked<T> extends Changing {
  /** Undefined until the first answer. */
  value = $state.raw<T | undefined>(undefined);
  /** Why the last question had no answer; "" when it had. */
  problem = $state('');

  readonly #ask: () => Promise<T>;

  constructor(ask: () => Promise<T>) {
    super();
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

  /** Makes a change and asks again. */
  override change(make: () => Promise<unknown>): Promise<string> {
    return super.change(async () => {
      await make();
      await this.load();
    });
  }
}
