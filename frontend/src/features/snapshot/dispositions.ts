import type { Disposition } from '../../lib/bridge/types';
import { matches } from '../../lib/text/fold';

export interface Branch {
  id: string;
  name: string;
  level: number;
  children: Branch[];
}

/** What can be chosen of a flat list, and what leads to it: nothing retired, nor what is under it. */
export function offered(list: Disposition[]): Disposition[] {
  const byId = new Map(list.map((one) => [one.id, one]));
  const isOffered = (one: Disposition | undefined, steps = 0): boolean =>
    one === undefined || (!one.hidden && (steps > 10 || isOffered(byId.get(one.parentId), steps + 1)));
  return list.filter((one) => isOffered(one));
}

/** The tree of a flat list; labels whose parent is missing stand at the top. */
export function tree(list: Disposition[]): Branch[] {
  const known = new Set(list.map((one) => one.id));
  const under = (parentId: string, level: number): Branch[] =>
    list
      .filter((one) => (known.has(one.parentId) ? one.parentId : '') === parentId)
      .map((one) => ({ id: one.id, name: one.name, level, children: under(one.id, level + 1) }));
  return under('', 1);
}

/** The part of a tree that matches a query: by its own name, or by that of something above or below. */
export function filterTree(branches: Branch[], query: string): Branch[] {
  if (query.trim() === '') return branches;
  return branches.flatMap((branch) => {
    if (matches(branch.name, query)) return [branch];
    const children = filterTree(branch.children, query);
    return children.length > 0 ? [{ ...branch, children }] : [];
  });
}

/** From the top to a label. */
export function pathOf(list: Disposition[], id: string): Disposition[] {
  const path: Disposition[] = [];
  let one = list.find((candidate) => candidate.id === id);
  while (one && path.length < 10) {
    path.unshift(one);
    const { parentId } = one;
    one = list.find((candidate) => candidate.id === parentId);
  }
  return path;
}

/** Rows of a tree as they are shown, with closed branches left out. */
export function visibleRows(branches: Branch[], open: (id: string) => boolean): Branch[] {
  return branches.flatMap((branch) => [branch, ...(open(branch.id) ? visibleRows(branch.children, open) : [])]);
}
