import { describe, expect, it } from 'vitest';
import { recentMedian, scaleMinutes, totals } from './totals';

const hour = (medianMs: number, mostMs: number, answered = 1) => ({
  fromMs: 0,
  begun: answered,
  answered,
  medianMs,
  mostMs,
});

describe('how the team stands', () => {
  it('adds queues up, and knows none from the earliest', () => {
    const queue = { queueId: 'q', waiting: 2, oldestMs: 500, closing: 1, nextCloseMs: 0 };
    expect(
      totals({ queues: [queue, { ...queue, oldestMs: 0, nextCloseMs: 900 }, { ...queue, oldestMs: 300 }] }),
    ).toEqual({
      waiting: 6,
      oldestMs: 300,
      closing: 3,
      nextCloseMs: 900,
    });
    expect(totals({ queues: [] })).toEqual({ waiting: 0, oldestMs: 0, closing: 0, nextCloseMs: 0 });
  });

  it('tells the median of the last hour with an answer, and of no older one', () => {
    expect(recentMedian([hour(9, 9), hour(5, 9), hour(0, 0, 0)])).toBe(5);
    expect(recentMedian([hour(9, 9), hour(0, 0, 0), hour(0, 0, 0)])).toBe(0);
    expect(recentMedian([])).toBe(0);
  });

  it('has a scale of whole steps that holds everything', () => {
    for (const minutes of [0, 0.2, 1, 4, 9, 14, 61, 500, 1500, 9000]) {
      const end = scaleMinutes([hour(0, minutes * 60_000)]);
      expect(end).toBeGreaterThanOrEqual(minutes);
      expect(end).toBeLessThanOrEqual(Math.max(1, minutes) * 2);
    }
  });
});
