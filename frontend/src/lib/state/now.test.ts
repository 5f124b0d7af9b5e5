import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { windowState, windowStep } from '../domain';
import { Now } from './now.svelte';

const MINUTE = 60_000;

describe('Now', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => void vi.useRealTimers());

  it('follows the hub’s clock, not this computer’s', () => {
    const now = new Now();
    expect(now.ms).toBe(1_000_000);
    now.setOffset(-5000);
    expect(now.ms).toBe(995_000);
  });

  it('closes a window to the second without any event', async () => {
    const now = new Now();
    const stop = now.start();
    const until = 1_000_000 + 3 * 1000;
    expect(windowState(until, now.ms)).toBe('urgent');
    await vi.advanceTimersByTimeAsync(2000);
    expect(windowState(until, now.ms)).toBe('urgent');
    await vi.advanceTimersByTimeAsync(1100);
    expect(windowState(until, now.ms)).toBe('closed');
    stop();
  });
});

describe('windowState', () => {
  it.each([
    [0, 'closed'],
    [-1, 'closed'],
    [1, 'urgent'],
    [30 * MINUTE - 1, 'urgent'],
    [30 * MINUTE, 'closing'],
    [120 * MINUTE - 1, 'closing'],
    [120 * MINUTE, 'ok'],
  ])('%d ms left is %s', (left, state) => {
    expect(windowState(10 ** 12 + left, 10 ** 12)).toBe(state);
  });

  it('is closed for a contact that never wrote', () => {
    expect(windowState(0, 10 ** 12)).toBe('closed');
  });

  it('speaks at four moments only', () => {
    const steps = [180, 119, 31, 29, 11, 10, 1, 0].map((minutes) => windowStep(10 ** 12 + minutes * MINUTE, 10 ** 12));
    expect(steps).toEqual([0, 1, 1, 2, 2, 3, 3, 4]);
  });
});
