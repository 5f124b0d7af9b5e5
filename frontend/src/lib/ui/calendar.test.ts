import { describe, expect, it } from 'vitest';
import { monthDays, sameDay, shifted } from './calendar';

const day = (year: number, month: number, date: number, hour = 0) => new Date(year, month - 1, date, hour).getTime();

describe('a calendar', () => {
  it('shows whole weeks from Monday on', () => {
    const weeks = monthDays(day(2026, 2, 11, 15));
    expect(weeks).toHaveLength(5);
    expect(weeks[0]![0]).toBe(day(2026, 1, 26));
    expect(weeks.at(-1)!.at(-1)).toBe(day(2026, 3, 1));
    expect(weeks.every((week) => week.length === 7)).toBe(true);
  });

  it('stays within a month that is shorter', () => {
    expect(shifted(day(2026, 1, 31), 0, 1)).toBe(day(2026, 2, 28));
    expect(shifted(day(2026, 3, 31), 0, -1)).toBe(day(2026, 2, 28));
    expect(shifted(day(2026, 12, 31), 1)).toBe(day(2027, 1, 1));
  });

  it('knows days, not hours', () => {
    expect(sameDay(day(2026, 5, 1, 1), day(2026, 5, 1, 23))).toBe(true);
    expect(sameDay(day(2026, 5, 1, 23), day(2026, 5, 2, 1))).toBe(false);
  });
});
