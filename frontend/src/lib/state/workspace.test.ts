import { describe, expect, it } from 'vitest';
import type { Connection } from '../bridge/types';
import { ConnectionStore } from './workspace.svelte';

const live = (change: Partial<Connection>): Connection => ({
  state: 'live',
  sinceMs: 1,
  completeMs: 1,
  hubOffsetMs: 0,
  waiting: 0,
  waitingMessages: 0,
  error: '',
  checkedConversations: 41,
  newMessages: 12,
  gaps: 0,
  awayMs: 0,
  provenMs: 1,
  accessEnded: false,
  ...change,
});

describe('the nothing-missed strip', () => {
  it('is shown after an outage, a sleep or a restart, and when something was repaired', () => {
    for (const told of [
      [live({ state: 'offline' }), live({ provenMs: 2 })],
      [live({ awayMs: 8 * 3_600_000 })],
      [live({ provenMs: 1 }), live({ provenMs: 2, gaps: 2 })],
    ]) {
      const store = new ConnectionStore();
      for (const one of told) store.load(one);
      expect(store.caughtUp).toEqual(told.at(-1));
    }
  });

  it('is not shown again for the same proof, nor for a short break', () => {
    const store = new ConnectionStore();
    store.load(live({ awayMs: 5000 }));
    expect(store.caughtUp).toBeUndefined();
    store.load(live({ awayMs: 300_000, provenMs: 2 }));
    store.caughtUp = undefined;
    store.load(live({ awayMs: 300_000, provenMs: 2, completeMs: 9 }));
    expect(store.caughtUp).toBeUndefined();
  });
});
