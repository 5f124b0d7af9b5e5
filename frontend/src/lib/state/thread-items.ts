import type { Conversation, Message } from '../bridge/types';
import { dayKey } from '../format';

/** What a thread shows, from top to bottom. */
export type Item =
  | { kind: 'day'; key: string; ms: number }
  | { kind: 'new'; key: string }
  /** Here the session window closed, which is closed still. */
  | { kind: 'closed'; key: string; ms: number }
  | { kind: 'event'; key: string; message: Message; now: boolean }
  | { kind: 'note'; key: string; message: Message; about: 'reaction' | 'edit' | 'deletion' }
  | {
      kind: 'message';
      key: string;
      message: Message;
      /** Follows a message of the same side and person closely. */
      follows: boolean;
      /** Is followed by such a message. */
      followed: boolean;
      /** Text after the latest edit, undefined when never edited. */
      edited: string | undefined;
      deleted: boolean;
      /** Who wrote it, when that is a colleague or nobody. */
      author: string;
    };

const TOGETHER_MS = 3 * 60_000;

/**
 * Turns messages into what is shown: dividers between days and before the first unread message, event lines, and
 * bubbles with their edits and deletions. What is about a message of another conversation, or one that is not here,
 * becomes a line, and so does what did not reach Meta. closedMs is when the window closed, 0 while it is open.
 */
export function threadItems(
  messages: readonly Message[],
  meId: string,
  firstUnreadId: string,
  closedMs: number = 0,
): Item[] {
  const items: Item[] = [];
  let day = '';
  let previous: Extract<Item, { kind: 'message' }> | undefined;
  let closes = closedMs > 0 && messages.length > 0 && messages[0]!.sentMs < closedMs;
  function beginDay(ms: number, id: string) {
    const key = dayKey(ms);
    if (key === day) return;
    day = key;
    items.push({ kind: 'day', key: `day-${key}-${id}`, ms });
    previous = undefined;
  }
  function close() {
    closes = false;
    beginDay(closedMs, 'closed');
    items.push({ kind: 'closed', key: 'closed', ms: closedMs });
    previous = undefined;
  }
  for (const message of messages) {
    const attached = isAttached(message);
    if (attached && message.id !== firstUnreadId) continue;
    if (closes && message.sentMs >= closedMs) close();
    if (!attached) beginDay(message.sentMs, message.id);
    if (message.id === firstUnreadId) {
      items.push({ kind: 'new', key: 'new' });
      previous = undefined;
    }
    if (attached) continue;
    const kind = message.content.kind;
    if (message.direction === 'event' || kind === 'system') {
      items.push({ kind: 'event', key: message.id, message, now: false });
      previous = undefined;
      continue;
    }
    if (kind === 'reaction' || kind === 'edit' || kind === 'deletion') {
      items.push({ kind: 'note', key: message.id, message, about: kind });
      previous = undefined;
      continue;
    }
    const author = message.direction === 'out' && message.agentId !== meId ? authorOf(message) : '';
    const item: Item = {
      kind: 'message',
      key: message.id,
      message,
      follows: false,
      followed: false,
      edited: message.edits.at(-1)?.text,
      deleted: message.deletedMs > 0,
      author,
    };
    if (previous && together(previous.message, message)) {
      previous.followed = true;
      item.follows = true;
      item.author = '';
    }
    items.push(item);
    previous = item;
  }
  if (closes) close();
  return items;
}

/** The message from which on everything of the contact is unread, "" when nothing is. */
export function firstUnread(messages: readonly Message[], unread: number): string {
  if (unread <= 0) return '';
  let left = unread;
  let first = '';
  for (let i = messages.length - 1; i >= 0 && left > 0; i -= 1) {
    const message = messages[i]!;
    if (message.direction !== 'in' || message.content.kind === 'edit' || message.content.kind === 'deletion') continue;
    left -= 1;
    first = message.id;
  }
  return first;
}

/** Where New still stands: nowhere once the chat has ended, or the agent has answered what was unread. */
export function newDivider(
  messages: readonly Message[],
  firstUnreadId: string,
  row: Pick<Conversation, 'status' | 'pending'>,
  meId: string,
): string {
  if (row.status !== 'assigned' || row.pending === 'end_chat') return '';
  const from = messages.findIndex((message) => message.id === firstUnreadId);
  const answered = messages.slice(from + 1).some((message) => message.direction === 'out' && message.agentId === meId);
  return answered ? '' : firstUnreadId;
}

/** Whether a message is shown on another one of this conversation, and not by itself. */
export function isAttached(message: Message): boolean {
  const { kind } = message.content;
  if (kind !== 'reaction' && kind !== 'edit' && kind !== 'deletion') return false;
  if (message.state === 'failed' || message.state === 'unconfirmed') return false;
  return message.about?.conversationId === message.conversationId;
}

/** "" stays for an automatic message; the bubble has words for it. */
function authorOf(message: Message): string {
  if (message.agentName !== '') return message.agentName;
  return message.elsewhere ? 'elsewhere' : message.agentId === '' ? 'automatic' : message.agentId;
}

function together(a: Message, b: Message): boolean {
  return (
    a.direction === b.direction &&
    a.agentId === b.agentId &&
    a.conversationId === b.conversationId &&
    b.sentMs - a.sentMs < TOGETHER_MS &&
    a.content.kind !== 'sticker' &&
    a.state !== 'failed' &&
    a.state !== 'unconfirmed'
  );
}
