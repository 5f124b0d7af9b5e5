/** Which items of a long list are rendered: from one index up to, not including, another. */
export interface Stretch {
  from: number;
  to: number;
}

/**
 * The items around an index that fill `above` pixels before it and `below` pixels from it on. What is missing on one
 * side because the list ends there is added to the other.
 */
export function stretchAround(
  count: number,
  at: number,
  above: number,
  below: number,
  size: (index: number) => number,
): Stretch {
  let from = Math.min(Math.max(at, 0), count);
  let to = from;
  let [before, behind] = [0, 0];
  while (to < count && behind < below) behind += size(to++);
  const wanted = above + Math.max(0, below - behind);
  while (from > 0 && before < wanted) before += size(--from);
  const rest = below + Math.max(0, above - before);
  while (to < count && behind < rest) behind += size(to++);
  return { from, to };
}

/** The same items in a list that has changed: found again by the key of the first one that is still there. */
export function stretchMoved(
  stretch: Stretch,
  before: readonly { key: string }[],
  after: readonly { key: string }[],
): Stretch {
  const places = new Map(after.map((item, index) => [item.key, index]));
  let from = -1;
  let to = -1;
  for (let i = stretch.from; i < Math.min(stretch.to, before.length); i += 1) {
    const place = places.get(before[i]!.key);
    if (place === undefined) continue;
    if (from < 0) from = place;
    to = Math.max(to, place + 1);
  }
  if (from < 0) return { from: 0, to: 0 };
  // What has come at the end of a list whose end was rendered belongs to it.
  if (stretch.to >= before.length) to = after.length;
  // In place of a first item that has gone, such as the day above it, stands another one.
  if (places.get(before[stretch.from]!.key) === undefined) from = Math.max(0, from - 1);
  return { from, to };
}
