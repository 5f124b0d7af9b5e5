import type { HourStanding, Wallboard } from '../../lib/bridge/types';

export interface Totals {
  waiting: number;
  /** Since when the one waits that has waited longest; 0 when none does. */
  oldestMs: number;
  closing: number;
  nextCloseMs: number;
}

/** The earlier of two times, of which 0 is none. */
function earlier(a: number, b: number): number {
  if (a === 0 || b === 0) return a + b;
  return Math.min(a, b);
}

/** What all queues together have. */
export function totals({ queues }: Pick<Wallboard, 'queues'>): Totals {
  return queues.reduce<Totals>(
    (sum, queue) => ({
      waiting: sum.waiting + queue.waiting,
      oldestMs: earlier(sum.oldestMs, queue.oldestMs),
      closing: sum.closing + queue.closing,
      nextCloseMs: earlier(sum.nextCloseMs, queue.nextCloseMs),
    }),
    { waiting: 0, oldestMs: 0, closing: 0, nextCloseMs: 0 },
  );
}

/** The median of the last hour in which anything was answered, of the last two: the present one may have just begun. */
export function recentMedian(hours: readonly HourStanding[]): number {
  return hours.slice(-2).findLast((hour) => hour.answered > 0)?.medianMs ?? 0;
}

/** A round number of minutes that is at least so much: the upper end of the scale. */
export function scaleMinutes(hours: readonly HourStanding[]): number {
  const most = Math.max(1, ...hours.map((hour) => hour.mostMs / 60_000));
  const step = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 720, 1440].find((size) => most <= 3 * size) ?? 1440;
  return Math.ceil(most / step) * step;
}
