import { SvelteMap } from 'svelte/reactivity';
import type { Conversation } from '../bridge/types';
import { windowState } from '../domain';

export type Sort = 'oldest' | 'newest' | 'closing';

/**
 * Conversations by id. A row replaces the whole entity unless it is older than the one here; fields are never
 * merged. Only `load`, `put` and `remove` write; which list a row belongs to follows from its status.
 */
export class Conversations {
  readonly #byId = new SvelteMap<string, Conversation>();
  #me = $state('');
  /** The lists were loaded at least once. */
  loaded = $state(false);

  /** Everything queued for this agent, in no order. */
  readonly inbox = $derived([...this.#byId.values()].filter((row) => row.status === 'queued'));
  /** What is this agent's, in no order. */
  readonly mine = $derived(
    [...this.#byId.values()].filter(
      (row) => row.assigneeId === this.#me && (row.status === 'assigned' || row.status === 'wrap_up'),
    ),
  );
  /** Chats whose end can be taken back for a moment still, the latest first. */
  readonly resting = $derived(
    [...this.#byId.values()].filter((row) => row.restMs > 0).sort((a, b) => b.restMs - a.restMs),
  );
  /** Not this agent's, and something of theirs is still unsent there, in no order. */
  readonly drafted = $derived(
    [...this.#byId.values()].filter(
      (row) =>
        row.draft !== '' && !(row.assigneeId === this.#me && (row.status === 'assigned' || row.status === 'wrap_up')),
    ),
  );
  readonly unread = $derived(this.mine.reduce((sum, row) => sum + row.unread, 0));

  get(id: string): Conversation | undefined {
    return this.#byId.get(id);
  }

  /** Replaces everything by what was loaded. */
  load(me: string, rows: Conversation[]): void {
    this.#me = me;
    const kept = new Set(rows.map((row) => row.id));
    for (const id of [...this.#byId.keys()]) if (!kept.has(id)) this.#byId.delete(id);
    for (const row of rows) this.#byId.set(row.id, row);
    this.loaded = true;
  }

  /** Takes rows; one with a lower version than the one here is dropped. */
  put(rows: Conversation[]): void {
    for (const row of rows) {
      const known = this.#byId.get(row.id);
      if (!known || row.version >= known.version) this.#byId.set(row.id, row);
    }
  }

  remove(ids: string[]): void {
    for (const id of ids) this.#byId.delete(id);
  }
}

/** Orders Inbox rows. "closing" puts open windows that end first on top, closed ones last. */
export function sortInbox(rows: Conversation[], sort: Sort, nowMs: number): Conversation[] {
  const closing = (row: Conversation) => (row.windowUntilMs > nowMs ? row.windowUntilMs : Infinity);
  const byAge = (a: Conversation, b: Conversation) => a.openedMs - b.openedMs || compareIds(a.id, b.id);
  return [...rows].sort((a, b) => {
    if (sort === 'newest') return byAge(b, a);
    if (sort === 'closing') {
      const [left, right] = [closing(a), closing(b)];
      return left === right ? byAge(a, b) : left - right;
    }
    return byAge(a, b);
  });
}

/** The agent's own rows: the latest message on top. */
export function sortMine(rows: Conversation[]): Conversation[] {
  return [...rows].sort((a, b) => b.lastMessageMs - a.lastMessageMs || compareIds(a.id, b.id));
}

/**
 * The agent's own rows whose window closes soon, for the lane: those whose contact waits for an answer first, then by
 * time left.
 */
export function closingRows(rows: Conversation[], nowMs: number): Conversation[] {
  return rows
    .filter((row) => row.status === 'assigned' && isClosing(row, nowMs))
    .sort(
      (a, b) => Number(waiting(b)) - Number(waiting(a)) || a.windowUntilMs - b.windowUntilMs || compareIds(a.id, b.id),
    );
}

/** The agent's own rows whose contact waits for an answer, by time left; a window that has closed comes last. */
export function deadlineRows(rows: Conversation[], nowMs: number): Conversation[] {
  const closes = (row: Conversation) => (row.windowUntilMs > nowMs ? row.windowUntilMs : Infinity);
  return rows
    .filter((row) => row.status === 'assigned' && waiting(row))
    .sort((a, b) => {
      const [left, right] = [closes(a), closes(b)];
      return left === right ? a.waitingSinceMs - b.waitingSinceMs || compareIds(a.id, b.id) : left - right;
    });
}

/** Whether the session window is open, and about to close. */
export function isClosing(row: Conversation, nowMs: number): boolean {
  const state = windowState(row.windowUntilMs, nowMs);
  return state === 'closing' || state === 'urgent';
}

function waiting(row: Conversation): boolean {
  return row.waitingSinceMs > 0;
}

export interface Group {
  channel: string;
  rows: Conversation[];
}

/** Groups rows by channel, in the order of the channels given; rows keep their order, empty groups are left out. */
export function groupByChannel(
  rows: Conversation[],
  channelOf: (row: Conversation) => string,
  order: readonly string[],
): Group[] {
  const groups = new Map<string, Conversation[]>(order.map((channel) => [channel, []]));
  for (const row of rows) {
    const channel = channelOf(row);
    const group = groups.get(channel);
    if (group) group.push(row);
    else groups.set(channel, [row]);
  }
  return [...groups].filter(([, list]) => list.length > 0).map(([channel, list]) => ({ channel, rows: list }));
}

function compareIds(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
