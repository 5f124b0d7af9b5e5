import type { Conversation } from '../../lib/bridge/types';
import { caps, readBindings } from '../../lib/keys';
import { m } from '../../lib/paraglide/messages.js';
import type { Parley } from '../../lib/state/parley.svelte';
import type { IconName } from '../../lib/ui/icons';
import { askEndChat, askSendToInbox, askTransfer, mayTransfer } from '../thread/actions';
import { sectionsOf } from '../admin/sections';
import { focusArea, moveArea, moveMessage } from './areas';

export type Group = 'everywhere' | 'lists' | 'open' | 'writing';

/**
 * Something that an agent can do. This table is all that keys, palette, help and settings know of it: what is not here
 * has no key, and what is here has one name.
 */
export interface Action {
  id: string;
  group: Group;
  text: () => string;
  icon: IconName;
  /** What it has unless a person changes it; "" for none. See `lib/keys.ts`. */
  keys: string;
  /** A key that belongs to where it acts: it is shown, and cannot be changed. */
  fixed?: boolean;
  /** Not in the palette: it makes sense by its key only. */
  hidden?: boolean;
  /** Whether it can be done now; always without. */
  possible?: (parley: Parley) => boolean;
  run: (parley: Parley) => void;
}

function mine(parley: Parley): Conversation | undefined {
  const row = parley.current;
  const own = row?.status === 'assigned' && row.assigneeId === parley.workspace.me.id;
  return own && row.pending === '' && !parley.gone ? row : undefined;
}

const isOpen = (parley: Parley) => parley.current !== undefined;
const isMine = (parley: Parley) => mine(parley) !== undefined;
const isWriting = (parley: Parley) => parley.view.editor !== undefined;

/** To the conversation above or below in the shown list. */
function moveConversation(parley: Parley, step: number): void {
  const { view, lists } = parley;
  const order = view.tab === 'inbox' ? lists.inbox.map((row) => row.id) : lists.order;
  if (order.length === 0) return;
  const at = order.indexOf(view.openId);
  parley.opening.open(order[at < 0 ? (step > 0 ? 0 : order.length - 1) : (at + step + order.length) % order.length]!);
}

/** The own conversation that comes first by a number, other than the open one; 0 is none. */
function firstBy(parley: Parley, by: (row: Conversation) => number): Conversation | undefined {
  return parley.conversations.mine
    .filter((row) => row.id !== parley.view.openId && by(row) > 0)
    .sort((a, b) => by(a) - by(b))[0];
}

const waiting = (parley: Parley) => firstBy(parley, (row) => row.waitingSinceMs);
const closing = (parley: Parley) =>
  firstBy(parley, (row) => (row.windowUntilMs > parley.now.ms && row.waitingSinceMs > 0 ? row.windowUntilMs : 0));
const oldest = (parley: Parley) => [...parley.conversations.inbox].sort((a, b) => a.openedMs - b.openedMs)[0];

function openOwn(parley: Parley, row: Conversation | undefined): void {
  if (!row) return;
  parley.view.tab = 'mine';
  parley.opening.open(row.id);
}

