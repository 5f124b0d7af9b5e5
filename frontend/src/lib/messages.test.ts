import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'svelte/compiler';
import { afterEach, describe, expect, it } from 'vitest';
import { dayTitle, fileSize, fullMoment } from './format';
import { setLanguage, wished } from './language';
import { m } from './paraglide/messages.js';
import { languageName } from './words';

type Entry = string | { declarations: string[]; match: Record<string, string> }[];
const LOCALES = ['en', 'pt', 'es'] as const;
const catalogues = Object.fromEntries(
  LOCALES.map((locale) => [
    locale,
    JSON.parse(readFileSync(`messages/${locale}.json`, 'utf8')) as Record<string, Entry>,
  ]),
);
const texts = (entry: Entry) => (typeof entry === 'string' ? [entry] : Object.values(entry[0]!.match));
const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort();

describe.each(['pt', 'es'])('the catalogue %s', (locale) => {
  const { en } = catalogues;
  const own = catalogues[locale]!;

  it('has every text, and none that nobody shows', () => {
    expect(Object.keys(own).sort()).toEqual(Object.keys(en!).sort());
    for (const [key, entry] of Object.entries(own)) {
      for (const text of texts(entry)) expect(text.trim(), key).not.toBe('');
    }
  });

  it('fills the same places', () => {
    for (const [key, entry] of Object.entries(own)) {
      const given = en![key]!;
      if (typeof entry === 'string') expect(places(entry), key).toEqual(places(given as string));
      else {
        expect(typeof given, key).not.toBe('string');
        expect(entry[0]!.declarations, key).toEqual((given as typeof entry)[0]!.declarations);
        const inputs = new Set(entry[0]!.declarations.map((line) => /^input (\w+)/.exec(line)?.[1]));
        for (const text of texts(entry)) for (const place of places(text)) expect(inputs, key).toContain(place);
      }
    }
  });

  it('is translated', () => {
    const long = Object.keys(en!).filter((key) => typeof en![key] === 'string' && (en![key] as string).length > 24);
    const same = long.filter((key) => key !== '$schema' && own[key] === en![key]);
    expect(same).toEqual([]);
  });
});

describe('the language', () => {
  afterEach(() => setLanguage('en'));

  it('is the one that was chosen, else the first of the system’s that Parley speaks', () => {
    expect(wished('pt', ['en'])).toBe('pt');
    expect(wished('', ['de-DE', 'es-MX', 'en'])).toBe('es');
    expect(wished('', ['de'])).toBe('en');
  });

  it('changes texts, counts, dates, numbers and names of languages while Parley runs', () => {
    const at = new Date(2026, 4, 15, 14, 21).getTime();
    const now = new Date(2026, 4, 10).getTime();
    const shown = () => [
      m.new_pill({ count: 1 }),
      m.new_pill({ count: 5 }),
      m.new_pill({ count: 2_000_000 }),
      fullMoment(at, now),
      dayTitle(at, now),
      fileSize(1_240_000),
      languageName('pt'),
    ];
    expect(shown()).toEqual([
      '1 new',
      '5 new',
      '2000000 new',
      'Fri 15 May, 14:21',
      'Friday 15 May',
      '1.2 MB',
      'Portuguese',
    ]);
    setLanguage('es');
    expect(shown().slice(0, 3)).toEqual(['1 nuevo', '5 nuevos', '2000000 nuevos']);
    expect(shown()[3]).toContain('15 may');
    expect(shown()[4]).toContain('15 de mayo');
    expect(shown().slice(5)).toEqual(['1,2 MB', 'portugués']);
    setLanguage('pt');
    expect(shown().slice(0, 2)).toEqual(['1 nova', '5 novas']);
    expect(shown()[4]).toContain('15 de maio');
  });
});

/** Words that are the same in every language: keys, marks, names. */
const SAME = /^(Esc|Ctrl|Shift|Shift ↵|F\d|Parley|WhatsApp|Messenger|[^\p{L}]*)$/u;
const SPOKEN = new Set(['aria-label', 'title', 'placeholder', 'alt', 'label', 'text']);

describe('every word on screen', () => {
  it('comes from the catalogue', () => {
    const found: string[] = [];
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.svelte'));
    expect(files.length).toBeGreaterThan(50);
    for (const file of files.map((name) => `src/${name}`)) {
      walk(parse(readFileSync(file, 'utf8'), { modern: true }).fragment, (node) => {
        if (node.type === 'Text' && !SAME.test(node.data.trim())) found.push(`${file}: ${node.data.trim()}`);
        if (node.type === 'Attribute' && SPOKEN.has(node.name) && Array.isArray(node.value)) {
          for (const part of node.value) {
            if (part.type === 'Text' && !SAME.test(part.data.trim()))
              found.push(`${file}: ${node.name}="${part.data}"`);
          }
        }
      });
    }
    expect(found).toEqual([]);
  }, 60_000);
});

/* eslint-disable @typescript-eslint/no-explicit-any */
/** Visits what is shown: not what attributes hold, but the attributes themselves. */
function walk(node: any, visit: (node: any) => void): void {
  if (node === null || typeof node !== 'object') return;
  if (Array.isArray(node)) return node.forEach((one) => walk(one, visit));
  if (typeof node.type === 'string') visit(node);
  if (['Attribute', 'StyleDirective', 'ExpressionTag'].includes(node.type)) return;
  for (const [key, child] of Object.entries(node)) if (key !== 'parent') walk(child, visit);
}
