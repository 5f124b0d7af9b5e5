import type { Conversation } from '../../lib/bridge/types';
import type { Thread } from '../../lib/state/messages.svelte';
import type { Parley } from '../../lib/state/parley.svelte';

/** Tells the hub what an agent has read: the last of the contact's messages that a thread has shown whole. */
export class Seen {
  readonly #parley: Parley;
  /** The last message that was told. */
  #told = '';

  constructor(parley: Parley) {
    this.#parley = parley;
  }

  /** Only what an assigned conversation shows in a focused window counts. */
  may(row: Conversation): boolean {
    const { view, workspace, gone } = this.#parley;
    return (
      view.focused &&
      row.status === 'assigned' &&
      row.assigneeId === workspace.me.id &&
      (row.unread > 0 || row.transferredBy !== '') &&
      !gone
    );
  }

  mark(row: Conversation, thread: Thread, scroller: HTMLElement): void {
    const seen = lastShown(scroller);
    const no = thread.get(seen)?.no ?? 0;
    if (seen === '' || no <= (thread.get(this.#told)?.no ?? 0)) return;
    this.#told = seen;
    void this.#parley.transport.thread.markRead(row.id, seen).catch(() => (this.#told = ''));
  }
}

/** The id of the last message from the contact whose end can be seen; empty when there is none. */
function lastShown(scroller: HTMLElement): string {
  const bottom = scroller.getBoundingClientRect().bottom + 4;
  let seen = '';
  for (const element of scroller.querySelectorAll<HTMLElement>('article[data-direction="in"]')) {
    if (element.getBoundingClientRect().bottom > bottom) continue;
    seen = element.dataset.messageId ?? seen;
  }
  return seen;
}