export const ACTIONS: readonly Action[] = [
  {
    id: 'palette',
    group: 'everywhere',
    text: m.action_palette,
    icon: 'search',
    keys: 'Mod+K',
    hidden: true,
    run: ({ view }) => (view.paletteOpen = !view.paletteOpen),
  },
  {
    id: 'help',
    group: 'everywhere',
    text: m.shortcuts_title,
    icon: 'keyboard',
    keys: 'F1',
    run: ({ view }) => (view.helpOpen = !view.helpOpen),
  },
  {
    id: 'find',
    group: 'everywhere',
    text: m.find_label,
    icon: 'search',
    keys: 'Mod+Shift+F',
    run: () => document.querySelector<HTMLInputElement>('[data-list-search] input')?.select(),
  },
  {
    id: 'inbox',
    group: 'everywhere',
    text: m.sc_inbox,
    icon: 'inbox',
    keys: 'Mod+1',
    run: ({ view }) => (view.tab = 'inbox'),
  },
  {
    id: 'mine',
    group: 'everywhere',
    text: m.sc_mine,
    icon: 'chat',
    keys: 'Mod+2',
    run: ({ view }) => (view.tab = 'mine'),
  },
  {
    id: 'area_next',
    group: 'everywhere',
    text: m.action_area_next,
    icon: 'panel',
    keys: 'F6',
    hidden: true,
    run: () => moveArea(1),
  },
  {
    id: 'area_previous',
    group: 'everywhere',
    text: m.action_area_previous,
    icon: 'panel',
    keys: 'Shift+F6',
    hidden: true,
    run: () => moveArea(-1),
  },
  {
    id: 'wallboard',
    group: 'everywhere',
    text: m.nav_wallboard,
    icon: 'people',
    keys: '',
    possible: ({ workspace }) => workspace.supervises,
    run: ({ view }) => (view.page = 'wallboard'),
  },
  {
    id: 'admin',
    group: 'everywhere',
    text: m.nav_admin,
    icon: 'building',
    keys: '',
    possible: ({ workspace }) => sectionsOf(workspace.me.role).length > 0,
    run: ({ view }) => (view.page = 'admin'),
  },
  {
    id: 'settings',
    group: 'everywhere',
    text: m.nav_settings,
    icon: 'sliders',
    keys: 'Mod+,',
    run: ({ view }) => (view.settingsOpen = true),
  },
  {
    id: 'shortcuts',
    group: 'everywhere',
    text: m.shortcuts_change,
    icon: 'keyboard',
    keys: '',
    run: ({ view }) => (view.dialog = { kind: 'shortcuts', conversationId: '' }),
  },
  {
    id: 'quick_replies',
    group: 'everywhere',
    text: m.action_quick_edit,
    icon: 'bolt',
    keys: '',
    run: ({ view }) => (view.dialog = { kind: 'quick', conversationId: '' }),
  },
  {
    id: 'refresh',
    group: 'everywhere',
    text: m.refresh_now,
    icon: 'refresh',
    keys: '',
    run: (parley) => void parley.refresh(),
  },
  {
    id: 'available',
    group: 'everywhere',
    text: m.action_available,
    icon: 'person',
    keys: '',
    possible: ({ workspace }) => workspace.me.status !== 'available',
    run: (parley) => void parley.setStatus('available', ''),
  },
  {
    id: 'away',
    group: 'everywhere',
    text: m.action_away,
    icon: 'person',
    keys: '',
    possible: ({ workspace }) => workspace.me.status !== 'away',
    run: (parley) => void parley.setStatus('away', ''),
  },
  {
    id: 'theme_light',
    group: 'everywhere',
    text: m.action_light,
    icon: 'sun',
    keys: '',
    run: (parley) => void parley.setSettings({ theme: 'light' }),
  },
  {
    id: 'theme_dark',
    group: 'everywhere',
    text: m.action_dark,
    icon: 'moon',
    keys: '',
    run: (parley) => void parley.setSettings({ theme: 'dark' }),
  },
  {
    id: 'phone',
    group: 'everywhere',
    text: m.nav_practice_phone,
    icon: 'phone',
    keys: '',
    possible: ({ workspace }) => workspace.practice,
    run: (parley) => void parley.openPhone(),
  },
  {
    id: 'back',
    group: 'everywhere',
    text: m.sc_back,
    icon: 'x',
    keys: 'Escape',
    fixed: true,
    hidden: true,
    run: () => undefined,
  },
  {
    id: 'next',
    group: 'lists',
    text: m.sc_next,
    icon: 'down',
    keys: 'Ctrl+Tab',
    run: (parley) => moveConversation(parley, 1),
  },
  {
    id: 'previous',
    group: 'lists',
    text: m.sc_previous,
    icon: 'up',
    keys: 'Ctrl+Shift+Tab',
    run: (parley) => moveConversation(parley, -1),
  },
  {
    id: 'next_waiting',
    group: 'lists',
    text: m.action_next_waiting,
    icon: 'hourglass',
    keys: 'Mod+J',
    possible: (parley) => waiting(parley) !== undefined,
    run: (parley) => openOwn(parley, waiting(parley)),
  },
  {
    id: 'next_closing',
    group: 'lists',
    text: m.action_next_closing,
    icon: 'clock',
    keys: 'Mod+D',
    possible: (parley) => parley.lists.closing.length > 0 || closing(parley) !== undefined,
    run: (parley) => {
      if (parley.lists.closing.length > 0) parley.opening.nextClosing();
      else openOwn(parley, closing(parley));
    },
  },
  {
    id: 'assign',
    group: 'lists',
    text: m.assign_to_me,
    icon: 'check',
    keys: 'Mod+Enter',
    possible: (parley) => parley.current?.status === 'queued' && !parley.gone,
    run: (parley) => void parley.handling.assign(parley.view.openId),
  },
  {
    id: 'assign_next',
    group: 'lists',
    text: m.action_assign_next,
    icon: 'inbox',
    keys: 'Mod+Shift+Enter',
    possible: (parley) => oldest(parley) !== undefined,
    run: (parley) => void parley.handling.assign(oldest(parley)!.id),
  },
  {
    id: 'search',
    group: 'open',
    text: m.sc_search,
    icon: 'search',
    keys: 'Mod+F',
    possible: isOpen,
    run: ({ view }) => (view.searchOpen = true),
  },
  {
    id: 'match',
    group: 'open',
    text: m.sc_step,
    icon: 'search',
    keys: 'F3',
    fixed: true,
    hidden: true,
    run: () => undefined,
  },
  {
    id: 'transfer',
    group: 'open',
    text: m.action_transfer,
    icon: 'transfer',
    keys: 'Mod+Shift+T',
    possible: (parley) => parley.current !== undefined && mayTransfer(parley, parley.current),
    run: (parley) => askTransfer(parley, parley.current!),
  },
  {
    id: 'send_to_inbox',
    group: 'open',
    text: m.send_to_inbox,
    icon: 'toinbox',
    keys: 'Mod+Shift+B',
    possible: isMine,
    run: (parley) => askSendToInbox(parley, mine(parley)!),
  },
  {
    id: 'end_chat',
    group: 'open',
    text: m.end_chat,
    icon: 'done',
    keys: 'Mod+Shift+E',
    possible: isMine,
    run: (parley) => askEndChat(parley, mine(parley)!),
  },
  {
    id: 'undo_end',
    group: 'open',
    text: m.action_undo_end,
    icon: 'done',
    keys: '',
    possible: ({ conversations, now }) => (conversations.resting[0]?.restMs ?? 0) > now.ms,
    run: (parley) => void parley.handling.undoEndChat(parley.conversations.resting[0]!.id),
  },
  {
    id: 'snapshot',
    group: 'open',
    text: m.side_snapshot,
    icon: 'panel',
    keys: 'Mod+3',
    possible: isOpen,
    run: (parley) => parley.showSide('snapshot'),
  },
  {
    id: 'context',
    group: 'open',
    text: m.side_context,
    icon: 'panel',
    keys: 'Mod+4',
    possible: isOpen,
    run: (parley) => parley.showSide('context'),
  },
  {
    id: 'activities',
    group: 'open',
    text: m.side_activities,
    icon: 'panel',
    keys: 'Mod+5',
    possible: isOpen,
    run: (parley) => parley.showSide('activities'),
  },
  {
    id: 'note',
    group: 'open',
    text: m.action_note,
    icon: 'pencil',
    keys: 'Mod+Shift+N',
    possible: (parley) => isMine(parley) || parley.current?.status === 'wrap_up',
    run: (parley) => {
      parley.showSide('snapshot');
      parley.view.wantsNote = true;
    },
  },
  {
    id: 'disposition',
    group: 'open',
    text: m.action_disposition,
    icon: 'filter',
    keys: 'Mod+Shift+D',
    possible: (parley) => parley.current?.status === 'wrap_up' && !parley.gone,
    run: (parley) => {
      parley.showSide('snapshot');
      parley.view.wantsDisposition += 1;
    },
  },
  {
    id: 'unread',
    group: 'open',
    text: m.action_unread,
    icon: 'down',
    keys: 'Mod+Shift+U',
    possible: isOpen,
    run: ({ view }) => (view.wantsUnread = true),
  },
  {
    id: 'day',
    group: 'open',
    text: m.action_day,
    icon: 'clock',
    keys: 'Mod+G',
    possible: isOpen,
    run: ({ view, now }) => (view.dialog = { kind: 'day', conversationId: view.openId, ms: now.ms }),
  },
  {
    id: 'message_up',
    group: 'open',
    text: m.action_message_up,
    icon: 'up',
    keys: 'Alt+ArrowUp',
    hidden: true,
    run: () => moveMessage(-1),
  },
  {
    id: 'message_down',
    group: 'open',
    text: m.action_message_down,
    icon: 'down',
    keys: 'Alt+ArrowDown',
    hidden: true,
    run: () => moveMessage(1),
  },
  {
    id: 'editor',
    group: 'writing',
    text: m.action_editor,
    icon: 'pencil',
    keys: 'Mod+Shift+M',
    possible: isWriting,
    run: () => focusArea('editor'),
  },
  {
    id: 'attach',
    group: 'writing',
    text: m.sc_attach,
    icon: 'attach',
    keys: 'Mod+Shift+A',
    possible: isWriting,
    run: ({ view }) => view.editor?.attach(),
  },
  {
    id: 'emoji',
    group: 'writing',
    text: m.sc_emoji,
    icon: 'emoji',
    keys: 'Mod+E',
    possible: isWriting,
    run: ({ view }) => view.editor?.emoji(),
  },
  {
    id: 'quick',
    group: 'writing',
    text: m.action_quick,
    icon: 'bolt',
    keys: '/',
    fixed: true,
    possible: isWriting,
    run: ({ view }) => view.editor?.quick(),
  },
  ...(
    [
      ['bold', m.action_bold, 'Mod+B', '*'],
      ['italic', m.action_italic, 'Mod+I', '_'],
      ['strike', m.action_strike, 'Mod+Shift+X', '~'],
      ['code', m.action_code, 'Mod+Shift+C', '```'],
    ] as const
  ).map(([id, text, keys, mark]): Action => ({
    id,
    group: 'writing',
    text,
    icon: 'pencil',
    keys,
    possible: ({ view }) => view.editor?.formats ?? false,
    run: ({ view }) => view.editor?.format(mark),
  })),
];

/** The keys of every action, with what a person has changed. */
export function bindings(changed: string): Map<string, string> {
  const own = readBindings(changed);
  return new Map(
    ACTIONS.map((action) => [action.id, action.fixed ? action.keys : (own.get(action.id) ?? action.keys)]),
  );
}

/** The keys of an action in words, for titles: "Ctrl+Shift+T"; "" when it has none. */
export function keyTitle(parley: Parley, id: string): string {
  return keyCaps(parley, id).join('+');
}

/** The same, cap by cap. */
export function keyCaps(parley: Parley, id: string): string[] {
  return caps(bindings(parley.settings.value.keys).get(id) ?? '', parley.workspace.platform);
}

/** The action that keys stand for; undefined for none. */
export function actionOf(keys: string, changed: string): Action | undefined {
  if (keys === '') return undefined;
  const bound = bindings(changed);
  return ACTIONS.find((action) => !action.fixed && bound.get(action.id) === keys);
}

export const GROUPS: readonly { id: Group; text: () => string }[] = [
  { id: 'everywhere', text: m.group_everywhere },
  { id: 'lists', text: m.sc_lists },
  { id: 'open', text: m.sc_thread },
  { id: 'writing', text: m.group_writing },
];
