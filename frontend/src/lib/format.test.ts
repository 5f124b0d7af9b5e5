import { describe, expect, it } from 'vitest';
import { lasted, waits } from './format';

const MINUTE = 60_000;

describe('how long somebody has waited', () => {
  it.each([
    [-2000, 'just now', 'just now'],
    [0, 'just now', 'just now'],
    [MINUTE - 1, 'just now', 'just now'],
    [MINUTE, '1 min', 'waits 1 min'],
    [55 * MINUTE, '55 min', 'waits 55 min'],
    [23 * 60 * MINUTE, '23 h', 'waits 23 h'],
    [49 * 60 * MINUTE, '2 d', 'waits 2 d'],
  ])('%i ms', (ms, alone, inRow) => {
    expect(lasted(ms)).toBe(alone);
    expect(waits(ms)).toBe(inRow);
  });
});
