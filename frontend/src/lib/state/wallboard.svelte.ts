import type { Wallboard } from '../bridge/types';
import type { Parley } from './parley.svelte';

/** So often a wallboard that is looked at is asked for. */
const EVERY_MS = 5000;

/** How the team stands, as long as somebody looks. */
export class WallboardStore {
  /** Undefined until the first answer. */
  value = $state.raw<Wallboard | undefined>(undefined);
  /** The last question had no answer: what is shown may have changed. */
  stale = $state(false);

  readonly #parley: Parley;

  constructor(parley: Parley) {
    this.#parley = parley;
  }

  /** Keeps the value current until the returned function is called. */
  watch(): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    const ask = async () => {
      try {
        const value = await this.#parley.transport.workspace.wallboard();
        if (ended) return;
        this.value = value;
        this.stale = false;
      } catch {
        this.stale = true;
      }
      if (!ended) timer = setTimeout(() => void ask(), EVERY_MS);
    };
    void ask();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }
}
