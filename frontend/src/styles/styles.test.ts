import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

describe('styles', () => {
  it('give placeholders one colour, in every field', () => {
    const rule = /::placeholder \{\s*color: var\(--text-3\);\s*opacity: 1;/;
    expect(readFileSync('src/styles/base.css', 'utf8')).toMatch(rule);
    const components = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.svelte'),
    );
    expect(components.length).toBeGreaterThan(0);
    for (const path of components) expect(readFileSync(`src/${path}`, 'utf8'), path).not.toContain('::placeholder');
  });
});
