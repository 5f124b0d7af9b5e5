/** Rules of the page that need no store: the session window as it is shown. */
import type { Conversation } from './bridge/types';

export type WindowState = 'ok' | 'closing' | 'urgent' | 'closed';

export const CLOSING_MS = 2 * 60 * 60_000;
export const URGENT_MS = 30 * 60_000;
export const SECONDS_MS = 10 * 60_000;

/** How long a note may be; the hub takes no longer one. */
export const NOTE_MOST = 10_000;

/** How much is left of a session window. `untilMs` 0 is a contact that never wrote: closed. */
export function windowState(untilMs: number, nowMs: number): WindowState {
  const left = untilMs - nowMs;
  if (left <= 0) return 'closed';
  if (left < URGENT_MS) return 'urgent';
  if (left < CLOSING_MS) return 'closing';
  return 'ok';
}

/** The moments at which the time left is spoken: 2 h, 30 min, 10 min, closed. Higher is later. */
export function windowStep(untilMs: number, nowMs: number): number {
  const left = untilMs - nowMs;
  if (left <= 0) return 4;
  if (left <= SECONDS_MS) return 3;
  if (left < URGENT_MS) return 2;
  if (left < CLOSING_MS) return 1;
  return 0;
}

/** Characters as people count them near a limit: code points, as the channels do. */
export function runes(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** Stands in the place of a colleague where the hub gave a conversation to an agent. */
export const BY_ROUTING = 'routing';

/** When the window closed on a conversation that was still going on; 0 while it is open, or when the chat had ended before. */
export function windowClosedMs(
  row: Pick<Conversation, 'openedMs' | 'windowUntilMs' | 'endedMs' | 'closedMs'>,
  now: number,
): number {
  const { openedMs, windowUntilMs } = row;
  const endedMs = row.endedMs || row.closedMs;
  const closed = windowUntilMs > openedMs && windowState(windowUntilMs, now) === 'closed';
  return closed && (endedMs === 0 || windowUntilMs < endedMs) ? windowUntilMs : 0;
}
