import { beforeEach, describe, expect, it } from 'vitest';
import { FakeShell } from '../../lib/bridge/fake';
import { Parley } from '../../lib/state/parley.svelte';
import { askEndChat } from './actions';

describe('End Chat', () => {
  let parley: Parley;
  beforeEach(async () => {
    parley = new Parley(new FakeShell().transport);
    return await parley.start();
  });
  const row = (change = {}) => ({ ...parley.conversations.get('c-tom')!, troubled: 0, draft: '', ...change });
  const asked = (change = {}) => {
    parley.view.question = undefined;
    askEndChat(parley, row(change));
    return parley.view.question as { text: string } | undefined;
  };

  it('asks first when a message did not arrive, and says how many', () => {
    expect(asked({ troubled: 2 })?.text).toBe('2 messages were not delivered or are not confirmed.');
  });

  it('asks first when something typed was not sent, also files alone, and a draft that is still being read', async () => {
    expect(asked({ draft: 'Dear' })?.text).toMatch(/^Your draft has not been sent/);
    const [file] = await parley.transport.attachments.addPaths('c-tom', ['visa.pdf']);
    parley.drafts.edit('c-tom', { attachments: [file!] });
    expect(asked()?.text).toMatch(/^Your draft has not been sent/);
    parley.drafts.edit('c-tom', { text: 'Dear Tom', attachments: [] });
    expect(asked({ troubled: 1 })?.text).toMatch(/^Your draft has not been sent.* 1 message was not delivered/);
  });

  it('asks nothing when nothing is left behind', () => {
    expect(asked()).toBeUndefined();
  });
});
