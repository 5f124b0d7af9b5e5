/**
 * What is found by what, as `backend/search` has it: words without case and accents; in scripts without spaces, and of
 * pictograms, one word a character. The shell finds, the page marks: both have to mean the same.
 */

/** Letters that Unicode does not take apart although people type them without what makes them special. */
const UNFOLDED: Record<string, string> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  ħ: 'h',
  ŧ: 't',
};
/** Marks that people leave out. In the scripts of India marks are vowels, and the voice marks of kana make other letters. */
const ACCENT =
  /(?![\u3099\u309a])(?=\p{M})[\p{Script=Inherited}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Cyrillic}\p{Script=Syriac}]/gu;
const SPECIAL = /[ßøłđðþæœıħŧ]/g;
const ALONE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{So}]/u;
const LETTER = /[\p{L}\p{N}]/u;
const MARK = /\p{M}/u;

function plain(char: string): string {
  return char
    .toLowerCase()
    .normalize('NFKD')
    .replace(ACCENT, '')
    .toLowerCase()
    .replace(SPECIAL, (letter) => UNFOLDED[letter] ?? letter);
}

/**
 * Folds text for searching in it. `at[i]` is where the i-th folded unit starts in the original, so that a match can be
 * shown in the original text.
 */
export function fold(text: string): { folded: string; at: number[] } {
  let folded = '';
  const at: number[] = [];
  let index = 0;
  for (const char of text) {
    const part = plain(char);
    for (let i = 0; i < part.length; i += 1) at.push(index);
    folded += part;
    index += char.length;
  }
  at.push(text.length);
  return { folded, at };
}

export interface Range {
  start: number;
  end: number;
}

interface Word extends Range {
  folded: string;
  /** Where each unit of `folded` comes from. */
  at: number[];
}

/** The words of a text in order. */
export function words(text: string): Word[] {
  const list: Word[] = [];
  let word: Word | undefined;
  let alone = false;
  let index = 0;
  const end = () => {
    if (word && word.folded !== '') list.push({ ...word, end: index });
    word = undefined;
    alone = false;
  };
  const take = (char: string) => {
    word ??= { folded: '', at: [], start: index, end: index };
    const part = plain(char);
    for (let i = 0; i < part.length; i += 1) word.at.push(index);
    word.folded += part;
  };
  for (const char of text) {
    if (MARK.test(char)) {
      if (word) take(char);
    } else if (ALONE.test(char)) {
      end();
      alone = true;
      take(char);
    } else if (LETTER.test(char)) {
      if (alone) end();
      take(char);
    } else end();
    index += char.length;
  }
  end();
  return list;
}

interface Phrase {
  words: string[];
  /** The last word is a beginning. */
  open: boolean;
}

/** What a person has typed: words in quotation marks stand together, and the last word may be its beginning only. */
function phrases(typed: string): Phrase[] {
  const list: Phrase[] = [];
  const add = (text: string, open: boolean) => {
    const all = words(text).map((word) => word.folded);
    if (all.length > 0) list.push({ words: all, open });
  };
  const parts = typed.replace(/[“”„«»]/g, '"').split('"');
  parts.forEach((part, index) => {
    const quoted = index % 2 === 1;
    const last = index === parts.length - 1;
    if (quoted) add(part, last);
    else for (const chunk of part.split(/\s+/)) add(chunk, false);
  });
  const last = list.at(-1);
  if (last && (parts.at(-1)?.trim() !== '' || parts.length === 1)) last.open = true;
  return list;
}

/** Where what a person looks for stands in a text, in the units of the text, in order and without overlaps. */
export function marks(text: string, typed: string): Range[] {
  const wanted = phrases(typed);
  if (wanted.length === 0) return typed.trim() === '' ? [] : findAll(text, typed);
  const all = words(text);
  const ranges: Range[] = [];
  for (let i = 0; i < all.length; i += 1) {
    let best: Range | undefined;
    let length = 1;
    for (const phrase of wanted) {
      const range = standsAt(all, i, phrase);
      if (!range || (best && best.end >= range.end)) continue;
      best = range;
      length = phrase.words.length;
    }
    if (!best) continue;
    ranges.push(best);
    i += length - 1;
  }
  return ranges;
}

function standsAt(all: Word[], index: number, phrase: Phrase): Range | undefined {
  for (let i = 0; i < phrase.words.length; i += 1) {
    const word = all[index + i];
    const wanted = phrase.words[i]!;
    if (!word) return undefined;
    if (word.folded === wanted) continue;
    if (i < phrase.words.length - 1 || !phrase.open || !word.folded.startsWith(wanted)) return undefined;
    return { start: all[index]!.start, end: word.at[wanted.length] ?? word.end };
  }
  return { start: all[index]!.start, end: all[index + phrase.words.length - 1]!.end };
}

/** Where a text occurs in another one, in the units of that one, without overlaps. */
export function findAll(text: string, query: string): Range[] {
  const needle = fold(query.trim()).folded;
  if (needle === '') return [];
  const { folded, at } = fold(text);
  const ranges: Range[] = [];
  for (let i = folded.indexOf(needle); i >= 0; i = folded.indexOf(needle, i + needle.length)) {
    const start = at[i]!;
    let last = i + needle.length;
    while (last < at.length - 1 && at[last] === at[last - 1]) last += 1;
    ranges.push({ start, end: at[last]! });
  }
  return ranges;
}

/** Reports whether a text contains every word of a query. */
export function matches(text: string, query: string): boolean {
  const { folded } = fold(text);
  return fold(query)
    .folded.split(/\s+/)
    .every((word) => folded.includes(word));
}

/** A text in pieces, of which some are hits. */
export function pieces(text: string, typed: string): { text: string; hit: boolean }[] {
  const list: { text: string; hit: boolean }[] = [];
  let from = 0;
  for (const range of marks(text, typed)) {
    if (range.start > from) list.push({ text: text.slice(from, range.start), hit: false });
    list.push({ text: text.slice(range.start, range.end), hit: true });
    from = range.end;
  }
  if (from < text.length) list.push({ text: text.slice(from), hit: false });
  return list;
}
