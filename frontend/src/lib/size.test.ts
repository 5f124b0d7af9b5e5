import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Lines of script and markup. A component that has more does too much, unless there is a reason. */
const MOST = 200;
const REASONS: Record<string, string> = {
  'features/editor/Editor.svelte': 'keys, quick replies, marks and sending act on one text area and its caret',
  'features/inbox/Panel.svelte': 'three lists in one panel share order, focus and search',
  'features/thread/LongList.svelte': 'what is measured, rendered and kept in place is one algorithm',
};

const lines = (file: string) => readFileSync(`src/${file}`, 'utf8').split('<style>')[0]!.trimEnd().split('\n').length;

it('components are short enough to be read at once', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.svelte'));
  const long = files.filter((file) => lines(file) > MOST);
  expect(long.filter((file) => !(file in REASONS))).toEqual([]);
  expect(
    Object.keys(REASONS).filter((file) => !long.includes(file)),
    'reasons that are no longer needed',
  ).toEqual([]);
});
