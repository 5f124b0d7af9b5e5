import { describe, expect, it, vi } from 'vitest';
import type { ParleyEvent, Resumed } from '../bridge/types';
import { EventStream } from './events';

function event(seq: number, kind: ParleyEvent['kind'] = 'conversations'): ParleyEvent {
  return { seq, kind, conversationId: '', ids: [], messageId: '', command: '' };
}

async function setup(resumed: Resumed = { reset: false, events: [] }) {
  const applied: number[] = [];
  let loaded = 10;
  const resume = vi.fn(async (_seq: number) => resumed);
  const reload = vi.fn(async () => loaded);
  const stream = new EventStream({ apply: (one) => applied.push(one.seq), resume, reload });
  const settle = () => new Promise((done) => setTimeout(done, 0));
  return { stream, applied, resume, reload, settle, willLoad: (seq: number) => (loaded = seq) };
}

describe('EventStream', () => {
  it('holds events back until everything is loaded, and skips those that are in it', async () => {
    const { stream, applied } = await setup();
    stream.receive(event(11));
    stream.receive(event(9));
    expect(applied).toEqual([]);
    await stream.start();
    expect(applied).toEqual([11]);
  });

  it('catches up with what came before anybody listened', async () => {
    const { stream, applied, resume, settle } = await setup({ reset: false, events: [event(11), event(12)] });
    await stream.start();
    stream.catchUp();
    await settle();
    expect(resume).toHaveBeenCalledExactlyOnceWith(10);
    expect(applied).toEqual([11, 12]);
  });

  it('applies each event once', async () => {
    const { stream, applied } = await setup();
    await stream.start();
    for (const seq of [11, 12, 12, 11, 13]) stream.receive(event(seq));
    expect(applied).toEqual([11, 12, 13]);
  });

  it('asks for what is missing at a gap, and goes on in order', async () => {
    const { stream, applied, resume, reload, settle } = await setup({
      reset: false,
      events: [event(11), event(12), event(13)],
    });
    await stream.start();
    stream.receive(event(13));
    stream.receive(event(14));
    await settle();
    expect(resume).toHaveBeenCalledExactlyOnceWith(10);
    expect(applied).toEqual([11, 12, 13, 14]);
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('loads everything again when the shell no longer knows what was missed', async () => {
    const { stream, applied, reload, settle, willLoad } = await setup({ reset: true, events: [] });
    await stream.start();
    willLoad(40);
    stream.receive(event(40));
    await settle();
    stream.receive(event(41));
    expect(reload).toHaveBeenCalledTimes(2);
    expect(applied).toEqual([41]);
  });

  it('loads everything again when a gap stays', async () => {
    const { stream, reload, settle, willLoad } = await setup({ reset: false, events: [event(11)] });
    await stream.start();
    willLoad(20);
    stream.receive(event(15));
    await settle();
    expect(reload).toHaveBeenCalledTimes(2);
    expect(stream.seq).toBe(20);
  });

  it('loads everything again on reset', async () => {
    const { stream, applied, reload, settle, willLoad } = await setup();
    await stream.start();
    willLoad(30);
    stream.receive(event(11, 'reset'));
    await settle();
    stream.receive(event(31));
    expect(reload).toHaveBeenCalledTimes(2);
    expect(applied).toEqual([31]);
  });
});
