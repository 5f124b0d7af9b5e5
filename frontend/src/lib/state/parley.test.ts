import { beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeShell } from '../bridge/fake';
import { Parley } from './parley.svelte';

const settle = () => new Promise((done) => setTimeout(done, 5));

describe('Parley on the fake shell', () => {
  let shell: FakeShell;
  let parley: Parley;

  beforeEach(async () => {
    shell = new FakeShell();
    parley = new Parley(shell.transport);
    const stop = await parley.start();
    return stop;
  });

  it('loads both lists and the workspace', () => {
    expect(parley.conversations.inbox).toHaveLength(5);
    expect(parley.conversations.mine).toHaveLength(8);
    expect(parley.workspace.practice).toBe(true);
    expect(parley.lists.groups.map((group) => [group.channel, group.rows.length])).toEqual([
      ['whatsapp', 5],
      ['messenger', 3],
    ]);
  });

  it('shows a message that arrives, in its row and in the open thread', async () => {
    parley.opening.open('c-marta');
    await settle();
    const arrived = shell.receive('c-marta', 'Olá?');
    await settle();
    expect(parley.conversations.get('c-marta')).toMatchObject({ preview: 'Olá?', unread: 1 });
    expect(parley.threads.get('c-marta')?.lastId).toBe(arrived.id);
    expect(parley.lists.order[0]).toBe('c-marta');
  });

  it('starts with what came with the page: before the first frame, and without a call', async () => {
    const other = new FakeShell();
    const page = new Parley(other.transport);
    const boot = await other.transport.workspace.load();
    const lists = await other.transport.conversations.list();
    vi.spyOn(other.transport.workspace, 'handed').mockReturnValueOnce({ boot, lists });
    const load = vi.spyOn(other.transport.workspace, 'load');
    const started = page.start();
    expect(page.conversations.mine).toHaveLength(8);
    expect(page.view.tab).toBe('mine');
    expect(load).not.toHaveBeenCalled();
    (await started)();
  });

  it('loads a thread once when its row was pressed and then clicked', async () => {
    const open = vi.spyOn(shell.transport.thread, 'open');
    parley.opening.warm('c-marta');
    await parley.opening.openWarmed('c-marta');
    expect(parley.view.openId).toBe('c-marta');
    expect(parley.threads.get('c-marta')?.loaded).toBe(true);
    expect(open).toHaveBeenCalledTimes(1);
  });

  it('opens what was asked for last, also when an earlier thread comes later', async () => {
    parley.opening.warm('c-marta');
    const first = parley.opening.openWarmed('c-marta');
    const other = parley.conversations.mine.find((row) => row.id !== 'c-marta')!.id;
    parley.opening.open(other);
    await first;
    expect(parley.view.openId).toBe(other);
  });

  it('sends a draft: the message is there at once, the editor is empty, ticks follow', async () => {
    vi.useFakeTimers();
    parley.opening.open('c-marta');
    await vi.advanceTimersByTimeAsync(1);
    parley.drafts.edit('c-marta', { text: 'Claro!' });
    const sent = parley.sending.send('c-marta');
    await vi.advanceTimersByTimeAsync(1);
    expect(await sent).toBe(true);
    const thread = parley.threads.get('c-marta')!;
    expect(thread.list.at(-1)).toMatchObject({ state: 'on_computer', content: { text: 'Claro!' } });
    expect(parley.drafts.get('c-marta').text).toBe('');
    await vi.advanceTimersByTimeAsync(3000);
    expect(thread.list.at(-1)?.state).toBe('read');
    expect(parley.conversations.get('c-marta')?.lastState).toBe('read');
    vi.useRealTimers();
  });

  it('keeps the text when a send fails, and says so', async () => {
    parley.opening.open('c-marta');
    await settle();
    vi.spyOn(shell.transport.thread, 'send').mockRejectedValue({ code: 'disk_full' });
    parley.drafts.edit('c-marta', { text: 'Claro!' });
    expect(await parley.sending.send('c-marta')).toBe(false);
    expect(parley.drafts.get('c-marta').text).toBe('Claro!');
    expect(parley.view.toasts).toHaveLength(1);
  });

  it('sends a long text in parts only when the agent agrees', async () => {
    const { textRunes } = parley.workspace.touchpoint(parley.conversations.get('c-tom')!.touchpointId)!;
    const text = 'x'.repeat(textRunes + 1);
    parley.drafts.edit('c-tom', { text });
    const sent = () => shell.data.messages.filter((one) => /^x+$/.test(one.content.text)).length;
    expect(await parley.sending.send('c-tom')).toBe(false);
    expect([parley.drafts.get('c-tom').text, sent()]).toEqual([text, 0]);
    expect(parley.view.question?.confirm).toBe('Send 2 messages');
    parley.view.question!.onconfirm('');
    await vi.waitFor(() => expect(sent()).toBe(2));
    await vi.waitFor(() => expect(parley.drafts.get('c-tom').text).toBe(''));
  });

  it('gives a text back that the hub refuses before the send has ended', async () => {
    parley.opening.open('c-marta');
    await settle();
    const send = shell.transport.thread.send;
    vi.spyOn(shell.transport.thread, 'send').mockImplementation(async (id, draft, seen) => {
      const sent = await send(id, draft, seen);
      const gone = sent.map((one) => one.id);
      vi.spyOn(shell.transport.thread, 'messages').mockResolvedValue([]);
      vi.spyOn(shell.transport.drafts, 'load').mockResolvedValue({ ...draft, savedMs: draft.savedMs + 1 });
      shell.emit('messages', { conversationId: id, ids: gone });
      shell.emit('refused', {
        conversationId: id,
        messageId: gone[0]!,
        command: 'send_message',
        refusal: { code: 'news', agentName: '', sinceMs: 0 },
      });
      await settle();
      return sent;
    });
    parley.drafts.edit('c-marta', { text: 'Claro!' });
    const shown = parley.threads.get('c-marta')!.list.length;
    expect(await parley.sending.send('c-marta')).toBe(true);
    await settle();
    expect(parley.drafts.get('c-marta').text).toBe('Claro!');
    expect(parley.threads.get('c-marta')!.list).toHaveLength(shown);
    expect(parley.refusals.get('c-marta')?.code).toBe('news');
  });

  it('moves an assigned conversation to the own list', async () => {
    await parley.handling.assign('c-diego');
    expect(parley.view.tab).toBe('mine');
    expect(parley.conversations.mine.some((one) => one.id === 'c-diego')).toBe(true);
    expect(parley.conversations.inbox).toHaveLength(4);
  });

  it('tells who was faster', async () => {
    shell.taken = { code: 'taken', agentName: 'Rui Teixeira', sinceMs: 0 };
    await parley.handling.assign('c-diego');
    expect(parley.view.toasts[0]?.text).toContain('Rui Teixeira took this');
    expect(parley.view.openId).toBe('');
    expect(parley.conversations.get('c-diego')).toBeUndefined();
  });

  it('goes to wrap-up on WhatsApp, and closes on Messenger and opens the next one', async () => {
    parley.opening.open('c-marta');
    await parley.handling.endChat('c-marta');
    expect(parley.conversations.get('c-marta')?.status).toBe('wrap_up');
    expect(parley.view).toMatchObject({ openId: 'c-marta', sideOpen: true });
    parley.opening.open('c-tom');
    const order = parley.lists.order;
    await parley.handling.endChat('c-tom');
    expect(parley.conversations.mine.some((one) => one.id === 'c-tom')).toBe(false);
    expect(parley.view.openId).toBe(order[order.indexOf('c-tom') + 1]);
  });

  it('does not take a row back to what an earlier question was answered', async () => {
    parley.opening.open('c-marta');
    await settle();
    const get = shell.transport.conversations.get;
    let answer: (() => void) | undefined;
    vi.spyOn(shell.transport.conversations, 'get').mockImplementationOnce(async (ids) => {
      const rows = await get(ids);
      await new Promise<void>((resolve) => (answer = resolve));
      return rows;
    });
    shell.emit('conversations', { ids: ['c-marta'] });
    await vi.waitFor(() => expect(answer).toBeDefined());
    await parley.handling.endChat('c-marta');
    expect(parley.conversations.get('c-marta')?.status).toBe('wrap_up');
    answer?.();
    await settle();
    expect(parley.conversations.get('c-marta')?.status).toBe('wrap_up');
    expect(parley.view.openId).toBe('c-marta');
  });

  it('takes an End Chat back for ten seconds, and shows the conversation again', async () => {
    parley.opening.open('c-tom');
    await parley.handling.endChat('c-tom');
    expect(parley.conversations.resting.map((one) => one.id)).toEqual(['c-tom']);
    await parley.handling.undoEndChat('c-tom');
    expect(parley.view).toMatchObject({ openId: 'c-tom', tab: 'mine' });
    expect(parley.conversations.get('c-tom')).toMatchObject({ status: 'assigned', restMs: 0 });
    expect(parley.conversations.resting).toEqual([]);
  });

  it('says that the chat goes on when the contact wrote before it had ended', () => {
    shell.emit('refused', {
      conversationId: 'c-tom',
      command: 'end_chat',
      refusal: { code: 'news', agentName: '', sinceMs: 0 },
    });
    expect(parley.view.toasts[0]?.text).toBe('Tom Bradley wrote before the chat had ended. It goes on.');
    expect(parley.refusals.size).toBe(0);
  });

  it('transfers with the draft as a note, and goes on with the next conversation', async () => {
    parley.opening.open('c-tom');
    const order = parley.lists.order;
    parley.drafts.edit('c-tom', { text: 'ask about the visa' });
    const to = { agentId: 'agent-rui', queueId: '', name: 'Rui Teixeira' };
    expect(await parley.handling.transfer('c-tom', to, 'He knows: ask about the visa')).toBe('');
    expect(parley.view.openId).toBe(order[order.indexOf('c-tom') + 1]);
    expect(parley.conversations.mine.some((one) => one.id === 'c-tom')).toBe(false);
    expect(parley.drafts.get('c-tom').text).toBe('');
    expect(shell.data.notes.at(-1)?.text).toBe('He knows: ask about the visa');
  });

  it.each(['transfer', 'Send to Inbox'])(
    'keeps what a %s does not take along: another text, and files',
    async (how) => {
      const [file] = await parley.transport.attachments.addPaths('c-tom', ['visa.pdf']);
      const to = { agentId: 'agent-rui', queueId: '', name: 'Rui Teixeira' };
      const hand = (note: string) =>
        how === 'transfer' ? parley.handling.transfer('c-tom', to, note) : parley.handling.sendToInbox('c-tom', note);
      parley.drafts.edit('c-tom', { text: 'ask about the visa', attachments: [file!] });
      await hand('he is annoyed');
      expect(parley.drafts.get('c-tom').text).toBe('ask about the visa');
      await hand('he is annoyed: ask about the visa');
      expect(parley.drafts.get('c-tom')).toMatchObject({ text: '', attachments: [file!] });
    },
  );

  it('keeps the conversation and the draft when a transfer is refused, and says why', async () => {
    parley.opening.open('c-tom');
    parley.drafts.edit('c-tom', { text: 'ask about the visa' });
    shell.refused = { code: 'full', agentName: '', sinceMs: 0 };
    const to = { agentId: 'agent-rui', queueId: '', name: 'Rui Teixeira' };
    expect(await parley.handling.transfer('c-tom', to, '')).toBe('Not transferred: they have no room left.');
    expect(parley.view.openId).toBe('c-tom');
    expect(parley.drafts.get('c-tom').text).toBe('ask about the visa');
  });

  it('says once where settings are that could not be read', async () => {
    const said = () =>
      parley.view.toasts.filter((toast) => toast.text.includes('/config/settings.json.damaged')).length;
    shell.settingsKept = '/config/settings.json.damaged';
    await parley.reload();
    expect(said()).toBe(1);
    parley.view.toasts = [];
    await parley.reload();
    expect(said()).toBe(0);
  });

  it('shows what waits in one queue', () => {
    const groups = () => parley.lists.inbox.every((row) => row.queueId === 'queue-groups');
    expect(groups()).toBe(false);
    parley.view.filter = 'queue-groups';
    expect(parley.lists.inbox.length).toBeGreaterThan(0);
    expect(groups()).toBe(true);
  });

  it('says when picking by hand goes beyond what is meant for one person', async () => {
    await parley.handling.assign('c-diego');
    expect(parley.view.toasts.at(-1)?.text).toBe('With this you have 180 points; 100 are meant for one person.');
  });

  it('puts what the contact had before above the thread, and stops where nothing was', async () => {
    shell.data.earlier['contact-c-tom'] = [
      {
        id: 'c-tom-before',
        touchpointId: 'tp-page',
        openedMs: 1,
        closedMs: 2,
        assigneeName: 'Rui Teixeira',
        dispositionPath: '',
        preview: '',
      },
    ];
    const old = { ...shell.data.messages.find((one) => one.conversationId === 'c-tom')!, sentMs: 1 };
    shell.data.messages.push({ ...old, id: 'old', conversationId: 'c-tom-before', no: 1 });
    parley.opening.open('c-tom');
    await vi.waitFor(() => expect(parley.threads.get('c-tom')?.past).toEqual(['c-tom-before']));
    const thread = parley.threads.get('c-tom')!;
    const own = thread.list.length;
    expect(thread.more).toBe(true);
    expect(await parley.reading.older(thread)).toBe(true);
    expect(thread.list.map((one) => one.id).slice(0, 1)).toEqual(['old']);
    expect(thread.list).toHaveLength(own + 1);
    expect(thread.more).toBe(false);
    expect(await parley.reading.older(thread)).toBe(false);
    const fresh = shell.receive('c-tom', 'And now?');
    // What has not left this computer yet stays below it.
    await vi.waitFor(() => expect(thread.list.slice(-2).map((one) => one.id)).toContain(fresh.id));
  });

  it('holds the order of the list while the pointer is in it', async () => {
    const before = parley.lists.order;
    parley.lists.hold();
    shell.receive('c-noah', 'Hej');
    await settle();
    expect(parley.lists.order).toEqual(before);
    parley.lists.release();
    expect(parley.lists.order).not.toEqual(before);
  });

  it('goes where a notification leads, and not again after a reload', async () => {
    parley.opening.open('c-marta');
    shell.click('c-diego', '');
    await settle();
    expect(parley.view).toMatchObject({ openId: 'c-diego', tab: 'inbox' });
    const again = new Parley(shell.transport);
    const stop = await again.start();
    await settle();
    expect(again.view.openId).toBe('');
    stop();
  });

  it('goes where a notification led before the page was there', async () => {
    const early = new FakeShell();
    early.click('c-diego', '');
    const fresh = new Parley(early.transport);
    const stop = await fresh.start();
    await settle();
    expect(fresh.view).toMatchObject({ openId: 'c-diego', tab: 'inbox' });
    stop();
  });

  it('corrects the clock by the hub', async () => {
    shell.advance(26 * 60 * 60_000);
    await settle();
    expect(parley.now.ms - Date.now()).toBeGreaterThan(25 * 60 * 60_000);
  });

  it('says when notifications are not shown as they should be, and leads to the settings', async () => {
    shell.health = { ...shell.health, trouble: 'missing', way: '' };
    shell.emit('health');
    await settle();
    expect(parley.view.toasts).toMatchObject([
      { tone: 'trouble', text: 'Your system shows no notifications. The title and the sounds still tell.' },
    ]);
    parley.view.toasts[0]!.action!.run();
    expect(parley.view.dialog).toEqual({ kind: 'alerts', conversationId: '' });
    shell.health = { ...shell.health, trouble: '', way: 'dbus' };
    shell.emit('health');
    await settle();
    expect(parley.view.toasts).toHaveLength(1);
    expect(parley.health?.trouble).toBe('');
  });

  it('plays the sound of an alert with the volume of the settings', async () => {
    const play = vi.spyOn(parley.sounds, 'play').mockResolvedValue();
    await parley.setAlerts({ volume: 30 });
    shell.emit('sound', { ids: ['knock', 'drop'] });
    expect(play).toHaveBeenCalledExactlyOnceWith('knock', 30);
  });
});
