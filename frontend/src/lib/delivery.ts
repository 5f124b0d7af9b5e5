import type { DeliveryState, Message, Touchpoint } from './bridge/types';

/** How long the hub looks for news of a message whose answer was lost before a person decides. */
export const CHECKING_MS = 2 * 60_000;

/** Why a message that the hub has does not go out yet. */
export type Waiting =
  | { kind: 'none' }
  /** The touchpoint is paused: the banner says so once for all. */
  | { kind: 'paused' }
  | { kind: 'paced'; reason: 'pair' | 'busy' | 'network'; seconds: number };

/** What ends by itself within minutes: Meta asks for less, or was not reached. Nobody has to repair anything. */
const PASSING = ['busy', 'pair', 'network', 'unknown'];

/** Whether a touchpoint sends nothing until somebody repairs it. */
export function isHeld(touchpoint: Touchpoint | undefined): touchpoint is Touchpoint {
  const reason = touchpoint?.pausedReason ?? '';
  return reason !== '' && !PASSING.includes(reason);
}

/** What is said of a message that waits in the hub, by the hub's clock. */
export function waitingOf(message: Message, touchpoint: Touchpoint | undefined, nowMs: number): Waiting {
  if (message.state !== 'in_hub' || message.waitReason === '') return { kind: 'none' };
  const { waitReason: reason } = message;
  if (reason === 'token' || reason === 'account') return { kind: 'paused' };
  if (isHeld(touchpoint)) return { kind: 'paused' };
  const known = reason === 'pair' || reason === 'network' ? reason : 'busy';
  return { kind: 'paced', reason: known, seconds: Math.max(0, Math.ceil((message.waitUntilMs - nowMs) / 1000)) };
}

/** Whether the hub still looks for proof, so that nobody has to decide yet. */
export function isChecking(message: Message, nowMs: number): boolean {
  return message.state === 'unconfirmed' && message.unconfirmedMs > 0 && nowMs - message.unconfirmedMs < CHECKING_MS;
}

/** The state as it is drawn. A message that was left unconfirmed is not said to have failed: it may have arrived. */
export function shownState(message: Message): DeliveryState | '' {
  return message.state === 'failed' && message.failure?.class === 'unconfirmed' ? 'unconfirmed' : message.state;
}

/** Messages of a thread that wait because the touchpoint is paused. */
export function pausedCount(messages: readonly Message[], touchpoint: Touchpoint | undefined): number {
  if (!isHeld(touchpoint)) return 0;
  return messages.filter((one) => one.direction === 'out' && (one.state === 'in_hub' || one.state === 'on_computer'))
    .length;
}
