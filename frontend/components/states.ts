import type { World } from './world';
import { anchor, nothing, words } from './world';
import { Asked, Changing } from '../src/lib/state/asked.svelte';
import { card, content, failure, HOUR, media } from '../src/lib/bridge/fake-data';
import type { Attachment, Message, Stranger } from '../src/lib/bridge/types';
import { NEW_QUICK } from '../src/lib/quick';
import { parse } from '../src/lib/text/parse';

/** One state of a component: what it is given, and what a person then reads or finds by its role. */
export interface State {
  name: string;
  props?: (world: World) => Promise<object> | object;
  /** Text that is on the screen, or a role and name. */
  says: string | RegExp | { role: string; name: string | RegExp };
}

const STRANGER: Stranger = {
  wasIdentity: '3f2a 99c1 0b7e 5d44 a1f0 6c2d 8e93 b7d5',
  isIdentity: '91d0 4e6b 77a2 c3f8 2b19 e05c 64aa 1f3e',
  wasAuthority: 'Internet Security Research Group',
  isAuthority: 'Internet Security Research Group',
};
const none = { onclose: nothing };
const file = (change: Partial<Attachment>): Attachment => ({
  id: 'a1',
  fileName: 'offer.pdf',
  mime: 'application/pdf',
  sizeBytes: 12_000,
  kind: 'document',
  refusal: '',
  limitBytes: 0,
  url: '',
  asDocument: false,
  ...change,
});
const state = (world: World, change: Partial<Message>) => {
  const message = { ...world.message('text', ({ direction }) => direction === 'out'), ...change };
  return { message, row: world.row('c-marta'), waiting: 1, text: message.content.text };
};
const shown = (world: World, message: Message) => ({
  item: world.item(message),
  row: world.row('c-marta'),
  menu: true,
  query: '',
  currentHit: false,
  flash: false,
  waiting: 0,
});

