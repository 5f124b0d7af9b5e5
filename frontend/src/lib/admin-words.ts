import type { Member } from './bridge/admin-types';
import type { ParleyError } from './bridge/errors';
import { moment } from './format';
import { m } from './paraglide/messages.js';
import { errorText } from './words';

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

export function roleHint(role: string): string {
  const words: Record<string, () => string> = {
    agent: m.role_agent_text,
    supervisor: m.role_supervisor_text,
    admin: m.role_admin_text,
  };
  return words[role]?.() ?? '';
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
