import { ParleyError, toParleyError } from './errors';
import type { Transport } from './transport';
import type { Attachment, ParleyEvent, Start } from './types';

/** The only file that knows Wails: its bindings hang on `window.go`, its events on `window.runtime`. */

type Bound = Record<string, Record<string, ((...args: unknown[]) => Promise<unknown>) | undefined> | undefined>;

interface WailsWindow {
  go?: { app?: Bound };
  runtime?: { EventsOn(name: string, listener: (...data: unknown[]) => void): () => void };
}

function host(): WailsWindow {
  return window as unknown as WailsWindow;
}

/** Reports whether the page runs inside the application's window. */
export function hasWails(): boolean {
  return host().go?.app !== undefined;
}

async function call<T>(service: string, method: string, ...args: unknown[]): Promise<T> {
  const bound = host().go?.app?.[service]?.[method];
  if (!bound) throw new ParleyError('unavailable', `${service}.${method} is not bound`);
  try {
    return (await bound(...args)) as T;
  } catch (cause) {
    throw toParleyError(cause);
  }
}

async function fetchOk(input: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(input, init);
  } catch (cause) {
    throw toParleyError(cause);
  }
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => undefined);
  throw body === undefined ? new ParleyError('media') : toParleyError(body);
}

/** The data block that the shell puts into the page's document. It is true for the moment in which the page was loaded. */
function takeHanded(): Start | undefined {
  const element = document.getElementById('parley-start');
  if (!element) return undefined;
  element.remove();
  return JSON.parse(element.textContent) as Start;
}

