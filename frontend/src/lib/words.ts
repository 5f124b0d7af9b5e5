import type {
  Agent,
  Contact,
  Conversation,
  Failure,
  Health,
  Message,
  Refusal,
  Template,
  Touchpoint,
} from './bridge/types';
import type { ParleyError } from './bridge/errors';
import { m } from './paraglide/messages.js';
import { clock, fileSize, limitSize, moment } from './format';
import { perLanguage } from './language';
import { explain, type Next } from './reasons';
import { unsendable } from './template';
import { oneLine } from './text/safe';

/** Sentences for codes and names for ids. The shell sends codes; every word on screen comes from the catalogue. */

/** The channel's name as a heading: "Facebook Messenger". */
export function channelName(channel: string): string {
  if (channel === 'whatsapp') return m.channel_whatsapp();
  if (channel === 'messenger') return m.channel_messenger();
  return channel;
}

/** The channel's name inside a sentence: "Messenger". */
export function channelShort(channel: string): string {
  if (channel === 'messenger') return m.channel_messenger_short();
  return channelName(channel);
}

export function contactName(contact: Contact): string {
  return oneLine(contact.name) || contact.number || contact.username || contact.email || m.unknown_contact();
}

export function isKnown(contact: Contact): boolean {
  return oneLine(contact.name) !== '';
}

/** How sentences call a contact: the first word of the name, or the number. */
export function firstName(contact: Contact): string {
  const name = oneLine(contact.name, 60);
  return name === '' ? contactName(contact) : (name.split(/\s+/)[0] ?? name);
}

const languages = perLanguage((tag) => new Intl.DisplayNames(tag, { type: 'language', fallback: 'code' }));

export function languageName(code: string): string {
  try {
    return languages().of(code.replace('_', '-')) ?? code;
  } catch {
    return code;
  }
}

export function errorText(error: ParleyError): string {
  switch (error.code) {
    case 'offline':
    case 'unavailable':
      return m.error_offline();
    case 'signed_out':
      return m.error_signed_out();
    case 'invalid':
      return m.error_invalid();
    case 'not_found':
      return m.error_not_found();
    case 'erased':
    case 'no_contact':
      return m.error_erased();
    case 'empty':
      return m.error_empty();
    case 'text_too_long':
      return m.error_text_too_long();
    case 'attachment':
      return m.error_attachment();
    case 'unfilled':
      return m.error_unfilled();
    case 'unsupported':
      return m.error_unsupported();
    case 'dangerous':
      return m.error_dangerous();
    case 'access_ended':
      return m.access_ended();
    case 'newer':
      return m.error_newer();
    case 'no_practice':
      return m.error_no_practice();
    case 'disk_full':
      return m.error_disk();
    case 'media':
    case 'media_gone':
      return m.error_media();
    case 'too_large':
      return m.error_too_large();
    default:
      return m.error_internal();
  }
}

/** Why two contacts were not merged, or a merge not undone. */
export function mergeRefusal(refusal: Refusal | null | undefined): string {
  switch (refusal?.code) {
    case 'conflict':
      return m.refused_merge_conflict();
    case 'not_found':
      return m.refused_merge_gone();
    case 'offline':
      return m.refused_offline();
    case 'forbidden':
      return m.refused_forbidden();
    default:
      return m.error_internal();
  }
}

/** Why a template cannot be sent; "" when it can. */
export function templateProblem(template: Template): string {
  switch (unsendable(template)) {
    case 'gone':
      return m.template_gone();
    case 'status':
      break;
    case '':
      return '';
  }
  switch (template.status) {
    case 'PENDING':
    case 'IN_APPEAL':
      return m.template_pending();
    case 'PAUSED':
      return m.template_paused();
    case 'DISABLED':
      return m.template_disabled();
    case 'REJECTED':
      return template.reason === '' ? m.template_rejected() : m.template_rejected_why({ reason: template.reason });
    default:
      return m.template_status({ status: template.status });
  }
}

/** Meta's news of a number, in a sentence. */
export function healthText(health: Health): string {
  const said = [health.event, health.detail].filter((part) => part !== '').join(': ');
  switch (health.topic) {
    case 'quality':
      return m.health_quality({ said });
    case 'limit':
      return m.health_limit({ said });
    case 'account':
      return m.health_account({ said });
    case 'name':
      return m.health_name({ said });
    case 'security':
      return m.health_security({ said });
    case 'policy':
      return m.health_policy({ said });
    default:
      return m.health_fault({ said });
  }
}

