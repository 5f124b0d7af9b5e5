/** Names as they can be shown on one line: no control characters, no direction overrides, not longer than a line. */
export function oneLine(text: string, max = 300): string {
  const clean = text
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .trim();
  return clean.length > max ? `${clean.slice(0, max)}…` : clean;
}

/** Text of a message: everything but control characters that have no look. */
export function clean(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '');
}

/** The direction of a text: that of its first strong letter. */
export function textDirection(text: string): 'ltr' | 'rtl' {
  const strong = /\p{L}/u.exec(text)?.[0] ?? '';
  return /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u.test(strong)
    ? 'rtl'
    : 'ltr';
}

/** Up to two initials: of the first and the last word; one for scripts that join their letters. */
export function initials(name: string): string {
  const words = oneLine(name)
    .split(/\s+/)
    .map((word) => word.replace(/^[^\p{L}\p{N}]+/u, ''))
    .filter((word) => word !== '');
  const first = firstLetter(words[0]);
  if (first === '') return '';
  if (/\p{Script=Arabic}|\p{Script=Hebrew}|\p{Script=Devanagari}|\p{Script=Han}/u.test(first)) return first;
  return (first + (words.length > 1 ? firstLetter(words.at(-1)) : '')).toLocaleUpperCase();
}

function firstLetter(word: string | undefined): string {
  return word === undefined ? '' : ([...word][0] ?? '');
}
