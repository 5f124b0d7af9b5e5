/**
 * Folds text for searching: no case, no accents, no Arabic vowel marks. `at[i]` is where the i-th folded unit
 * starts in the original, so that a match can be shown in the original text.
 */
export function fold(text: string): { folded: string; at: number[] } {
  let folded = '';
  const at: number[] = [];
  let index = 0;
  for (const char of text) {
    const plain = char.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
    for (let i = 0; i < plain.length; i += 1) at.push(index);
    folded += plain;
    index += char.length;
  }
  at.push(text.length);
  return { folded, at };
}

export interface Range {
  start: number;
  end: number;
}

/** Where a query occurs in a text, in the units of the text, without overlaps. */
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
