import { describe, expect, it } from 'vitest';
import type { QuickReply } from './bridge/types';
import { fill, findQuick, known, places, slashed } from './quick';
import { row } from './state/testing';

const reply = (shortcut: string, change: Partial<QuickReply> = {}): QuickReply => ({
  id: `${shortcut}-${change.language ?? ''}`,
  shared: true,
  shortcut,
  title: '',
  text: '',
  language: '',
  ...change,
});

describe('quick replies', () => {
  it.each([
    ['/', 1, { query: '', start: 0 }],
    ['/hel', 4, { query: 'hel', start: 0 }],
    ['Good morning\n/dat', 17, { query: 'dat', start: 13 }],
    ['/hello you', 10, undefined],
    ['1/2', 3, undefined],
    ['see https://x', 13, undefined],
    ['/a/b', 4, undefined],
    ['', 0, undefined],
  ])('are asked for by a slash on an empty line: %j', (text, caret, want) => {
    expect(slashed(text, caret)).toEqual(want);
  });

  it('come with the best fit first, and in the language of the contact', () => {
    const all = [
      reply('bye', { text: 'hello again' }),
      reply('othello'),
      reply('hello', { language: 'en' }),
      reply('hello', { language: 'pt' }),
      reply('no'),
    ];
    expect(findQuick(all, 'hél', 'pt-PT').map((one) => one.id)).toEqual(['hello-pt', 'hello-en', 'othello-', 'bye-']);
    expect(findQuick(all, '', 'pt')).toHaveLength(5);
    expect(findQuick(all, 'zzz', '')).toEqual([]);
  });

  it('are filled with what is known, and keep a place for what is not', () => {
    const contact = { ...row('c').contact, name: 'Marta Figueiredo', email: '' };
    const values = known(contact, 'Inês Castro', 'Bookings');
    expect(fill('Olá {{contact.first_name}}, {{ agent.name }} de {{touchpoint.name}}.', values)).toBe(
      'Olá Marta, Inês Castro de Bookings.',
    );
    const left = fill('{{contact.email}} at {{time}}', values);
    expect(left).toBe('{{contact.email}} at {{time}}');
    expect(places(left).map(({ start, end }) => left.slice(start, end))).toEqual(['{{contact.email}}', '{{time}}']);
    expect(fill('{{contact.name}}', known({ ...contact, name: '$& {{x}}' }, '', ''))).toBe('$& {{x}}');
  });
});
