import axe from 'axe-core';
import type { Component } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import '../src/styles/base.css';
import { contextOf } from '../src/lib/state/parley.svelte';
import { STATES, type State } from './states';
import { World } from './world';

const components = import.meta.glob<{ default: Component<Record<string, unknown>> }>('../src/**/*.svelte');
const named = Object.keys(components).map((file) => file.replace('../src/', ''));

/** Rules about whole documents: a component is a part of one. */
const OF_DOCUMENTS = ['region', 'page-has-heading-one', 'landmark-one-main', 'heading-order', 'html-has-lang'];
/** Parts of a list, a tab panel or a log that their own component does not make. */
const OF_PARENTS = ['aria-required-parent', 'aria-valid-attr-value', 'listitem'];

it('every component has its states here, or stands within one that has', () => {
  expect(Object.keys(STATES).filter((file) => !named.includes(file))).toEqual([]);
  expect(named.filter((file) => !(file in STATES))).toEqual([]);
});

describe.each(Object.entries(STATES).filter((entry): entry is [string, State[]] => Array.isArray(entry[1])))(
  '%s',
  (file, states) => {
    let world: World;
    const complaints: string[] = [];

    beforeEach(async () => {
      document.documentElement.lang = 'en';
      complaints.length = 0;
      vi.spyOn(console, 'error').mockImplementation((...said) => {
        // A browser's own note that sizes will be told a frame later.
        if (!said.join(' ').includes('ResizeObserver loop')) complaints.push(said.join(' '));
      });
      world = await World.begin();
    });
    afterEach(() => {
      world.end();
      vi.restoreAllMocks();
      for (const button of document.body.querySelectorAll(':scope > button')) button.remove();
    });

    it.each(states)('$name', async ({ props, says }) => {
      const { default: Shown } = await components[`../src/${file}`]!();
      const given = { ...(await props?.(world)) };
      const screen = await render(Shown, { props: given, context: contextOf(world.parley) });
      if (typeof says === 'object' && 'role' in says) {
        const found = page.getByRole(says.role as 'button', says.name === '' ? {} : { name: says.name });
        await expect.element(found.first()).toBeInTheDocument();
      } else if (says === '') expect(screen.container.querySelector('*')).not.toBeNull();
      else await expect.poll(() => document.body.textContent).toMatch(says);
      const { violations } = await axe.run(document.body, {
        rules: Object.fromEntries([...OF_DOCUMENTS, ...OF_PARENTS].map((rule) => [rule, { enabled: false }])),
      });
      expect(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 140)}`))).toEqual(
        [],
      );
      expect(complaints).toEqual([]);
    });
  },
);
