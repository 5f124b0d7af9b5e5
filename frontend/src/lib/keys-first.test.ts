import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeysFirst, TYPING_MS } from './keys-first';

describe('KeysFirst', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function begin() {
    const keys = new KeysFirst(() => Date.now());
    const order: string[] = [];
    let paint: (() => void) | undefined;
    return {
      order,
      key: () => keys.pressed((painted) => (paint = painted)),
      paint: () => {
        order.push('letter');
        paint?.();
      },
      arrive: () => void keys.pass().then(() => order.push('news')),
      after: (ms: number) => vi.advanceTimersByTimeAsync(ms),
    };
  }

  it('holds nothing up while nobody types', async () => {
    const b = begin();
    b.arrive();
    await b.after(0);
    expect(b.order).toEqual(['news']);
  });

  it('draws a letter before what arrived behind its key', async () => {
    const b = begin();
    b.key();
    b.arrive();
    await b.after(10);
    b.paint();
    await b.after(0);
    expect(b.order).toEqual(['letter', 'news']);
  });

  it('draws what arrives right behind a letter, and leaves the next letter its moment', async () => {
    const b = begin();
    b.key();
    b.paint();
    await b.after(20);
    b.arrive();
    await b.after(0);
    expect(b.order).toEqual(['letter', 'news']);
    await b.after(40);
    b.arrive();
    await b.after(20);
    b.key();
    b.paint();
    await b.after(0);
    expect(b.order).toEqual(['letter', 'news', 'letter', 'news']);
  });

  it('waits no longer than a typing agent takes for a key, even when no frame is drawn', async () => {
    const b = begin();
    b.key();
    b.arrive();
    await b.after(TYPING_MS - 1);
    expect(b.order).toEqual([]);
    await b.after(1);
    expect(b.order).toEqual(['news']);
  });
});
