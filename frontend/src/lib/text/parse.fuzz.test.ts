import { describe, expect, it } from 'vitest';
import { parse, type Node } from './parse';

/** Pieces that texts are made of: marks, what stands around them, links, other scripts, halves of characters. */
const PIECES = [
  '*', '_', '~', '`', '```', '**', '__', '\n', ' ', '\t', '.', ',', ')', '(', ':', '/', '<', '>', '&', '"', '@',
  'a', 'word', '7', 'é', 'سلام', '‏', '‮', '👩‍👧', '🇵🇹', '\ud83d', '\u0000', '\u00a0',
  'https://example.com/a_b*c', 'www.example.org', 'me@example.com', 'javascript:alert(1)', 'mailto:x', 'http://', 'https://[', '<b>',
]; // prettier-ignore

/** A small generator whose seed repeats a text (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function textOf(seed: number): string {
  const random = generator(seed);
  const length = Math.floor(random() ** 2 * 60);
  return Array.from({ length }, () => PIECES[Math.floor(random() * PIECES.length)]).join('');
}

function flat(nodes: Node[]): string {
  return nodes.map((node) => ('children' in node ? flat(node.children) : node.text)).join('');
}

function all(nodes: Node[]): Node[] {
  return nodes.flatMap((node) => ('children' in node ? [node, ...all(node.children)] : [node]));
}

/** What is left without the marks and the line breaks around a code block. */
function bare(text: string): string {
  return text.replace(/[*_~`\n]/g, '');
}

/** Whatever a contact writes, the agent reads all of it, and nothing of it becomes more than text, marks and safe links. */
describe('parse, with any text', () => {
  const rounds = Number(process.env['FUZZ_ROUNDS'] ?? 4_000);
  it(`holds for ${rounds} texts`, { timeout: 120_000 }, () => {
    for (let seed = 1; seed <= rounds; seed += 1) {
      const text = textOf(seed);
      const nodes = parse(text);
      const read = flat(nodes);
      const why = `seed ${seed}: ${JSON.stringify(text)}`;
      expect(bare(read), why).toBe(bare(text));
      expect(read.length, why).toBeLessThanOrEqual(text.length);
      for (const node of all(nodes)) {
        if (node.kind === 'link') expect(node.href, why).toMatch(/^(https?:|mailto:|tel:)/);
        if (node.kind === 'text') expect(node.text, why).not.toBe('');
      }
      expect(parse(text), why).toEqual(nodes);
    }
  });
});