export function refusalText(
  refusal: Refusal | null | undefined,
  conversation: Conversation | undefined,
  now: number,
  /** What was written is a draft again. */
  drafted = true,
): string {
  const name = conversation ? firstName(conversation.contact) : m.the_contact();
  switch (refusal?.code) {
    case 'taken':
      return m.refused_taken({
        agent: refusal.agentName || m.a_colleague(),
        time: refusal.sinceMs > 0 ? moment(refusal.sinceMs, now) : clock(now),
      });
    case 'status':
      return m.refused_status();
    case 'not_yours':
      return refusal.agentName === '' ? m.refused_not_yours() : m.refused_not_yours_by({ agent: refusal.agentName });
    case 'window':
      return drafted ? m.refused_window() : m.refused_window_plain();
    case 'news':
      return drafted ? m.refused_news({ name }) : m.refused_news_plain({ name });
    case 'expired':
      return drafted ? m.refused_expired() : m.refused_expired_plain();
    case 'invalid':
      return m.error_invalid();
    case 'not_found':
      return m.error_not_found();
    case 'disposition':
      return m.refused_disposition();
    case 'forbidden':
      return m.refused_forbidden();
    case 'template':
      return m.refused_template();
    case 'conflict':
      return m.refused_conflict();
    case 'receiver':
      return m.refused_receiver();
    case 'away':
      return m.refused_away();
    case 'full':
      return m.refused_full();
    case 'offline':
      return m.refused_offline();
    case 'called_off':
      return m.refused_called_off();
    default:
      return m.error_internal();
  }
}

/** Whether an agent is there, in their own word where they have one. */
export function statusWord(agent: Agent): string {
  const usual = agent.status === 'away' ? m.status_away() : m.status_available();
  return oneLine(agent.statusText, 60) || usual;
}

/** Who can repair what agents cannot, as "Ana, Rui or Inês"; "" when nobody is known. */
export function admins(agents: readonly Agent[]): string {
  const names = agents.filter((agent) => agent.role === 'admin').map((agent) => oneLine(agent.name, 60));
  const last = names.pop() ?? '';
  return names.length === 0 ? last : m.people_or({ rest: names.join(', '), last });
}

export interface FailureWords {
  /** What happened, and where no button can do it, what to do. */
  text: string;
  next: Next;
}

/** Why a message was not delivered, in plain words, and the one next action. */
export function failureText(
  message: Message,
  touchpoint: Touchpoint | undefined,
  agents: readonly Agent[],
  windowUntilMs: number,
  now: number,
): FailureWords {
  const channel = channelShort(touchpoint?.channel ?? '');
  const failure = message.failure ?? NO_FAILURE;
  const open = windowWasOpen(message, touchpoint, windowUntilMs);
  const { words } = explain(open ? reachable(failure) : failure);
  const { next } = explain(failure);
  if (failure.class === 'window' && !open && windowUntilMs > 0 && windowUntilMs <= now) {
    return { text: m.failed_window_at({ time: moment(windowUntilMs, now) }), next: possible('template', touchpoint) };
  }
  const parts: string[] = [m.failed_because({ reason: words({ channel }) })];
  if (failure.limit > 0) parts.push(limitText(failure));
  if (failure.as === 'document') parts.push(m.failed_as_document());
  if (next === 'wait' && !SAYS_WHEN.includes(failure.reason)) parts.push(m.next_wait());
  if (next === 'admin') parts.push(repairText(agents));
  if (failure.reason === 'unknown' || (failure.reason === '' && failure.class === 'unknown')) {
    parts.push(m.failed_code({ code: failure.code }));
  }
  return { text: parts.join(' '), next: possible(next, touchpoint) };
}

/** The window that is open now, or was last, was open when the message failed. */
function windowWasOpen(message: Message, touchpoint: Touchpoint | undefined, windowUntilMs: number): boolean {
  const openedMs = windowUntilMs - (touchpoint?.windowMs ?? 0);
  return message.failedMs > openedMs && message.failedMs < windowUntilMs;
}

/** Meta has one code for a closed window and for somebody who cannot be reached: with the window open it is the latter. */
function reachable(failure: Failure): Failure {
  return EITHER.includes(failure.reason) ? { ...failure, reason: 'unavailable' } : failure;
}

const EITHER = ['window_or_person', 'person_or_window'];

/** Reasons whose own words say what to wait for. */
const SAYS_WHEN = ['ecosystem', 'automation'];

const NO_FAILURE: Failure = {
  class: 'unknown',
  reason: '',
  code: 0,
  subcode: 0,
  detail: '',
  limit: 0,
  actual: 0,
  as: '',
};