/** Every component by its file, with the states that it has. What stands only within another one says where. */
export const STATES: Record<string, State[] | { within: string }> = {
  'App.svelte': { within: 'e2e' },
  'features/admin/AccountActions.svelte': [
    {
      name: 'signed in',
      props: async (w) => ({ ...(await w.member('Rui Teixeira')), ondone: nothing, oninvited: nothing }),
      says: { role: 'button', name: 'Switch the account off' },
    },
    {
      name: 'switched off',
      props: async (w) => ({ ...(await w.member('Lena Vogel')), ondone: nothing, oninvited: nothing }),
      says: { role: 'button', name: 'Switch the account on' },
    },
    {
      name: 'invited',
      props: async (w) => ({ ...(await w.member('Tomás Brandão')), ondone: nothing, oninvited: nothing }),
      says: { role: 'button', name: 'New invitation link' },
    },
  ],
  'features/admin/AdminPage.svelte': [
    {
      name: 'admin',
      props: (w) => (w.promote(), {}),
      says: { role: 'button', name: 'People' },
    },
    {
      name: 'offline',
      props: (w) => (w.promote(), w.shell.setConnection({ state: 'offline' }), {}),
      says: /nothing can be changed here now/,
    },
  ],
  'features/admin/Audit.svelte': [{ name: 'some entries', says: 'agent to supervisor' }],
  'features/admin/ChannelCard.svelte': [
    {
      name: 'busy',
      props: async (w) => ({
        touchpoint: w.parley.workspace.touchpoints[0],
        traffic: (await w.shell.admin.transport.traffic())[0],
      }),
      says: 'A contact last wrote',
    },
    {
      name: 'not told yet',
      props: (w) => (w.promote(), { touchpoint: w.parley.workspace.touchpoints[0], traffic: undefined }),
      says: { role: 'button', name: /^Check the connection of/ },
    },
  ],
  'features/admin/Channels.svelte': [{ name: 'all', says: /not in 30 days/ }],
  'features/admin/Checks.svelte': [
    {
      name: 'trouble',
      props: (w) => ({ name: 'Bookings', checks: w.shell.admin.checks }),
      says: /Meta tells this app of nothing/,
    },
  ],
  'features/admin/DeadLetters.svelte': [
    { name: 'two', says: /No touchpoint has this account/ },
    { name: 'none', props: (w) => ((w.shell.admin.letters = []), {}), says: 'Everything was understood' },
  ],
  'features/admin/Keeping.svelte': [
    { name: 'usual', says: { role: 'spinbutton', name: /^Days of history/ } },
    { name: 'hub away', props: (w) => ((w.shell.admin.problem = 'offline'), {}), says: { role: 'alert', name: '' } },
  ],
  'features/admin/Dispositions.svelte': [
    { name: 'a set', says: { role: 'button', name: 'Change Refund' } },
    {
      name: 'one retired',
      props: (w) => (w.retire('Complaint'), {}),
      says: { role: 'button', name: 'Offer Complaint again' },
    },
    { name: 'none', props: (w) => ((w.parley.workspace.dispositions = []), {}), says: 'No dispositions yet' },
    {
      name: 'a set that no queue uses',
      props: (w) => {
        const { workspace } = w.parley;
        const one = {
          ...workspace.dispositions[0]!,
          id: 'd-old',
          setId: 'set-old',
          parentId: '',
          name: 'Old',
          hidden: false,
        };
        workspace.queues = [];
        workspace.dispositions = [one];
        return {};
      },
      says: /No queue uses this set/,
    },
  ],
  'features/admin/LabelDialog.svelte': [
    {
      name: 'new',
      props: () => ({ setId: 'set-1', id: '', under: '', changing: new Changing(), onretired: nothing, ...none }),
      says: { role: 'dialog', name: 'Add a disposition' },
    },
    {
      name: 'known',
      props: (w) => ({
        setId: 'set-1',
        id: w.label('Refund').id,
        under: '',
        changing: new Changing(),
        onretired: nothing,
        ...none,
      }),
      says: { role: 'button', name: 'Retire' },
    },
  ],
  'features/admin/LabelRow.svelte': { within: 'features/admin/Dispositions.svelte' },
  'features/admin/Letter.svelte': { within: 'features/admin/DeadLetters.svelte' },
  'features/admin/Head.svelte': [
    { name: 'trouble', props: () => ({ title: 'People', problem: 'It did not work' }), says: 'It did not work' },
  ],
  'features/admin/InvitationLink.svelte': [
    {
      name: 'a link',
      props: () => ({
        name: 'Ana',
        email: 'ana@ondaverde.example',
        invitation: { link: 'parley://join/', expiresMs: 1 },
        ...none,
      }),
      says: { role: 'button', name: 'Copy link' },
    },
    {
      name: 'practice',
      props: () => ({ name: 'Ana', email: 'ana@ondaverde.example', invitation: { link: '', expiresMs: 1 }, ...none }),
      says: /nobody outside this computer can join/,
    },
  ],
  'features/admin/People.svelte': [
    { name: 'everybody', says: /Invited, until/ },
    {
      name: 'hub away',
      props: (w) => ((w.shell.admin.problem = 'offline'), {}),
      says: { role: 'alert', name: '' },
    },
  ],
  'features/admin/PersonDialog.svelte': [
    {
      name: 'new',
      props: async (w) => ({ ...(await w.member('')), staffed: new Set(), ...none }),
      says: { role: 'dialog', name: 'Invite somebody' },
    },
    {
      name: 'known',
      props: async (w) => ({ ...(await w.member('Rui Teixeira')), staffed: new Set(['q-complaints']), ...none }),
      says: { role: 'dialog', name: 'Rui Teixeira' },
    },
  ],
  'features/admin/ApiKeys.svelte': [
    { name: 'one', says: { role: 'button', name: 'Revoke CRM' } },
    { name: 'none', props: (w) => ((w.shell.admin.keys = []), {}), says: 'No API keys' },
  ],
  'features/admin/KeyDialog.svelte': [
    {
      name: 'new',
      props: (w) => ({ keys: new Asked(() => w.shell.admin.transport.keys()), ...none }),
      says: { role: 'checkbox', name: /^Administer/ },
    },
  ],
  'features/admin/Webhooks.svelte': [
    { name: 'none', says: 'No program is told what changes' },
    {
      name: 'given up',
      props: (w) => ((w.shell.admin.hooks = [w.hook({ offReason: 'gone', gaveUp: true, failures: 9 })]), {}),
      says: { role: 'button', name: 'Resume CRM' },
    },
    {
      name: 'failing',
      props: (w) => (
        (w.shell.admin.hooks = [
          w.hook({ failures: 2, holdUntilMs: Date.now() + 60_000 }),
          w.hook({ id: 'h2', name: 'Archive' }),
        ]),
        {}
      ),
      says: { role: 'button', name: 'Try CRM now' },
    },
  ],
  'features/admin/HookRow.svelte': { within: 'features/admin/Webhooks.svelte' },
  'features/admin/HookDialog.svelte': [
    {
      name: 'new',
      props: (w) => ({ hook: undefined, hooks: new Asked(() => w.shell.admin.transport.hooks()), ...none }),
      says: { role: 'checkbox', name: /^Messages/ },
    },
    {
      name: 'known',
      props: (w) => ({
        hook: w.hook({ queueIds: ['q-complaints'] }),
        hooks: new Asked(() => w.shell.admin.transport.hooks()),
        ...none,
      }),
      says: { role: 'button', name: 'Send a test event' },
    },
  ],
  'features/admin/HookActions.svelte': { within: 'features/admin/HookDialog.svelte' },
  'features/admin/Secret.svelte': [
    {
      name: 'of a webhook',
      props: () => ({
        title: 'Secret of CRM',
        text: 'Copy it now: it is not shown again.',
        label: 'Secret',
        secret: 'whsec_x7Qm2pZ4',
        copyLabel: 'Copy secret',
        ...none,
      }),
      says: { role: 'textbox', name: 'Secret' },
    },
  ],
  'features/admin/Queues.svelte': [
    { name: 'two', says: { role: 'button', name: 'Change Groups' } },
    {
      name: 'offline',
      props: (w) => (w.shell.setConnection({ state: 'offline' }), {}),
      says: 'Everybody',
    },
  ],
  'features/admin/QueueDialog.svelte': [
    {
      name: 'new',
      props: () => ({ queue: undefined, changing: new Changing(), ...none }),
      says: /Nobody is chosen/,
    },
    {
      name: 'known',
      props: (w) => ({ queue: w.parley.workspace.queues[1], changing: new Changing(), ...none }),
      says: /Only the person chosen/,
    },
  ],
  'features/admin/TouchpointDialog.svelte': [
    {
      name: 'WhatsApp',
      props: () => ({ onadded: nothing, ...none }),
      says: { role: 'textbox', name: 'Verify token' },
    },
  ],
  'features/admin/SecretFields.svelte': { within: 'features/admin/TouchpointDialog.svelte' },
  'features/admin/WebhookAddress.svelte': [
    { name: 'known', props: () => ({ channel: 'whatsapp' }), says: { role: 'textbox', name: /^Address for Meta/ } },
  ],
  'features/admin/ChannelActions.svelte': [
    {
      name: 'a number',
      props: (w) => ({ touchpoint: w.parley.workspace.touchpoints[0], onreplaced: nothing }),
      says: { role: 'button', name: /^Send a test from/ },
    },
  ],
  'features/admin/TestDialog.svelte': [
    {
      name: 'text',
      props: (w) => ({ touchpoint: w.parley.workspace.touchpoints[0], ...none }),
      says: /within the last 24 hours/,
    },
    {
      name: 'of a Page',
      props: (w) => ({ touchpoint: { ...w.parley.workspace.touchpoints[0]!, channel: 'messenger' }, ...none }),
      says: /Marta Sousa, until/,
    },
    {
      name: 'of a Page that nobody has written to',
      props: (w) => (
        (w.shell.admin.testContacts = []),
        { touchpoint: { ...w.parley.workspace.touchpoints[0]!, channel: 'messenger' }, ...none }
      ),
      says: /Nobody can be written to now/,
    },
  ],
  'features/admin/QuickReplies.svelte': [
    { name: 'some', props: (w) => (w.promote(), {}), says: { role: 'button', name: /^Change \// } },
    {
      name: 'none',
      props: (w) => ((w.shell.data.quickReplies = []), {}),
      says: 'No quick replies for everybody yet',
    },
  ],
  'features/editor/AttachMenu.svelte': [
    {
      name: 'WhatsApp',
      props: (w) => ({ row: w.row('c-marta'), onfile: nothing }),
      says: { role: 'button', name: 'Attach' },
    },
    {
      name: 'files only',
      props: (w) => ({ row: w.row('c-tom'), onfile: nothing }),
      says: { role: 'button', name: /file/i },
    },
  ],
  'features/editor/Attachments.svelte': [
    {
      name: 'one that may go',
      props: () => ({
        attachments: [file({})],
        adding: ['b.png'],
        touchpoint: undefined,
        onremove: nothing,
        ondocument: nothing,
      }),
      says: 'offer.pdf',
    },
    {
      name: 'one that is refused',
      props: (w) => ({
        attachments: [file({ kind: 'image', refusal: 'too_large', limitBytes: 5e6 })],
        adding: [],
        touchpoint: w.parley.workspace.touchpoints[0],
        onremove: nothing,
        ondocument: nothing,
      }),
      says: /takes images up to|up to/,
    },
  ],
  'features/editor/CardDialog.svelte': [
    { name: 'empty', props: (w) => ({ row: w.row('c-marta'), ...none }), says: 'Send a contact card' },
  ],
  'features/editor/Dock.svelte': [
    {
      name: 'mine',
      props: async (w) => ({ row: await w.open('c-marta'), thread: w.parley.threads.get('c-marta') }),
      says: { role: 'textbox', name: /^Message to/ },
    },
    {
      name: 'waiting in the Inbox',
      props: async (w) => ({ row: await w.open('c-beatriz'), thread: undefined }),
      says: 'You’re previewing',
    },
    {
      name: 'window closed',
      props: async (w) => ({ row: await w.open('c-khalid'), thread: undefined }),
      says: 'The 24-hour session window has closed',
    },
    {
      name: 'ended',
      props: async (w) => ({
        row: { ...(await w.open('c-marta')), status: 'closed', closedMs: Date.now() },
        thread: undefined,
      }),
      says: /ended at/,
    },
  ],
  'features/editor/TextBox.svelte': { within: 'features/editor/Editor.svelte' },
  'features/editor/Editor.svelte': [
    {
      name: 'empty',
      props: async (w) => ({ row: await w.open('c-marta'), thread: w.parley.threads.get('c-marta') }),
      says: { role: 'button', name: 'Send' },
    },
    {
      name: 'formatting',
      props: async (w) => ((w.parley.view.formatting = true), { row: await w.open('c-marta'), thread: undefined }),
      says: { role: 'button', name: 'Bold' },
    },
  ],
  'features/editor/EditorBar.svelte': [
    {
      name: 'nothing to send',
      props: (w) => ({
        row: w.row('c-marta'),
        text: '',
        left: Infinity,
        maySend: false,
        emojiOpen: false,
        quickOpen: false,
        onfile: nothing,
        onemoji: nothing,
        onquick: nothing,
      }),
      says: { role: 'button', name: 'Send' },
    },
  ],
  'features/editor/EmojiPicker.svelte': [
    { name: 'open', props: () => ({ onpick: nothing, ...none }), says: { role: 'dialog', name: 'Emoji' } },
  ],
  'features/editor/FormatBar.svelte': [
    { name: 'open', props: () => ({ onformat: nothing }), says: { role: 'button', name: 'Strikethrough' } },
  ],
  'features/editor/HereLine.svelte': [
    {
      name: 'a colleague who types',
      props: (w) => ({
        row: {
          ...w.row('c-marta'),
          here: [
            { agentId: 'agent-sofia', doing: 'viewing' },
            { agentId: 'agent-rui', doing: 'typing' },
          ],
        },
      }),
      says: 'Rui Teixeira is typing',
    },
    {
      name: 'two who look',
      props: (w) => ({
        row: {
          ...w.row('c-marta'),
          here: [
            { agentId: 'agent-rui', doing: 'viewing' },
            { agentId: 'agent-sofia', doing: 'viewing' },
          ],
        },
      }),
      says: 'Rui Teixeira and Sofia Almeida have this conversation open',
    },
  ],
  'features/editor/Hint.svelte': [
    { name: 'usual', props: () => ({ id: 'hint', swapped: false, left: Infinity }), says: 'adds a line' },
    { name: 'near the limit', props: () => ({ id: 'hint', swapped: true, left: 12 }), says: /12/ },
    { name: 'over it', props: () => ({ id: 'hint', swapped: false, left: -3 }), says: { role: 'status', name: '' } },
  ],
  'features/editor/KeptDraft.svelte': [
    { name: 'a draft', props: async (w) => ({ row: await w.open('c-khalid') }), says: /kept|Draft|Not sent/ },
  ],
  'features/editor/Lock.svelte': [
    {
      name: 'WhatsApp',
      props: async (w) => ({ row: await w.open('c-khalid') }),
      says: { role: 'button', name: /^Send a template/ },
    },
    {
      name: 'Messenger',
      props: async (w) => ({ row: { ...(await w.open('c-tom')), windowUntilMs: 1 } }),
      says: 'The 7-day session window has closed',
    },
  ],
  'features/editor/NoteDock.svelte': [
    {
      name: 'words',
      props: () => ({ icon: 'eye', title: 'Gone', text: 'It is elsewhere now' }),
      says: 'It is elsewhere now',
    },
  ],
  'features/editor/PlaceDialog.svelte': [
    { name: 'empty', props: (w) => ({ row: w.row('c-marta'), ...none }), says: 'Send a location' },
  ],
  'features/editor/Replaced.svelte': [
    {
      name: 'by another computer',
      props: (w) => ({
        row: w.row('c-marta'),
        replaced: { atMs: Date.now(), text: 'the other one', files: 1 },
        empty: false,
      }),
      says: { role: 'button', name: /Bring back/ },
    },
  ],
  'features/editor/ReplyLine.svelte': [
    {
      name: 'to the contact',
      props: (w) => ({
        reply: w.message('text', ({ direction }) => direction === 'in'),
        name: 'Marta',
        oncancel: nothing,
      }),
      says: /Marta/,
    },
  ],
  'features/editor/WindowLine.svelte': [
    { name: 'open', props: (w) => ({ row: w.row('c-marta') }), says: /Open until/ },
    { name: 'urgent', props: (w) => ({ row: w.row('c-lucia') }), says: /left to reply/ },
  ],
  'features/inbox/AssignedRow.svelte': [
    {
      name: 'unread',
      props: (w) => ({ row: w.row('c-lucia'), focusable: true, onfocus: nothing }),
      says: { role: 'img', name: '2 unread' },
    },
    {
      name: 'draft and closed',
      props: (w) => ({ row: w.row('c-khalid'), focusable: true, onfocus: nothing }),
      says: 'Draft:',
    },
  ],
  'features/inbox/Filter.svelte': [{ name: 'all', says: { role: 'combobox', name: 'Sort' } }],
  'features/inbox/Foot.svelte': [
    { name: 'live', says: /Live, updated/ },
    { name: 'offline', props: (w) => (w.shell.setConnection({ state: 'offline' }), {}), says: /Offline since/ },
  ],
  'features/inbox/GroupHeading.svelte': [
    {
      name: 'folded',
      props: () => ({ channel: 'whatsapp', count: 4, folded: true, focusable: true, onfold: nothing }),
      says: { role: 'button', name: /WhatsApp 4/ },
    },
  ],
  'features/inbox/HereMark.svelte': [
    {
      name: 'a colleague who writes a note',
      props: (w) => ({ row: { ...w.row('c-beatriz'), here: [{ agentId: 'agent-rui', doing: 'note' }] } }),
      says: 'Rui Teixeira is writing a note',
    },
  ],
  'features/inbox/InboxRow.svelte': [
    {
      name: 'waiting',
      props: (w) => ({ row: w.row('c-beatriz'), focusable: true, onfocus: nothing }),
      says: { role: 'button', name: 'Assign' },
    },
  ],
  'features/inbox/Lane.svelte': [{ name: 'one closes soon', says: /Closing soon/ }],
  'features/inbox/Offers.svelte': { within: 'features/inbox/Panel.svelte' },
  'features/inbox/Panel.svelte': [
    { name: 'mine', says: { role: 'tab', name: /^Assigned to you/ } },
    { name: 'Inbox', props: (w) => ((w.parley.view.tab = 'inbox'), {}), says: { role: 'combobox', name: 'Show' } },
  ],
  'features/inbox/Preview.svelte': [
    { name: 'ours', props: (w) => ({ row: { ...w.row('c-tom'), draft: '' }, own: true }), says: 'You:' },
  ],
  'features/inbox/RowFrame.svelte': [
    {
      name: 'unknown person',
      props: (w) => ({
        row: w.row('c-unknown'),
        time: '10:42',
        height: 58,
        focusable: true,
        onfocus: nothing,
        children: words('inside'),
      }),
      says: /7700 900318/,
    },
  ],
  'features/quick/QuickForm.svelte': [
    {
      name: 'for everybody',
      props: (w) => (w.promote(), { reply: NEW_QUICK, everybodys: true, onsaved: nothing, ondeleted: nothing }),
      says: { role: 'textbox', name: 'Shortcut' },
    },
  ],
  'features/quick/QuickDialog.svelte': [
    { name: 'list', props: () => none, says: { role: 'dialog', name: /Quick replies/ } },
  ],
  'features/quick/QuickMenu.svelte': [
    {
      name: 'all',
      props: (w) => ({ row: w.row('c-marta'), query: '', onpick: nothing }),
      says: { role: 'listbox', name: /Quick replies/ },
    },
  ],
  'features/search/FindFilter.svelte': [
    { name: 'narrowing', props: (w) => ({ finder: w.finder('a') }), says: { role: 'combobox', name: 'When' } },
  ],
  'features/search/ResultRow.svelte': [
    {
      name: 'a person',
      props: (w) => ({
        key: 'k',
        contact: w.row('c-marta').contact,
        touchpointId: 'tp-bookings',
        query: 'marta',
        byName: true,
        time: '10:42',
        closed: true,
        current: false,
        focusable: true,
        onopen: nothing,
        onfocus: nothing,
        children: words('Hello'),
      }),
      says: 'Figueiredo',
    },
  ],
  'features/search/Results.svelte': [
    {
      name: 'nothing',
      props: (w) => ({ finder: w.finder('zzzz'), query: 'zzzz', rows: [], onclear: nothing }),
      says: /zzzz/,
    },
  ],
  'features/shell/Banner.svelte': [
    {
      name: 'a webhook was switched off',
      props: (w) => (w.promote(), (w.shell.admin.hooks = [w.hook({ offReason: 'gone', offMs: 1, gaveUp: true })]), {}),
      says: /CRM is not told anything any more/,
    },
    {
      name: 'offline',
      props: (w) => (w.shell.setConnection({ state: 'offline', waiting: 3, waitingMessages: 2 }), {}),
      says: 'You’re offline.',
    },
    {
      name: 'the clock of this computer is wrong',
      props: (w) => ((w.parley.workspace.practice = false), w.shell.setConnection({ hubOffsetMs: 3 * 3_600_000 }), {}),
      says: 'Your computer’s clock is 3 h behind.',
    },
  ],
  'features/shell/Dialogs.svelte': [
    {
      name: 'a day',
      props: async (w) => (
        await w.open('c-marta'),
        (w.parley.view.dialog = { kind: 'day', conversationId: 'c-marta', ms: Date.now() }),
        {}
      ),
      says: { role: 'dialog', name: 'Jump to a date' },
    },
  ],
  'features/shell/Help.svelte': [{ name: 'open', says: 'Command palette' }],
  'features/shell/Keys.svelte': { within: 'e2e' },
  'features/shell/Palette.svelte': [{ name: 'open', says: { role: 'dialog', name: 'Command palette' } }],
  'features/shell/Question.svelte': [
    {
      name: 'with a note',
      props: () => ({
        question: {
          title: 'Sure?',
          text: 'Really?',
          confirm: 'Yes',
          note: 'A note',
          noteLabel: 'Note',
          onconfirm: nothing,
        },
      }),
      says: { role: 'dialog', name: 'Sure?' },
    },
  ],
  'features/shell/QuietMenu.svelte': [{ name: 'closed', says: { role: 'button', name: /^Do not disturb/ } }],
  'features/shell/Rail.svelte': [{ name: 'practice', says: 'Practice' }],
  'features/shell/ShortcutsDialog.svelte': [
    { name: 'list', props: () => none, says: { role: 'button', name: /^Command palette/ } },
  ],
  'features/shell/StatusMenu.svelte': [
    { name: 'open', props: () => ({ anchor: anchor(), ...none }), says: { role: 'menuitemradio', name: 'Away' } },
  ],
  'features/shell/Toasts.svelte': [
    { name: 'trouble', props: (w) => (w.parley.view.toast('It did not work', 'trouble'), {}), says: 'It did not work' },
  ],
  'features/settings/alerts/Computer.svelte': { within: 'features/settings/AlertSettings.svelte' },
  'features/settings/alerts/Kinds.svelte': { within: 'features/settings/AlertSettings.svelte' },
  'features/settings/alerts/Ladder.svelte': { within: 'features/settings/AlertSettings.svelte' },
  'features/settings/alerts/Quiet.svelte': { within: 'features/settings/AlertSettings.svelte' },
  'features/settings/alerts/TestSteps.svelte': { within: 'features/settings/AlertSettings.svelte' },
  'features/settings/alerts/Toggle.svelte': { within: 'features/settings/AlertSettings.svelte' },
  'features/settings/AlertSettings.svelte': [{ name: 'open', props: () => none, says: 'Notifications and sounds' }],
  'features/settings/Appearance.svelte': [{ name: 'all', says: { role: 'combobox', name: /Language/ } }],
  'features/settings/HoursField.svelte': [
    { name: 'always', props: () => ({ hours: '', onchange: none.onclose }), says: { role: 'checkbox', name: /.+/ } },
    {
      name: 'a week with a break, a night and a time that is none',
      props: () => ({
        hours: 'mon-fri 09:00-13:00,14:00-18:00; sat 22:00-02:00; sun 09:00-09:00',
        onchange: none.onclose,
      }),
      says: { role: 'group', name: 'Business hours' },
    },
  ],
  'features/settings/QueueRouting.svelte': [
    {
      name: 'picked by hand',
      props: (w) => ({ queue: w.parley.workspace.queues[0] }),
      says: { role: 'combobox', name: /.+/ },
    },
  ],
  'features/settings/RoutingDialog.svelte': [{ name: 'open', props: () => none, says: { role: 'dialog', name: /.+/ } }],
  'lib/ui/Switch.svelte': { within: 'features/settings/SettingsPanel.svelte' },
  'features/settings/SettingsPanel.svelte': [
    { name: 'open', props: () => none, says: { role: 'dialog', name: 'Settings' } },
  ],
  'features/settings/TouchpointSettings.svelte': [
    {
      name: 'WhatsApp',
      props: (w) => ({ touchpoint: w.parley.workspace.touchpoints[0] }),
      says: { role: 'spinbutton', name: /.+/ },
    },
  ],
  'features/settings/Touchpoints.svelte': [{ name: 'healthy', says: /Ondaverde|Bookings/ }],
  'features/snapshot/Timeline.svelte': [
    { name: 'a story', props: (w) => ({ row: w.row('c-marta') }), says: 'Timeline' },
    {
      name: 'offline',
      props: (w) => (w.shell.setConnection({ state: 'offline' }), { row: w.row('c-marta') }),
      says: 'Offline: this is what this computer knows.',
    },
    {
      name: 'nothing',
      props: (w) => ({ row: { ...w.row('c-marta'), contact: { ...w.row('c-marta').contact, id: 'nobody' } } }),
      says: 'Nothing has happened yet.',
    },
  ],
  'features/snapshot/NoteTime.svelte': [
    {
      name: 'edited',
      props: () => ({
        note: {
          id: 'n',
          conversationId: 'c-marta',
          agentId: 'agent-rui',
          agentName: 'Rui Teixeira',
          text: 'Sunday',
          createdMs: Date.now() - HOUR,
          editedMs: Date.now(),
          editedById: 'agent-sofia',
          editedByName: 'Sofia Almeida',
          pending: false,
          before: [{ text: 'Friday', agentId: 'agent-rui', agentName: 'Rui Teixeira', atMs: Date.now() - HOUR }],
        },
        open: false,
      }),
      says: { role: 'button', name: 'edited' },
    },
  ],
  'features/snapshot/NoteHistory.svelte': [
    {
      name: 'one earlier text',
      props: () => ({
        note: {
          id: 'n',
          conversationId: 'c-marta',
          agentId: 'agent-rui',
          agentName: 'Rui Teixeira',
          text: 'Sunday',
          createdMs: Date.now() - HOUR,
          editedMs: Date.now(),
          editedById: 'agent-sofia',
          editedByName: 'Sofia Almeida',
          pending: false,
          before: [{ text: 'Friday', agentId: 'agent-rui', agentName: 'Rui Teixeira', atMs: Date.now() - HOUR }],
        },
      }),
      says: 'Friday',
    },
  ],
  'features/snapshot/Activities.svelte': [
    { name: 'earlier ones', props: (w) => ({ row: w.row('c-marta') }), says: 'Earlier conversations' },
  ],
  'features/snapshot/ContactCard.svelte': [
    { name: 'known', props: async (w) => ({ row: await w.open('c-marta') }), says: 'marta.f@example.com' },
  ],
  'features/snapshot/ContactFinder.svelte': [
    {
      name: 'empty',
      props: () => ({ label: 'Find', except: [], onpick: nothing }),
      says: { role: 'searchbox', name: 'Find' },
    },
  ],
  'features/snapshot/Context.svelte': [
    { name: 'WhatsApp', props: (w) => ({ row: w.row('c-marta') }), says: 'First answer' },
  ],
  'features/snapshot/DispositionTree.svelte': [
    {
      name: 'closed',
      props: (w) => ({ dispositions: w.parley.workspace.dispositions, chosen: '' }),
      says: { role: 'tree', name: 'Dispositions' },
    },
  ],
  'features/snapshot/ContactData.svelte': [
    {
      name: 'of an admin',
      props: (w) => ({ row: w.row('c-marta') }),
      says: { role: 'button', name: 'Erase contact…' },
    },
  ],
  'features/snapshot/EraseDialog.svelte': [
    {
      name: 'what will be gone',
      props: (w) => ({ contactId: w.row('c-marta').contact.id, ...none }),
      says: '128 messages',
    },
    {
      name: 'gone already',
      props: (w) => ((w.shell.admin.problem = 'no_contact'), { contactId: w.row('c-marta').contact.id, ...none }),
      says: 'This contact was erased.',
    },
  ],
  'features/snapshot/MergeDialog.svelte': [
    {
      name: 'two people',
      props: (w) => ({
        conversationId: 'c-marta',
        contactId: w.row('c-marta').contact.id,
        otherId: w.row('c-lucia').contact.id,
        ...none,
      }),
      says: 'is kept',
    },
  ],
  'features/snapshot/NotesCard.svelte': [
    { name: 'notes', props: async (w) => ({ row: await w.open('c-marta') }), says: 'Notes' },
  ],
  'features/snapshot/SamePerson.svelte': [
    {
      name: 'nothing suggested',
      props: async (w) => ({ row: await w.open('c-marta'), mayEdit: true }),
      says: { role: 'button', name: 'Merge with another contact' },
    },
  ],
  'features/snapshot/Side.svelte': [
    {
      name: 'Snapshot',
      props: async (w) => ({ row: await w.open('c-marta') }),
      says: { role: 'tab', name: 'Activities' },
    },
  ],
  'features/snapshot/Snapshot.svelte': [
    { name: 'WhatsApp', props: async (w) => ({ row: await w.open('c-marta') }), says: 'Dispositions' },
    { name: 'Messenger', props: async (w) => ({ row: await w.open('c-tom') }), says: /don’t have these yet/ },
  ],
  'features/snapshot/WaitingCard.svelte': [
    { name: 'waiting', props: (w) => ({ row: w.row('c-beatriz') }), says: 'Waiting' },
  ],
  'features/snapshot/WindowCard.svelte': [
    { name: 'open', props: (w) => ({ row: w.row('c-marta') }), says: /Open until/ },
  ],
  'features/snapshot/WrapUp.svelte': [
    {
      name: 'nothing chosen',
      props: async (w) => ({ row: { ...(await w.open('c-marta')), status: 'wrap_up' } }),
      says: 'Choose a disposition to submit',
    },
  ],
  'features/templates/TemplateDialog.svelte': [
    {
      name: 'list',
      props: (w) => ({ row: w.row('c-khalid'), text: '', ...none }),
      says: { role: 'dialog', name: 'Send a template' },
    },
  ],
  'features/templates/TemplateForm.svelte': { within: 'features/templates/TemplateDialog.svelte' },
  'features/thread/Answer.svelte': [
    {
      name: 'a form',
      props: () => ({ payload: JSON.stringify({ nfm_reply: { response_json: '{"day":"Friday"}' } }) }),
      says: /.*/,
    },
  ],
  'features/thread/Cards.svelte': [
    { name: 'two cards', props: () => ({ cards: [card('Carmen'), card('Rui')] }), says: 'Carmen' },
  ],
  'features/thread/Conversation.svelte': [
    { name: 'none', says: 'No conversation open' },
    { name: 'open', props: async (w) => (await w.open('c-marta'), {}), says: { role: 'log', name: 'Messages' } },
  ],
  'features/thread/DayDialog.svelte': [
    {
      name: 'today',
      props: (w) => ({ row: w.row('c-marta'), ms: Date.now(), ...none }),
      says: { role: 'grid', name: /20\d\d/ },
    },
  ],
  'features/thread/EventLine.svelte': [
    {
      name: 'assigned',
      props: (w) => ({
        item: { kind: 'event', key: 'e', message: w.message('assigned'), now: false },
        row: w.row('c-marta'),
      }),
      says: /took this/,
    },
  ],
  'features/thread/FileCard.svelte': [
    {
      name: 'a document',
      props: (w) => ({
        message: w.message('document'),
        media: w.media('document'),
        channel: 'whatsapp',
        query: '',
        current: false,
      }),
      says: /pdf/i,
    },
  ],
  'features/thread/Gone.svelte': [
    {
      name: 'deleted at Meta',
      props: (w) => ({ message: w.message('image'), media: w.media('image', { state: 'gone' }), channel: 'whatsapp' }),
      says: /.+/,
    },
  ],
  'features/thread/Header.svelte': [
    {
      name: 'mine',
      props: async (w) => ({ row: await w.open('c-marta'), search: w.search() }),
      says: { role: 'button', name: 'End Chat' },
    },
    {
      name: 'unassigned',
      props: async (w) => ({ row: await w.open('c-beatriz'), search: w.search() }),
      says: /Unassigned/,
    },
  ],
  'features/thread/HitMap.svelte': [
    {
      name: 'two hits',
      props: () => ({
        hits: [
          { messageId: 'a', sentMs: 1, no: 1 },
          { messageId: 'b', sentMs: 2, no: 9 },
        ],
        at: 0,
        lastNo: 10,
      }),
      says: '',
    },
  ],
  'features/thread/LongList.svelte': { within: 'features/thread/Conversation.svelte' },
  'features/thread/MessageInfo.svelte': [
    {
      name: 'proofs',
      props: (w) => ({
        message: w.message('text', (m) => m.state === 'delivered'),
        conversationId: 'c-marta',
        ...none,
      }),
      says: { role: 'dialog', name: 'Message details' },
    },
  ],
  'features/thread/Bubble.svelte': { within: 'features/thread/MessageItem.svelte' },
  'features/thread/MessageItem.svelte': [
    { name: 'text', props: (w) => shown(w, w.message('text')), says: { role: 'article', name: /.+/ } },
    {
      name: 'photo',
      props: (w) =>
        shown(
          w,
          w.message('image', (m) => m.content.media?.state === 'ready'),
        ),
      says: { role: 'button', name: 'Open photo' },
    },
    { name: 'voice note', props: (w) => shown(w, w.message('audio')), says: { role: 'button', name: /^Play/ } },
    { name: 'location', props: (w) => shown(w, w.message('location')), says: /maps/ },
    { name: 'unsupported', props: (w) => shown(w, w.message('unsupported')), says: /poll/ },
    { name: 'sticker', props: (w) => shown(w, w.message('sticker')), says: { role: 'img', name: /Sticker/ } },
    { name: 'document', props: (w) => shown(w, w.message('document')), says: /pdf|jpg/i },
  ],
  'features/thread/MessageMenu.svelte': [
    {
      name: 'closed',
      props: async (w) => ({ message: w.message('text'), row: await w.open('c-marta'), text: 'x' }),
      says: { role: 'button', name: 'Message actions' },
    },
  ],
  'features/thread/MessageState.svelte': [
    {
      name: 'failed',
      props: (w) => state(w, { state: 'failed', failure: failure('window', 131047), failedMs: 1 }),
      says: /Not delivered/,
    },
    {
      name: 'not confirmed',
      props: (w) => state(w, { state: 'unconfirmed', sentMs: Date.now() - HOUR }),
      says: /Not confirmed|Checking/,
    },
    {
      name: 'on this computer',
      props: (w) => (w.shell.setConnection({ state: 'offline' }), state(w, { state: 'on_computer', no: 0 })),
      says: /this computer/i,
    },
  ],
  'features/thread/Meta.svelte': [
    {
      name: 'edited',
      props: (w) => ({ message: w.message('text', (m) => m.direction === 'out'), edited: true }),
      says: /edited/i,
    },
  ],
  'features/thread/Order.svelte': [
    {
      name: 'one thing',
      props: () => ({
        payload: '{"product_items":[{"product_retailer_id":"tour","quantity":2,"item_price":55,"currency":"EUR"}]}',
      }),
      says: /tour/,
    },
  ],
  'features/thread/PausedBanner.svelte': [
    {
      name: 'token expired',
      props: async (w) => {
        const row = await w.open('c-marta');
        w.parley.workspace.load({
          ...(await w.shell.transport.workspace.load()),
          touchpoints: w.shell.data.touchpoints.map((one) => ({
            ...one,
            held: true,
            heldReason: 'token',
            heldSinceMs: Date.now(),
          })),
        });
        return { row, thread: undefined };
      },
      says: /.*/,
    },
  ],
  'features/thread/Picture.svelte': [
    {
      name: 'ready',
      props: (w) => ({ media: w.media('image', { state: 'ready' }), channel: 'whatsapp' }),
      says: { role: 'button', name: 'Open photo' },
    },
    {
      name: 'coming',
      props: (w) => ({ media: w.media('image', { state: 'pending' }), channel: 'whatsapp' }),
      says: /.+/,
    },
  ],
  'features/thread/Place.svelte': [
    {
      name: 'a hotel',
      props: () => ({ location: { latitude: 37.74, longitude: -25.67, name: 'Hotel', address: 'Rua 1', url: '' } }),
      says: 'Hotel',
    },
  ],
  'features/thread/QuoteBlock.svelte': [
    {
      name: 'theirs',
      props: (w) => ({
        quote: { messageId: 'm', conversationId: 'c-marta', author: '', out: false, kind: 'text', text: 'Is it far?' },
        message: w.message('text'),
        row: w.row('c-marta'),
      }),
      says: 'Is it far?',
    },
  ],
  'features/thread/ReactionBar.svelte': [
    {
      name: 'open',
      props: () => ({ anchor: anchor(), own: '❤️', onpick: nothing, ...none }),
      says: { role: 'button', name: 'React with 👍' },
    },
  ],
  'features/thread/Reactions.svelte': [
    {
      name: 'ours',
      props: (w) => ({
        message: {
          ...w.message('text'),
          reactions: [{ emoji: '❤️', out: true, messageId: 'r', state: 'read', failure: null }],
        },
        row: w.row('c-marta'),
        mine: true,
      }),
      says: /❤️/,
    },
  ],
  'features/thread/Referral.svelte': [
    {
      name: 'an ad',
      props: (w) => ({ referral: w.message('text', (m) => !!m.content.referral).content.referral }),
      says: /.+/,
    },
  ],
  'features/thread/RichText.svelte': [
    {
      name: 'marked',
      props: () => ({ nodes: parse('at *nine* https://example.org'), query: 'nine' }),
      says: 'nine',
    },
  ],
  'features/thread/SearchBox.svelte': [
    {
      name: 'open',
      props: async (w) => {
        const row = await w.open('c-marta');
        w.parley.view.searchOpen = true;
        return { row, search: w.search() };
      },
      says: { role: 'button', name: /^Next match/ },
    },
  ],
  'features/thread/Sent.svelte': [
    {
      name: 'a template',
      props: () => ({
        template: {
          name: 'booking',
          language: 'en',
          header: 'Your booking',
          footer: 'Ondaverde',
          buttons: [{ kind: 'url', text: 'Open', value: '' }],
        },
        children: words('Hello'),
      }),
      says: 'Hello',
    },
  ],
  'features/thread/Divider.svelte': { within: 'features/thread/ThreadView.svelte' },
  'features/thread/ToNewest.svelte': { within: 'features/thread/ThreadView.svelte' },
  'features/thread/ThreadView.svelte': { within: 'features/thread/Conversation.svelte' },
  'features/thread/UploadLine.svelte': { within: 'e2e' },
  'features/thread/Unsupported.svelte': [
    {
      name: 'a poll',
      props: () => ({ content: content('unsupported', '', { rawKind: 'poll' }), name: 'Marta' }),
      says: /Marta sent something Parley can’t show/,
    },
  ],
  'features/thread/VideoBox.svelte': [
    {
      name: 'not begun',
      props: (w) => ({ media: w.media('video'), channel: 'whatsapp' }),
      says: { role: 'button', name: /Play/ },
    },
  ],
  'features/thread/Viewer.svelte': [
    {
      name: 'one of several',
      props: async (w) => (await w.open('c-marta'), { media: w.media('image') }),
      says: { role: 'dialog', name: 'Photo viewer' },
    },
  ],
  'features/thread/Voice.svelte': [
    {
      name: 'here',
      props: (w) => ({ media: w.media('audio'), channel: 'whatsapp' }),
      says: { role: 'button', name: /^Play/ },
    },
    {
      name: 'coming',
      props: () => ({ media: media({ state: 'pending', voice: true }), channel: 'whatsapp' }),
      says: /Voice note/,
    },
  ],
  'features/thread/WhyRang.svelte': [
    {
      name: 'nothing decided',
      props: () => ({ conversationId: 'c-marta', messageId: 'm', ...none }),
      says: { role: 'dialog', name: /ring/ },
    },
  ],
  'features/transfer/TransferDialog.svelte': [
    {
      name: 'agents',
      props: async (w) => ({ row: await w.open('c-marta'), ...none }),
      says: { role: 'option', name: /Rui Teixeira/ },
    },
  ],
  'features/settings/AccountDialog.svelte': [
    {
      name: 'signed in at a hub',
      props: (w) => (
        (w.parley.account.place = {
          ...w.parley.account.place,
          kind: 'hub',
          address: 'https://hub.example.org',
          email: 'ines@example.org',
          tokenAt: 'keyring',
        }),
        none
      ),
      says: { role: 'button', name: /Sign out/ },
    },
  ],
  'features/settings/ChangePassword.svelte': [{ name: 'closed', says: /password/i }],
  'features/settings/Computers.svelte': [{ name: 'list', says: { role: 'heading', name: /.+/ } }],
  'features/wallboard/Agents.svelte': { within: 'features/wallboard/Wallboard.svelte' },
  'features/wallboard/Figure.svelte': [
    {
      name: 'with a word',
      props: () => ({ label: 'Waiting', text: '3', detail: '10:42', tone: 'closing' }),
      says: '10:42',
    },
  ],
  'features/wallboard/Hours.svelte': { within: 'features/wallboard/Wallboard.svelte' },
  'features/wallboard/Queues.svelte': { within: 'features/wallboard/Wallboard.svelte' },
  'features/wallboard/Table.svelte': { within: 'features/wallboard/Wallboard.svelte' },
  'features/wallboard/Wallboard.svelte': [{ name: 'a working day', says: { role: 'main', name: /.+/ } }],
  'features/welcome/Ended.svelte': [
    {
      name: 'by somebody',
      props: () => ({
        ended: { workspaceName: 'Ondaverde', atMs: Date.now(), unsent: { drafts: 1, messages: 2, commands: 0 } },
      }),
      says: { role: 'alert', name: '' },
    },
  ],
  'features/welcome/Join.svelte': [{ name: 'the invitation is looked up', says: { role: 'form', name: /.+/ } }],
  'features/welcome/LanguageChoice.svelte': [{ name: 'all', says: { role: 'combobox', name: 'Language' } }],
  'features/welcome/Password.svelte': [
    { name: 'hidden', props: () => ({ label: 'Password', value: '' }), says: { role: 'button', name: /.+/ } },
  ],
  'features/welcome/Practise.svelte': [{ name: 'usual', says: { role: 'button', name: /practice/i } }],
  'features/welcome/SignIn.svelte': [
    { name: 'first time', says: { role: 'textbox', name: /address/i } },
    { name: 'again', props: () => ({ again: true }), says: { role: 'form', name: /.+/ } },
  ],
  'features/welcome/SignInDialog.svelte': [
    { name: 'open', props: () => none, says: { role: 'dialog', name: /Sign in/ } },
  ],
  'features/welcome/Stranger.svelte': [
    { name: 'another identity', props: () => ({ stranger: STRANGER }), says: { role: 'button', name: 'Disconnect' } },
    {
      name: 'another authority',
      props: () => ({ stranger: { ...STRANGER, isIdentity: STRANGER.wasIdentity, isAuthority: 'Office Proxy Ltd' } }),
      says: 'Office Proxy Ltd',
    },
  ],
  'features/welcome/Welcome.svelte': [{ name: 'nobody was here', says: { role: 'heading', name: /.+/ } }],
  'lib/ui/Avatar.svelte': [
    {
      name: 'known',
      props: () => ({ id: 'x', initials: 'MF', channel: 'whatsapp', channelLabel: 'WhatsApp' }),
      says: 'MF',
    },
    {
      name: 'unknown',
      props: () => ({ id: 'x', initials: '', channel: 'messenger', channelLabel: 'Messenger' }),
      says: { role: 'img', name: 'Messenger' },
    },
  ],
  'lib/ui/Button.svelte': [
    {
      name: 'primary',
      props: () => ({ look: 'primary', children: words('Go') }),
      says: { role: 'button', name: 'Go' },
    },
    {
      name: 'disabled',
      props: () => ({ disabled: true, children: words('Go') }),
      says: { role: 'button', name: 'Go' },
    },
  ],
  'lib/ui/Calendar.svelte': [
    {
      name: 'a month',
      props: () => ({ day: Date.now(), latest: Date.now(), onpick: nothing }),
      says: { role: 'button', name: 'Month before' },
    },
  ],
  'lib/ui/Card.svelte': [
    {
      name: 'with an action',
      props: () => ({ title: 'Notes', action: words('Add'), children: words('None') }),
      says: { role: 'heading', name: 'Notes' },
    },
  ],
  'lib/ui/ChannelMark.svelte': [
    {
      name: 'WhatsApp',
      props: () => ({ channel: 'whatsapp', label: 'WhatsApp' }),
      says: { role: 'img', name: 'WhatsApp' },
    },
  ],
  'lib/ui/Chip.svelte': [
    {
      name: 'closing',
      props: () => ({ text: '1 h 12', tone: 'closing', icon: 'clock', label: '1 h 12 left' }),
      says: '1 h 12',
    },
    { name: 'closed', props: () => ({ text: 'Closed', tone: 'closed', icon: 'lock' }), says: 'Closed' },
  ],
  'lib/ui/Dialog.svelte': [
    {
      name: 'open',
      props: () => ({ title: 'Sure?', ...none, children: words('Text'), actions: words('Buttons') }),
      says: { role: 'dialog', name: 'Sure?' },
    },
  ],
  'lib/ui/EmojiGrid.svelte': { within: 'features/editor/EmojiPicker.svelte' },
  'lib/ui/Empty.svelte': [
    {
      name: 'words',
      props: () => ({ icon: 'inbox', title: 'Nothing', text: 'Nobody waits' }),
      says: { role: 'heading', name: 'Nothing' },
    },
  ],
  'lib/ui/Icon.svelte': [{ name: 'one', props: () => ({ name: 'send' }), says: '' }],
  'lib/ui/IconButton.svelte': [
    { name: 'on', props: () => ({ icon: 'emoji', label: 'Emoji', on: true }), says: { role: 'button', name: 'Emoji' } },
  ],
  'lib/ui/Marked.svelte': [{ name: 'a hit', props: () => ({ text: 'São Miguel', query: 'sao' }), says: 'São' }],
  'lib/ui/Popover.svelte': [
    {
      name: 'open',
      props: () => ({ anchor: anchor(), label: 'Menu', ...none, children: words('Inside') }),
      says: { role: 'dialog', name: 'Menu' },
    },
  ],
  'lib/ui/Resizer.svelte': [
    {
      name: 'usual',
      props: () => ({
        label: 'Width',
        width: 300,
        min: 200,
        max: 400,
        edge: 'end',
        onresize: nothing,
        ondone: nothing,
      }),
      says: { role: 'separator', name: 'Width' },
    },
  ],
  'lib/ui/SearchField.svelte': [
    { name: 'empty', props: () => ({ value: '', label: 'Find' }), says: { role: 'textbox', name: 'Find' } },
  ],
  'lib/ui/Tabs.svelte': [
    {
      name: 'two',
      props: () => ({
        label: 'Lists',
        tabs: [
          { id: 'a', text: 'One', count: 3 },
          { id: 'b', text: 'Two' },
        ],
        selected: 'a',
        controls: 'panel',
        height: 40,
        onselect: nothing,
      }),
      says: { role: 'tab', name: /One/ },
    },
  ],
  'lib/ui/Tick.svelte': ['on_computer', 'in_hub', 'accepted', 'delivered', 'read', 'failed', 'unconfirmed'].map(
    (one) => ({ name: one, props: () => ({ state: one, label: one }), says: { role: 'img', name: one } }),
  ),
  'lib/ui/Unread.svelte': [
    { name: 'many', props: () => ({ text: '99+', label: '120 unread' }), says: { role: 'img', name: '120 unread' } },
  ],
};
