import type { ParleyError } from './bridge/errors';
import type { Unsent } from './bridge/types';
import { m } from './paraglide/messages.js';
import { tag } from './language';
import { errorText } from './words';

/** Why a hub could not be signed in to, and what to do. */
export function problemText(error: ParleyError): string {
  switch (error.code) {
    case 'bad_address':
      return m.problem_bad_address();
    case 'insecure':
      return m.problem_insecure();
    case 'no_such_name':
      return m.problem_no_such_name();
    case 'hub_unreachable':
      return m.problem_hub_unreachable();
    case 'certificate':
      return m.problem_certificate();
    case 'no_tls':
      return m.problem_no_tls();
    case 'not_hub':
      return m.problem_not_hub();
    case 'old_hub':
      return m.problem_old_hub();
    case 'old_desk':
      return m.problem_old_desk();
    case 'denied':
      return m.problem_denied();
    case 'no_company':
      return m.problem_no_company();
    case 'not_here':
      return m.problem_not_here();
    case 'refused':
      return m.problem_refused();
    case 'no_invitation':
      return m.problem_no_invitation();
    case 'short_password':
      return m.problem_short_password();
    case 'stranger':
      return m.problem_stranger();
    case 'locked':
      return m.problem_locked({ count: minutes(error.details) });
    default:
      return errorText(error);
  }
}

function minutes(details: unknown): number {
  const { waitMs } = (details ?? {}) as { waitMs?: number };
  return Math.max(1, Math.ceil((waitMs ?? 0) / 60_000));
}

/** What exists on this computer only: "2 messages that were not sent and 1 draft"; "" for nothing. */
export function unsentText(unsent: Unsent): string {
  const parts: string[] = [];
  if (unsent.messages > 0) parts.push(m.unsent_messages({ count: unsent.messages }));
  if (unsent.drafts > 0) parts.push(m.unsent_drafts({ count: unsent.drafts }));
  if (unsent.commands > 0) parts.push(m.unsent_commands({ count: unsent.commands }));
  return new Intl.ListFormat(tag(), { type: 'conjunction' }).format(parts);
}
