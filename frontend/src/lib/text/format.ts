/** Typing WhatsApp's marks: *bold*, _italic_, ~strike~ and ```code```. */

export interface Change {
  text: string;
  /** What is selected afterwards. */
  start: number;
  end: number;
}

/**
 * Puts a mark around what is selected, or takes it away when it is there. White space at the ends stays outside: marks
 * count only next to a letter. Without a selection the caret ends up between the marks.
 */
export function toggleMark(text: string, from: number, to: number, mark: string): Change {
  let start = from;
  let end = to;
  while (start < end && /\s/.test(text[start]!)) start += 1;
  while (end > start && /\s/.test(text[end - 1]!)) end -= 1;
  const size = mark.length;
  const inner = text.slice(start, end);
  if (inner.length > 2 * size && inner.startsWith(mark) && inner.endsWith(mark)) {
    return { text: text.slice(0, start) + inner.slice(size, -size) + text.slice(end), start, end: end - 2 * size };
  }
  if (text.slice(start - size, start) === mark && text.slice(end, end + size) === mark && start >= size) {
    return {
      text: text.slice(0, start - size) + inner + text.slice(end + size),
      start: start - size,
      end: end - size,
    };
  }
  return { text: text.slice(0, start) + mark + inner + mark + text.slice(end), start: start + size, end: end + size };
}
