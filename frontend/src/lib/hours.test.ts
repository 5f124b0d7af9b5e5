import { describe, expect, it } from 'vitest';
import { formatHours, parseHours, tidyTime, whole } from './hours';

const nine = { from: '09:00', until: '18:00' };

describe('business hours', () => {
  it.each([
    ['', ''],
    ['mon-fri 09:00-18:00', 'mon-fri 09:00-18:00'],
    ['Mon-Fri 09:00-13:00, 14:00-18:00; sat 10:00-13:00', 'mon-fri 09:00-13:00,14:00-18:00; sat 10:00-13:00'],
    ['mon,wed,fri 09:00-18:00', 'mon 09:00-18:00; wed 09:00-18:00; fri 09:00-18:00'],
    ['sat-mon 22:00-02:00', 'mon 22:00-02:00; sat-sun 22:00-02:00'],
    ['mon-sun 00:00-24:00', 'mon-sun 00:00-24:00'],
    ['mon 9:00-12:00\nmon 13:00-17:00', 'mon 09:00-12:00,13:00-17:00'],
  ])('%s are read and written as the hub does', (text, written) => {
    expect(formatHours(parseHours(text)!)).toBe(written);
    expect(parseHours(written)).toEqual(parseHours(text));
  });

  it.each([
    'whenever',
    'mon',
    'mon 9-18',
    'mon 09:00',
    'seg 09:00-18:00',
    'mon-tue-wed 09:00-18:00',
    'mon 25:00-26:00',
  ])('%s are not guessed at', (text) => expect(parseHours(text)).toBeUndefined());

  it.each([
    ['9', '09:00'],
    ['930', '09:30'],
    ['0930', '09:30'],
    ['9.30', '09:30'],
    ['18h30', '18:30'],
    ['18h', '18:00'],
    [' 24:00 ', '24:00'],
    ['24:01', undefined],
    ['12:60', undefined],
    ['noon', undefined],
    ['', undefined],
  ])('the time "%s" is understood as %s', (typed, time) => expect(tidyTime(typed)).toBe(time));

  it('are whole when every span has two times', () => {
    expect(whole([[nine], [], [], [], [], [], []])).toBe(true);
    for (const wrong of [
      { ...nine, until: '' },
      { ...nine, until: '09:00' },
      { ...nine, from: '24:00' },
    ]) {
      expect(whole([[nine, wrong], [], [], [], [], [], []])).toBe(false);
    }
  });
});