export const wails: Transport = {
  workspace: {
    handed: takeHanded,
    load: () => call('Workspace', 'Load'),
    connection: () => call('Workspace', 'Connection'),
    refresh: () => call('Workspace', 'Refresh'),
    loads: () => call('Workspace', 'Loads'),
    wallboard: () => call('Workspace', 'Wallboard'),
    setStatus: (status, text) => call('Workspace', 'SetStatus', status, text),
    changeQueue: (id, routing) => call('Workspace', 'ChangeQueue', id, routing),
    changeTouchpoint: (touchpoint) => call('Workspace', 'ChangeTouchpoint', touchpoint),
  },
  conversations: {
    list: () => call('Conversations', 'List'),
    get: (ids) => call('Conversations', 'Get', ids),
    assign: (id) => call('Conversations', 'Assign', id),
    reject: (id) => call('Conversations', 'Reject', id),
    sendToInbox: (id, note) => call('Conversations', 'SendToInbox', id, note),
    transfer: (id, agentId, queueId, note) => call('Conversations', 'Transfer', id, agentId, queueId, note),
    endChat: (id) => call('Conversations', 'EndChat', id),
    undoEndChat: (id) => call('Conversations', 'UndoEndChat', id),
    submitWrapUp: (id, dispositionId) => call('Conversations', 'SubmitWrapUp', id, dispositionId),
    dismissWrapUp: (id) => call('Conversations', 'DismissWrapUp', id),
  },
  thread: {
    open: (id, limit) => call('Thread', 'Open', id, limit),
    before: (id, messageId, limit) => call('Thread', 'Before', id, messageId, limit),
    around: (id, messageId, limit) => call('Thread', 'Around', id, messageId, limit),
    after: (id, messageId, limit) => call('Thread', 'After', id, messageId, limit),
    messages: (ids) => call('Thread', 'Messages', ids),
    firstAnswer: (id) => call('Thread', 'FirstAnswer', id),
    send: (id, draft, seen, inParts) => call('Thread', inParts ? 'SendInParts' : 'Send', id, draft, seen),
    markRead: (id, messageId) => call('Thread', 'MarkRead', id, messageId),
    resolve: (messageId, sendAgain) => call('Thread', 'Resolve', messageId, sendAgain),
    search: (id, query) => call('Thread', 'Search', id, query),
    fetch: (id) => call('Thread', 'Fetch', id),
    findQuoted: (id) => call('Thread', 'FindQuoted', id),
    since: (id, ms) => call('Thread', 'Since', id, ms),
    react: (id, emoji) => call('Thread', 'React', id, emoji),
    sendLocation: (id, at, seen) => call('Thread', 'SendLocation', id, at, seen),
    sendCards: (id, cards, seen) => call('Thread', 'SendCards', id, cards, seen),
    typing: (id, note) => call('Thread', 'Typing', id, note),
    stopped: (id) => call('Thread', 'Stopped', id),
    alerts: (id) => call('Thread', 'Alerts', id),
  },
  templates: {
    list: (id) => call('Templates', 'List', id),
    refresh: (id) => call('Templates', 'Refresh', id),
    send: (id, filled, seen) => call('Templates', 'Send', id, filled, seen),
  },
  quickReplies: {
    list: () => call('QuickReplies', 'List'),
    save: (reply) => call('QuickReplies', 'Save', reply),
    delete: (id) => call('QuickReplies', 'Delete', id),
  },
  snapshot: {
    contact: (id) => call('Snapshot', 'Contact', id),
    updateContact: (contact) => call('Snapshot', 'UpdateContact', contact),
    notes: (id) => call('Snapshot', 'Notes', id),
    saveNote: (id, noteId, text) => call('Snapshot', 'SaveNote', id, noteId, text),
    noteDraft: (id) => call('Snapshot', 'NoteDraft', id),
    saveNoteDraft: (id, draft) => call('Snapshot', 'SaveNoteDraft', id, draft),
    earlier: (contactId, id) => call('Snapshot', 'Earlier', contactId, id),
    activities: (contactId, only, beforeMs, beforeId) =>
      call('Snapshot', 'Activities', contactId, only, beforeMs, beforeId),
    person: (id) => call('Snapshot', 'Person', id),
    findContacts: (query) => call('Snapshot', 'FindContacts', query),
    mergedInto: (id) => call('Snapshot', 'MergedInto', id),
    merge: (keptId, mergedId) => call('Snapshot', 'Merge', keptId, mergedId),
    undoMerge: (mergedId) => call('Snapshot', 'UndoMerge', mergedId),
    dismissSuggestion: (id) => call('Snapshot', 'DismissSuggestion', id),
  },
  drafts: {
    load: (id) => call('Drafts', 'Load', id),
    save: (draft) => call('Drafts', 'Save', draft),
    bringBack: (id) => call('Drafts', 'BringBack', id),
  },
  attachments: {
    pick: (id) => call('Attachments', 'Pick', id),
    addPaths: (id, paths) => call('Attachments', 'AddPaths', id, paths),
    async upload(id, file) {
      // WebKitGTK dies on Blob and FormData bodies (wailsapp/wails#6068): bytes only, and only here.
      const body = new Uint8Array(await file.arrayBuffer());
      const query = new URLSearchParams({ conversation: id, name: file.name });
      const response = await fetchOk(`/upload?${query}`, {
        method: 'POST',
        body,
        headers: { 'Content-Type': 'application/octet-stream' },
      });
      return (await response.json()) as Attachment;
    },
    remove: (id) => call('Attachments', 'Remove', id),
    saveAs: (id) => call('Attachments', 'SaveAs', id),
    open: (id) => call('Attachments', 'Open', id),
    again: (id) => call('Attachments', 'Again', id),
    progress: (id) => call('Attachments', 'Progress', id),
    cancel: (id) => call('Attachments', 'Cancel', id),
    bytes: async (url) => (await fetchOk(url)).blob(),
  },
  search: {
    find: (search) => call('Search', 'Find', search),
    atHub: (search, next) => call('Search', 'AtHub', search, next),
    adopt: (id) => call('Search', 'Adopt', id),
  },
  settings: {
    get: () => call('Settings', 'Get'),
    set: (settings) => call('Settings', 'Set', settings),
    testNotification: () => call('Settings', 'TestNotification'),
    notificationHealth: () => call('Settings', 'NotificationHealth'),
    startsAtSignIn: () => call('Settings', 'StartsAtSignIn'),
    setStartsAtSignIn: (on) => call('Settings', 'SetStartsAtSignIn', on),
  },
  practice: {
    info: () => call('Practice', 'Info'),
    openPhone: () => call('Practice', 'OpenPhone'),
    advance: (ms) => call('Practice', 'Advance', ms),
  },
  admin: {
    people: () => call('Admin', 'People'),
    invitePerson: (member) => call('Admin', 'InvitePerson', member),
    inviteAgain: (id) => call('Admin', 'InviteAgain', id),
    changePerson: (member) => call('Admin', 'ChangePerson', member),
    switchPerson: (id, off) => call('Admin', 'SwitchPerson', id, off),
    resetPassword: (id) => call('Admin', 'ResetPassword', id),
    endPersonSessions: (id) => call('Admin', 'EndPersonSessions', id),
    traffic: () => call('Admin', 'Traffic'),
    checkTouchpoint: (id) => call('Admin', 'CheckTouchpoint', id),
    deadLetters: (before) => call('Admin', 'DeadLetters', before),
    showDeadLetter: (id) => call('Admin', 'ShowDeadLetter', id),
    replayDeadLetter: (id) => call('Admin', 'ReplayDeadLetter', id),
    discardDeadLetter: (id) => call('Admin', 'DiscardDeadLetter', id),
    setKeeping: (keeping) => call('Admin', 'SetKeeping', keeping),
    previewErasure: (id) => call('Admin', 'PreviewErasure', id),
    eraseContact: (id) => call('Admin', 'EraseContact', id),
    exportContact: (id) => call('Admin', 'ExportContact', id),
    addDisposition: (setId, parentId, name) => call('Admin', 'AddDisposition', setId, parentId, name),
    renameDisposition: (id, was, name) => call('Admin', 'RenameDisposition', id, was, name),
    moveDisposition: (id, was, parentId, beforeId) => call('Admin', 'MoveDisposition', id, was, parentId, beforeId),
    retireDisposition: (id, retired) => call('Admin', 'RetireDisposition', id, retired),
    saveQueue: (queue) => call('Admin', 'SaveQueue', queue),
    addTouchpoint: (touchpoint) => call('Admin', 'AddTouchpoint', touchpoint),
    replaceSecrets: (id, secrets) => call('Admin', 'ReplaceSecrets', id, secrets),
    testContacts: (touchpointId) => call('Admin', 'TestContacts', touchpointId),
    sendTest: (test) => call('Admin', 'SendTest', test),
    webhookAddress: (channel) => call('Admin', 'WebhookAddress', channel),
    keys: () => call('Admin', 'Keys'),
    addKey: (key) => call('Admin', 'AddKey', key),
    revokeKey: (id) => call('Admin', 'RevokeKey', id),
    hooks: () => call('Admin', 'Hooks'),
    addHook: (settings) => call('Admin', 'AddHook', settings),
    changeHook: (id, seen, settings) => call('Admin', 'ChangeHook', id, seen, settings),
    rotateHook: (id) => call('Admin', 'RotateHook', id),
    removeHook: (id) => call('Admin', 'RemoveHook', id),
    testHook: (id) => call('Admin', 'TestHook', id),
    tryHook: (id) => call('Admin', 'TryHook', id),
    switchHook: (id, on) => call('Admin', 'SwitchHook', id, on),
    audit: (before, filter) => call('Admin', 'Audit', before, filter),
  },
  account: {
    findHub: (address) => call('Account', 'FindHub', address),
    signIn: (address, email, password) => call('Account', 'SignIn', address, email, password),
    signInWithCompany: (address) => call('Account', 'SignInWithCompany', address),
    cancelSignIn: () => call('Account', 'CancelSignIn'),
    invitation: () => call('Account', 'Invitation'),
    join: (password) => call('Account', 'Join', password),
    decline: () => call('Account', 'Decline'),
    openPractice: () => call('Account', 'OpenPractice'),
    unsent: () => call('Account', 'Unsent'),
    leave: () => call('Account', 'Leave'),
    trustHub: (identity, authority) => call('Account', 'TrustHub', identity, authority),
    seen: () => call('Account', 'Seen'),
    sessions: () => call('Account', 'Sessions'),
    endSession: (id) => call('Account', 'EndSession', id),
    changePassword: (present, next) => call('Account', 'ChangePassword', present, next),
  },
  shell: {
    resume: (seq) => call('Shell', 'Resume', seq),
    takeNavigation: () => call('Shell', 'TakeNavigation'),
    openLink: (url) => call('Shell', 'OpenLink', url),
    copyText: (text) => call('Shell', 'CopyText', text),
    focused: (id, focused) => call('Shell', 'Focused', id, focused),
    speaks: (language) => call('Shell', 'Speaks', language),
    ready: () => call('Shell', 'Ready'),
  },
  onEvent(listener) {
    const take = (events: unknown) => (events as ParleyEvent[]).forEach(listener);
    return host().runtime?.EventsOn('parley', take) ?? (() => undefined);
  },
};
