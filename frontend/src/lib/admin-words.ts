import type { Check, Member } from './bridge/admin-types';
import type { ParleyError } from './bridge/errors';
import { fullMoment, moment } from './format';
import { m } from './paraglide/messages.js';
import { channelName, errorText } from './words';

/** Words for what admins see. */

const PROBLEMS: Record<string, () => string> = {
  offline: m.admin_offline,
  forbidden: m.admin_forbidden,
  email_taken: m.problem_email_taken,
  email: m.problem_email,
  name: m.problem_name,
  role: m.problem_role,
  last_admin: m.problem_last_admin,
  self: m.problem_self,
  no_person: m.problem_no_person,
  switched_off: m.problem_switched_off,
  no_queue: m.problem_no_queue,
  queue_everybodys: m.problem_queue_everybodys,
  queue_empty: m.problem_queue_empty,
  no_touchpoint: m.problem_no_touchpoint,
  no_letter: m.problem_no_letter,
  days: m.problem_days,
  not_whole: m.problem_not_whole,
  changed: m.problem_changed,
  no_set: m.problem_no_set,
  no_label: m.problem_no_label,
  label_taken: m.problem_label_taken,
  label_depth: m.problem_label_depth,
  label_full: m.problem_label_full,
  label_cycle: m.problem_label_cycle,
  queue_taken: m.problem_queue_taken,
  key_taken: m.problem_key_taken,
  scopes: m.problem_scopes,
  no_key: m.problem_no_key,
  no_hook: m.problem_no_hook,
  hook_name: m.problem_name,
  hook_taken: m.problem_hook_taken,
  hook_address: m.problem_hook_address,
  hook_tells: m.problem_hook_tells,
  no_channel: m.problem_no_channel,
  account: m.problem_account,
  account_used: m.problem_account_used,
  business: m.problem_business,
  token: m.problem_token,
  app_secret: m.problem_app_secret,
  verify_token: m.problem_verify_token,
  test_contact: m.problem_test_contact,
  number: m.problem_number,
};

/** Why a change was not made, and what to do. */
export function problemText(error: ParleyError): string {
  return PROBLEMS[error.code]?.() ?? errorText(error);
}

export function roleWord(role: string): string {
  const words: Record<string, () => string> = {
    agent: m.role_agent,
    supervisor: m.role_supervisor,
    admin: m.role_admin,
  };
  return words[role]?.() ?? role;
}

/** What the audit log has kept beside an entry, as far as it is a word of the hub's. */
export function auditDetail(detail: string): string {
  const [first = '', ...rest] = detail.split(' ');
  if (channelName(first) !== first) return [channelName(first), ...rest].join(' ');
  if (detail === NO_TOUCHPOINT) return m.letters_no_touchpoint();
  return roleWord(detail);
}

/** Why most dead letters are there, as the hub says it. */
const NO_TOUCHPOINT = 'no touchpoint has this account';

/** Why a part of a webhook was not understood: what a parser says is for whoever reads the payload, and stays as it is. */
export function letterReason(reason: string): string {
  return reason === NO_TOUCHPOINT ? m.letters_no_touchpoint() : reason;
}

export function roleHint(role: string): string {
  const words: Record<string, () => string> = {
    agent: m.role_agent_text,
    supervisor: m.role_supervisor_text,
    admin: m.role_admin_text,
  };
  return words[role]?.() ?? '';
}

const SCOPE_WORDS: Record<string, [word: () => string, hint: () => string]> = {
  read: [m.scope_read, m.scope_read_text],
  send: [m.scope_send, m.scope_send_text],
  work: [m.scope_work, m.scope_work_text],
  notes: [m.scope_notes, m.scope_notes_text],
  contacts: [m.scope_contacts, m.scope_contacts_text],
  admin: [m.scope_admin, m.scope_admin_text],
};

/** How far API keys can reach. */
export const SCOPES = Object.keys(SCOPE_WORDS);

export function scopeWord(scope: string): string {
  return SCOPE_WORDS[scope]?.[0]() ?? scope;
}

export function scopeHint(scope: string): string {
  return SCOPE_WORDS[scope]?.[1]() ?? '';
}

const TELL_WORDS: Record<string, [() => string, () => string]> = {
  conversations: [m.tells_conversations, m.tells_conversations_text],
  messages: [m.tells_messages, m.tells_messages_text],
  contacts: [m.tells_contacts, m.tells_contacts_text],
  notes: [m.tells_notes, m.tells_notes_text],
};

