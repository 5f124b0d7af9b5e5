/**
 * Message text as a tree: *bold* _italic_ ~strike~ `code` ```code block``` and links. The page renders the tree as
 * elements, so text of a contact can never become markup.
 */
export type Node =
  | { kind: 'text'; text: string }
  | { kind: 'bold' | 'italic' | 'strike'; children: Node[] }
  | { kind: 'code'; text: string; block: boolean }
  | { kind: 'link'; text: string; href: string };

const MARKS: Record<string, 'bold' | 'italic' | 'strike'> = { '*': 'bold', _: 'italic', '~': 'strike' };
const LINK = /\bhttps?:\/\/[^\s<>"]+|\bmailto:[^\s<>"]+|\bwww\.[^\s<>"]+|(?<![\w@.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu;
const MAX_DEPTH = 4;

export function parse(text: string): Node[] {
  return parseBlocks(text);
}

function parseBlocks(text: string): Node[] {
  const nodes: Node[] = [];
  let rest = text;
  for (;;) {
    const open = rest.indexOf('```');
    const close = open < 0 ? -1 : rest.indexOf('```', open + 3);
    if (open < 0 || close < 0 || rest.slice(open + 3, close).trim() === '') {
      nodes.push(...parseInline(rest, 0));
      return nodes;
    }
    nodes.push(...parseInline(rest.slice(0, open), 0));
    nodes.push({ kind: 'code', text: rest.slice(open + 3, close).replace(/^\n|\n$/g, ''), block: true });
    rest = rest.slice(close + 3);
  }
}

function parseInline(text: string, depth: number): Node[] {
  const nodes: Node[] = [];
  let plainFrom = 0;
  let i = 0;
  const links = linkRanges(text);
  while (i < text.length) {
    const link = links.find((range) => range.start === i);
    if (link) {
      pushText(nodes, text.slice(plainFrom, i));
      nodes.push({ kind: 'link', text: text.slice(link.start, link.end), href: link.href });
      i = plainFrom = link.end;
      continue;
    }
    const char = text[i]!;
    const mark = MARKS[char];
    if ((mark || char === '`') && opens(text, i) && depth < MAX_DEPTH) {
      const end = closing(text, i, char, links);
      if (end > 0) {
        pushText(nodes, text.slice(plainFrom, i));
        const inner = text.slice(i + 1, end);
        nodes.push(
          mark ? { kind: mark, children: parseInline(inner, depth + 1) } : { kind: 'code', text: inner, block: false },
        );
        i = plainFrom = end + 1;
        continue;
      }
    }
    i += 1;
  }
  pushText(nodes, text.slice(plainFrom));
  return nodes;
}

/** A mark opens at the start of a word: nothing or no letter before it, something that is no space behind it. */
function opens(text: string, at: number): boolean {
  const before = text[at - 1];
  const after = text[at + 1];
  return (before === undefined || !isWord(before)) && after !== undefined && !/\s/.test(after) && after !== text[at];
}

/** Where the mark closes on the same line, 0 when it does not. */
function closing(text: string, open: number, mark: string, links: LinkRange[]): number {
  for (let i = open + 2; i < text.length && text[i] !== '\n'; i += 1) {
    if (text[i] !== mark || /\s/.test(text[i - 1]!)) continue;
    if (links.some((range) => i > range.start && i < range.end)) continue;
    const after = text[i + 1];
    if (after === undefined || !isWord(after)) return i;
  }
  return 0;
}

function isWord(char: string): boolean {
  return /[\p{L}\p{N}]/u.test(char);
}

function pushText(nodes: Node[], text: string): void {
  if (text !== '') nodes.push({ kind: 'text', text });
}

interface LinkRange {
  start: number;
  end: number;
  href: string;
}

function linkRanges(text: string): LinkRange[] {
  const ranges: LinkRange[] = [];
  for (const match of text.matchAll(LINK)) {
    const label = trimLink(match[0]);
    const href = hrefOf(label);
    if (href) ranges.push({ start: match.index, end: match.index + label.length, href });
  }
  return ranges;
}

/** Punctuation at the end belongs to the sentence, a closing bracket only without its opening one. */
function trimLink(text: string): string {
  let label = text.replace(/[.,;:!?'"’”*_~]+$/u, '');
  while (label.endsWith(')') && !label.includes('(')) label = label.slice(0, -1).replace(/[.,;:!?]+$/u, '');
  return label;
}

/** The address behind a label when it is one that we open: http, https, mailto, tel. Otherwise "". */
export function hrefOf(label: string): string {
  let candidate = label;
  if (/^www\./i.test(label)) candidate = `https://${label}`;
  else if (!/^[a-z]+:/i.test(label) && label.includes('@')) candidate = `mailto:${label}`;
  try {
    const url = new URL(candidate);
    return ['http:', 'https:', 'mailto:', 'tel:'].includes(url.protocol) ? url.href : '';
  } catch {
    return '';
  }
}
