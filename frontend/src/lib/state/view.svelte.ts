import type { Media, QuickReply } from '../bridge/types';
import type { Sort } from './conversations.svelte';

export type Tab = 'inbox' | 'mine';

export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'trouble';
  action?: ToastAction | undefined;
}

export interface ToastAction {
  text: string;
  run(): void;
}

/** A dialogue of its own. */
export type DialogState =
  | { kind: 'info'; conversationId: string; messageId: string }
  /** text is what is to be said: the templates that fit it come first. */
  | { kind: 'template'; conversationId: string; text: string }
  | { kind: 'transfer'; conversationId: string }
  /** Why a message did or did not ring. */
  | { kind: 'why'; conversationId: string; messageId: string }
  /** Notifications and sounds; of no conversation. */
  | { kind: 'alerts'; conversationId: '' }
  /** Who is signed in where; of no conversation. */
  | { kind: 'account'; conversationId: '' }
  | { kind: 'signIn'; conversationId: '' }
  /** Of no conversation. */
  | { kind: 'quick'; conversationId: '' }
  | { kind: 'shortcuts'; conversationId: '' }
  | { kind: 'routing'; conversationId: '' }
  /** A day to jump to; ms is the one that is shown first. */
  | { kind: 'day'; conversationId: string; ms: number }
  | { kind: 'place'; conversationId: string }
  | { kind: 'card'; conversationId: string }
  /** otherId is "" when the agent has still to look for the other contact. */
  | { kind: 'merge'; conversationId: string; contactId: string; otherId: string }
  | { kind: 'erase'; conversationId: string; contactId: string };

/** What keys and palette ask of the editor. */
export interface EditorActions {
  attach(): void;
  emoji(): void;
  quick(): void;
  insertQuick(reply: QuickReply): void;
  /** Puts marks around what is selected, or takes them away. */
  format(mark: string): void;
  /** The channel shows formatting. */
  formats: boolean;
}

/** A question that must be answered before something is done. */
export interface Question {
  title: string;
  text: string;
  confirm: string;
  /** Something would be lost for good: Enter cancels. */
  loses?: boolean;
  /** Text of the optional field; undefined for none. */
  note?: string | undefined;
  noteLabel?: string | undefined;
  /** Called with the content of the field. */
  onconfirm(note: string): void;
}

/** What the page shows and nobody stores: the open tab, the open conversation, filters, questions. */
export class View {
  tab = $state<Tab>('mine');
  openId = $state('');
  /** A message to jump to once its thread is shown; "" for none. */
  jumpTo = $state('');
  listQuery = $state('');
  /** "" for all, a channel, the id of a touchpoint or a queue, or CLOSING. */
  filter = $state('');
  sort = $state<Sort>('oldest');
  /** Assigned to you shows who waits, by time left, instead of the channels. */
  byDeadline = $state(false);
  sideOpen = $state(false);
  searchOpen = $state(false);
  settingsOpen = $state(false);
  /** What the window shows beside the rail: conversations, how the team stands, or what admins set up. */
  page = $state<'conversations' | 'wallboard' | 'admin'>('conversations');
  /** The part of the workspace that an admin looks at; "" for the first. */
  adminSection = $state('');
  helpOpen = $state(false);
  paletteOpen = $state(false);
  /** The editor shows its buttons for bold and the like. */
  formatting = $state(false);
  question = $state.raw<Question | undefined>(undefined);
  viewer = $state.raw<Media | undefined>(undefined);
  dialog = $state.raw<DialogState | undefined>(undefined);
  toasts = $state.raw<Toast[]>([]);
  /** The window has the keyboard. */
  focused = $state(typeof document === 'undefined' ? true : document.hasFocus());
  /** Counts up to ask the editor, the disposition search or the list for the focus. */
  wantsEditor = $state(0);
  wantsDisposition = $state(0);
  /** Set to ask for a new note, or for the first unread message; whoever can do it takes it back. */
  wantsNote = $state(false);
  wantsUnread = $state(false);
  /** What the editor can do while there is one. */
  editor = $state.raw<EditorActions | undefined>(undefined);

  #toastId = 0;

  toast(text: string, tone: Toast['tone'] = 'plain', forMs = 8000, action?: ToastAction): void {
    const id = (this.#toastId += 1);
    this.toasts = [...this.toasts.filter((toast) => toast.text !== text).slice(-2), { id, text, tone, action }];
    setTimeout(() => this.dismissToast(id), forMs);
  }

  dismissToast(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
  }

  ask(question: Question): void {
    this.question = question;
  }
}
