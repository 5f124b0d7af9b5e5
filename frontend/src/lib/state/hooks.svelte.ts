import type { Hook } from '../bridge/admin-types';
import type { Parley } from './parley.svelte';

/** So often an admin's desk looks whether a webhook was switched off. Hubs give up after days. */
const EVERY_MS = 5 * 60_000;

type Parts = Pick<Parley, 'asking' | 'transport'>;

/** The outgoing webhooks that were switched off because their receivers failed, for admins to hear of. */
export class HookAlarm {
  gaveUp = $state.raw<Hook[]>([]);
  readonly #of: Parts;

  constructor(parts: Parts) {
    this.#of = parts;
  }

  async load(): Promise<void> {
    await this.#of.asking.quietly(async () => {
      this.gaveUp = (await this.#of.transport.admin.hooks()).filter((hook) => hook.gaveUp);
    });
  }

  /** Keeps looking until the returned function is called. */
  watch(): () => void {
    void this.load();
    const timer = setInterval(() => void this.load(), EVERY_MS);
    return () => clearInterval(timer);
  }
}
