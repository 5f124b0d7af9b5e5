import type { Found, FoundLine, Search } from '../../lib/bridge/types';
import { toParleyError } from '../../lib/bridge/errors';
import type { Parley } from '../../lib/state/parley.svelte';

const WAIT_MS = 60;
const DAY_MS = 86_400_000;
const NOTHING: Found = { people: [], messages: [], notes: [], files: [], more: 0, building: false };

export type When = '' | 'today' | 'week' | 'month' | 'older';

/** Search in everything the agent may see: what was found on this computer, a moment after each key. */
export class Finder {
  found = $state.raw<Found>(NOTHING);
  /** What `found` answers; "" before the first answer. */
  answered = $state('');
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
      this.answered = search.text;
    } catch (cause) {
      if (asked === this.#asked && toParleyError(cause).code !== 'cancelled') this.#parley.report(cause);
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
      this.#parley.report(cause);
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

  /** Opens the conversation of a line at its message. */
  open(line: FoundLine): void {
    void this.#parley.navigate(line.conversationId, line.messageId);
  }
}
