import { describe, expect, it } from 'vitest';
import { toggleMark } from './format';

/** The text with what is selected in brackets. */
const show = (text: string, from: number, to: number, mark: string) => {
  const { text: next, start, end } = toggleMark(text, from, to, mark);
  return `${next.slice(0, start)}[${next.slice(start, end)}]${next.slice(end)}`;
};

describe('formatting while typing', () => {
  it.each([
    ['say hello now', 4, 9, '*', 'say *[hello]* now'],
    ['say hello now', 4, 10, '*', 'say *[hello]* now'],
    ['say *hello* now', 5, 10, '*', 'say [hello] now'],
    ['say *hello* now', 4, 11, '*', 'say [hello] now'],
    ['', 0, 0, '_', '_[]_'],
    ['__', 1, 1, '_', '[]'],
    ['a b', 0, 1, '```', '```[a]``` b'],
  ])('puts marks around the selection, or takes them away: %j', (text, from, to, mark, want) => {
    expect(show(text, from, to, mark)).toBe(want);
  });
});
