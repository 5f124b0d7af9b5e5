import type { Found, FoundAtHub, Search } from '../../lib/bridge/types';
import { toParleyError } from '../../lib/bridge/errors';
import type { Parley } from '../../lib/state/parley.svelte';

const WAIT_MS = 60;
const DAY_MS = 86_400_000;
const NOTHING: Found = { people: [], messages: [], notes: [], files: [], more: 0, building: false };

export type When = '' | 'today' | 'week' | 'month' | 'older';

/** The hub is asked once the agent rests for so long: it takes a way over the network. */
const HUB_WAIT_MS = 250;
const NOT_ASKED: FoundAtHub = { found: NOTHING, next: '', offline: false };

/**
 * Search in everything the agent may see: what was found on this computer, a moment after each key, and then what only
 * the hub has.
 */
export class Finder {
  found = $state.raw<Found>(NOTHING);
  /** What `found` answers; "" before the first answer. */
  answered = $state('');
  atHub = $state.raw<FoundAtHub>(NOT_ASKED);
  /** The hub has answered what `found` answers. */
  hubAnswered = $state(false);
  /** "" for all, a channel, or the id of a touchpoint. */
  where = $state('');
  from = $state<Search['from']>('');
  when = $state<When>('');
  readonly narrowed = $derived(this.where !== '' || this.from !== '' || this.when !== '');
  readonly empty = $derived(
    this.found.people.length + this.found.messages.length + this.found.notes.length + this.found.files.length === 0,
  );

  readonly #parley: Parley;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(parley: Parley) {
    this.#parley = parley;
  }

  /** Asks after a short rest in typing. The shell ends an older question; an answer to one is dropped. */
  ask(typed: string): void {
    clearTimeout(this.#timer);
    const asked = (this.#asked += 1);
    if (typed.trim() === '') {
      this.found = NOTHING;
      this.atHub = NOT_ASKED;
      this.answered = '';
      return;
    }
    const search = this.#search(typed, 0);
    this.#timer = setTimeout(() => void this.#run(asked, search), WAIT_MS);
  }

  clearFilters(): void {
    this.where = this.from = this.when = '';
  }

  async #run(asked: number, search: Search): Promise<void> {
    try {
      const found = await this.#parley.transport.search.find(search);
      if (asked !== this.#asked) return;
      this.found = found;
      this.atHub = NOT_ASKED;
      this.answered = search.text;
      this.hubAnswered = false;
      this.#timer = setTimeout(() => void this.#askHub(asked, search), HUB_WAIT_MS);
    } catch (cause) {
      if (asked === this.#asked && toParleyError(cause).code !== 'cancelled') this.#parley.asking.report(cause);
    }
  }

  /** Adds the messages that come after those that are shown. */
  async more(): Promise<void> {
    const asked = this.#asked;
    if (this.found.more === 0) return;
    try {
      const next = await this.#parley.transport.search.find(this.#search(this.answered, this.found.more));
      if (asked !== this.#asked) return;
      this.found = { ...this.found, messages: [...this.found.messages, ...next.messages], more: next.more };
    } catch (cause) {
      this.#parley.asking.report(cause);
    }
  }

  async #askHub(asked: number, search: Search): Promise<void> {
    try {
      const atHub = await this.#parley.transport.search.atHub(search, '');
      if (asked !== this.#asked) return;
      this.atHub = atHub;
      this.hubAnswered = true;
    } catch (cause) {
      if (asked === this.#asked && toParleyError(cause).code !== 'cancelled') this.#parley.asking.report(cause);
    }
  }

  /** Adds further messages of the hub. */
  async moreAtHub(): Promise<void> {
    const asked = this.#asked;
    const before = this.atHub;
    try {
      const next = await this.#parley.transport.search.atHub(this.#search(this.answered, 0), before.next);
      if (asked !== this.#asked) return;
      const messages = [...before.found.messages, ...next.found.messages];
      this.atHub = { ...next, found: { ...before.found, messages } };
    } catch (cause) {
      this.#parley.asking.report(cause);
    }
  }

  #search(text: string, after: number): Search {
    const { workspace, now } = this.#parley;
    const channel = workspace.channels.includes(this.where) ? this.where : '';
    const midnight = new Date(now.ms).setHours(0, 0, 0, 0);
    const since = { '': 0, today: midnight, week: midnight - 6 * DAY_MS, month: midnight - 29 * DAY_MS, older: 0 };
    return {
      text,
      channel,
      touchpointId: channel === '' ? this.where : '',
      from: this.from,
      sinceMs: since[this.when],
      tillMs: this.when === 'older' ? since.month : 0,
      after,
    };
  }
}