/** Who can repair it. */
export function repairText(agents: readonly Agent[]): string {
  const people = admins(agents);
  return people === '' ? m.next_admin_nobody() : m.next_admin({ people });
}

/** A template can be sent only where the channel has them. */
function possible(next: Next, touchpoint: Touchpoint | undefined): Next {
  return next === 'template' && !touchpoint?.templates ? 'copy' : next;
}

function limitText(failure: Failure): string {
  if (failure.reason.startsWith('file') || failure.class === 'media') {
    return m.failed_size({ actual: fileSize(failure.actual), limit: limitSize(failure.limit) });
  }
  return m.failed_runes({ actual: failure.actual, limit: failure.limit });
}

/** Why a touchpoint does not send, as one sentence. */
export function pausedText(touchpoint: Touchpoint): string {
  const channel = channelShort(touchpoint.channel);
  switch (touchpoint.pausedReason) {
    case 'token':
      return m.paused_token({ channel, touchpoint: touchpoint.name });
    case 'account':
      return m.paused_account({ touchpoint: touchpoint.name });
    default:
      return m.paused_other({ touchpoint: touchpoint.name });
  }
}

/** What a line that nobody wrote means: a changed number, a hand-over. Kinds that are new are named as Meta names them. */
export function systemText(message: Message, row: Conversation, time: string): string {
  const { rawKind, payload, text } = message.content;
  const name = contactName(row.contact);
  const value = oneLine(payload, 120);
  switch (rawKind) {
    case 'user_changed_number':
      return value === '' ? m.system_number({ name, time }) : m.system_number_to({ name, time, number: `+${value}` });
    case 'user_changed_user_id':
      return m.system_user_id({ name, time });
    case 'customer_identity_changed':
    case 'user_identity_changed':
      return m.system_security({ name, time });
    case 'request_welcome':
      return m.system_welcome({ name, time });
    case 'optin':
      return value === '' ? m.system_optin({ name, time }) : m.system_optin_ref({ name, time, ref: value });
    case 'account_linking':
      return payload === 'unlinked' ? m.system_unlinked({ name, time }) : m.system_linked({ name, time });
    case 'pass_thread_control':
      return m.system_passed({ time });
    case 'take_thread_control':
      return m.system_taken({ time });
    case 'request_thread_control':
      return m.system_requested({ time });
    case 'app_roles':
      return m.system_roles({ time });
    default:
      return m.event_system({ time, text: oneLine(text || rawKind) });
  }
}

/** What a message is when it has no text of its own: of previews, quotes and labels. */
export function kindWord(kind: string): string {
  switch (kind) {
    case 'image':
      return m.kind_image();
    case 'video':
      return m.kind_video();
    case 'audio':
      return m.kind_audio();
    case 'document':
      return m.kind_document();
    case 'sticker':
      return m.kind_sticker();
    case 'location':
      return m.kind_location();
    case 'contacts':
      return m.kind_contacts();
    case 'reaction':
      return m.kind_reaction();
    case 'order':
      return m.kind_order();
    case 'referral':
      return m.kind_referral();
    case 'template':
      return m.kind_template();
    case 'deletion':
      return m.kind_deletion();
    case 'unsupported':
      return m.kind_unsupported();
    default:
      return '';
  }
}

/** The icon that stands for a kind, "" for text. */
export function kindIcon(kind: string): string {
  switch (kind) {
    case 'image':
    case 'sticker':
      return 'image';
    case 'video':
      return 'video';
    case 'audio':
      return 'mic';
    case 'document':
      return 'doc';
    case 'location':
      return 'pin';
    case 'contacts':
      return 'card';
    default:
      return '';
  }
}

export function stateWord(state: string): string {
  switch (state) {
    case 'on_computer':
      return m.state_on_computer();
    case 'in_hub':
      return m.state_in_hub();
    case 'sending':
      return m.state_sending();
    case 'accepted':
      return m.state_accepted();
    case 'delivered':
      return m.state_delivered();
    case 'read':
      return m.state_read();
    case 'failed':
      return m.state_failed();
    case 'unconfirmed':
      return m.state_unconfirmed();
    default:
      return '';
  }
}

/** "24-hour" / "7-day", and "24 hours" / "7 days". */
export function windowLength(ms: number): { adjective: string; noun: string } {
  const day = 24 * 60 * 60_000;
  if (ms > day && ms % day === 0) {
    return { adjective: m.length_day({ n: ms / day }), noun: m.length_days({ n: ms / day }) };
  }
  const hours = Math.round(ms / 3_600_000);
  return { adjective: m.length_hour({ n: hours }), noun: m.length_hours({ n: hours }) };
}