/** What programs can be told of. */
export const TELLS = Object.keys(TELL_WORDS);

export function tellWord(tell: string): string {
  return TELL_WORDS[tell]?.[0]() ?? tell;
}

export function tellHint(tell: string): string {
  return TELL_WORDS[tell]?.[1]() ?? '';
}

/** How somebody's account stands. */
export function accountState(
  member: Member,
  now: number,
): { text: string; tone: 'ok' | 'closing' | 'urgent' | 'closed' } {
  if (member.disabled) return { text: m.people_off(), tone: 'closed' };
  if (member.lockedUntilMs > now) {
    return { text: m.people_locked({ time: moment(member.lockedUntilMs, now) }), tone: 'urgent' };
  }
  if (member.invitedUntilMs > now) {
    return { text: m.people_invited({ time: moment(member.invitedUntilMs, now) }), tone: 'closing' };
  }
  if (member.invitedUntilMs > 0) return { text: m.people_ran_out(), tone: 'urgent' };
  return { text: m.people_active(), tone: 'ok' };
}

const STEPS: Record<string, () => string> = {
  token: m.check_token,
  permissions: m.check_permissions,
  account: m.check_account,
  webhook: m.check_webhook,
  templates: m.check_templates,
};

export function stepWord(step: string): string {
  return STEPS[step]?.() ?? step;
}

/** What was found of a step, and what to do. */
export function checkText(check: Check, now: number): string {
  const { detail } = check;
  switch (check.reason) {
    case '':
      if (check.step === 'templates') return m.check_templates_good({ count: Number(detail) });
      return detail === '' ? m.check_good() : detail;
    case 'expired':
      return m.check_expired();
    case 'expires':
      return m.check_expires({ time: fullMoment(Date.parse(detail), now) });
    case 'invalid':
      return m.check_invalid();
    case 'app_secret':
      return m.check_app_secret();
    case 'missing':
      return check.step === 'webhook' ? m.check_fields({ names: detail }) : m.check_missing({ names: detail });
    case 'elsewhere':
      return m.check_elsewhere();
    case 'poor':
      return m.check_poor();
    case 'state':
      return m.check_state({ state: detail });
    case 'not_subscribed':
      return m.check_not_subscribed();
    case 'none':
      return m.check_none();
    case 'unreachable':
      return m.check_unreachable();
    case 'earlier':
      return m.check_earlier();
    default:
      return m.check_refused({ text: detail });
  }
}

/** What was done, as the audit log names it. */
export const AUDITED: Record<string, () => string> = {
  signed_in: m.audit_signed_in,
  sign_in_locked: m.audit_sign_in_locked,
  session_ended: m.audit_session_ended,
  password_changed: m.audit_password_changed,
  password_reset: m.audit_password_reset,
  agent_added: m.audit_agent_added,
  agent_invited: m.audit_agent_invited,
  agent_disabled: m.audit_agent_disabled,
  agent_enabled: m.audit_agent_enabled,
  agent_renamed: m.audit_agent_renamed,
  role_changed: m.audit_role_changed,
  queue_changed: m.audit_queue_changed,
  queues_of_agent: m.audit_queues_of_agent,
  queue_routed: m.audit_queue_routed,
  queue_added: m.audit_queue_added,
  touchpoint_added: m.audit_touchpoint_added,
  secrets_replaced: m.audit_secrets_replaced,
  test_sent: m.audit_test_sent,
  touchpoint_changed: m.audit_touchpoint_changed,
  keeping_changed: m.audit_keeping_changed,
  disposition_added: m.audit_disposition_added,
  disposition_renamed: m.audit_disposition_renamed,
  disposition_moved: m.audit_disposition_moved,
  disposition_retired: m.audit_disposition_retired,
  disposition_offered: m.audit_disposition_offered,
  quick_reply_saved: m.audit_quick_reply_saved,
  quick_reply_deleted: m.audit_quick_reply_deleted,
  contact_erased: m.audit_contact_erased,
  contact_exported: m.audit_contact_exported,
  dead_letter_replayed: m.audit_dead_letter_replayed,
  dead_letter_discarded: m.audit_dead_letter_discarded,
  api_key_added: m.audit_api_key_added,
  api_key_revoked: m.audit_api_key_revoked,
  webhook_added: m.audit_webhook_added,
  webhook_changed: m.audit_webhook_changed,
  webhook_on: m.audit_webhook_on,
  webhook_off: m.audit_webhook_off,
  webhook_removed: m.audit_webhook_removed,
};
