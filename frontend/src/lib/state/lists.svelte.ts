import type { Conversation } from '../bridge/types';
import { matches } from '../text/fold';
import {
  closingRows,
  deadlineRows,
  groupByChannel,
  isClosing,
  sortInbox,
  sortMine,
  type Conversations,
} from './conversations.svelte';
import type { Now } from './now.svelte';
import type { View } from './view.svelte';
import type { SettingsStore, WorkspaceStore } from './workspace.svelte';

/** The group of what was left unsent in conversations that are not the agent's. No channel is called so. */
export const DRAFTS = 'drafts';

/** The filter for windows that close soon. No channel is called so. */
export const CLOSING = 'closing';

/** The two lists as they are shown: searched, filtered, sorted, grouped. */
export class Lists {
  readonly #conversations: Conversations;
  readonly #workspace: WorkspaceStore;
  readonly #settings: SettingsStore;
  readonly #view: View;
  readonly #now: Now;
  /** An order to keep while the pointer or the focus is in the list, so that no row moves away under it. */
  #held = $state.raw<Map<string, number> | undefined>(undefined);

  constructor(parts: {
    conversations: Conversations;
    workspace: WorkspaceStore;
    settings: SettingsStore;
    view: View;
    now: Now;
  }) {
    this.#conversations = parts.conversations;
    this.#workspace = parts.workspace;
    this.#settings = parts.settings;
    this.#view = parts.view;
    this.#now = parts.now;
  }

  readonly inbox = $derived.by(() => {
    const { filter, sort, listQuery } = this.#view;
    const rows = this.#conversations.inbox.filter(
      (row) =>
        (filter === '' ||
          row.touchpointId === filter ||
          row.queueId === filter ||
          this.#workspace.channelOf(row.touchpointId) === filter ||
          (filter === CLOSING && isClosing(row, this.#now.minute))) &&
        found(row, listQuery),
    );
    return this.#hold(sortInbox(rows, sort, sort === 'closing' ? this.#now.minute : 0));
  });

  readonly groups = $derived.by(() => {
    const rows = sortMine(this.#conversations.mine.filter((row) => found(row, this.#view.listQuery)));
    return groupByChannel(
      this.#hold(rows),
      (row) => this.#workspace.channelOf(row.touchpointId),
      this.#workspace.channels,
    );
  });

  /** The lane: the agent's own rows whose window closes soon. */
  readonly closing = $derived.by(() => closingRows(this.#conversations.mine, this.#now.minute));

  /** The deadline view: the agent's own rows whose contact waits, by time left. */
  readonly deadlines = $derived.by(() =>
    this.#hold(
      deadlineRows(
        this.#conversations.mine.filter((row) => found(row, this.#view.listQuery)),
        this.#now.minute,
      ),
    ),
  );

  /** What was left unsent elsewhere, the latest conversation on top. */
  readonly drafted = $derived.by(() =>
    sortMine(this.#conversations.drafted.filter((row) => found(row, this.#view.listQuery))),
  );

  /** Ids of the agent's own rows from top to bottom, without those in folded groups. */
  readonly order = $derived.by(() =>
    this.#view.byDeadline
      ? this.deadlines.map((row) => row.id)
      : this.groups.flatMap((group) =>
          this.#settings.folded.has(group.channel) ? [] : group.rows.map((row) => row.id),
        ),
  );

  /** Keeps the order of now until `release`; rows that arrive meanwhile go to the end. */
  hold(): void {
    const mine = () => (this.#view.byDeadline ? this.deadlines : this.groups.flatMap((group) => group.rows));
    const ids = this.#view.tab === 'inbox' ? this.inbox : mine();
    this.#held ??= new Map(ids.map((row, index) => [row.id, index]));
  }

  release(): void {
    this.#held = undefined;
  }

  #hold(rows: Conversation[]): Conversation[] {
    const held = this.#held;
    if (!held) return rows;
    const at = (row: Conversation) => held.get(row.id) ?? Infinity;
    return rows
      .map((row, index) => ({ row, index }))
      .sort((a, b) => (at(a.row) === at(b.row) ? a.index - b.index : at(a.row) - at(b.row)))
      .map(({ row }) => row);
  }
}

function found(row: Conversation, query: string): boolean {
  if (query.trim() === '') return true;
  const { name, number, email, username } = row.contact;
  const digits = query.replace(/[\s()+-]/g, '');
  if (/^\d{2,}$/.test(digits) && number.replace(/\D/g, '').includes(digits)) return true;
  return matches(`${name} ${number} ${email} ${username}`, query);
}
