import type { Contact, Conversation, Failure, Message, Refusal, Touchpoint } from './bridge/types';
import type { ParleyError } from './bridge/errors';
import { m } from './paraglide/messages.js';
import { clock, moment } from './format';
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

const LANGUAGES = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' });

export function languageName(code: string): string {
  try {
    return LANGUAGES.of(code.replace('_', '-')) ?? code;
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
    case 'empty':
      return m.error_empty();
    case 'text_too_long':
      return m.error_text_too_long();
    case 'attachment':
      return m.error_attachment();
    case 'dangerous':
      return m.error_dangerous();
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

export function refusalText(
  refusal: Refusal | null | undefined,
  conversation: Conversation | undefined,
  now: number,
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
      return m.refused_window();
    case 'news':
      return m.refused_news({ name });
    case 'expired':
      return m.refused_expired();
    case 'invalid':
      return m.error_invalid();
    case 'not_found':
      return m.error_not_found();
    case 'disposition':
      return m.refused_disposition();
    case 'offline':
      return m.refused_offline();
    default:
      return m.error_internal();
  }
}

export type NextAction = 'copy' | 'again' | 'attach' | 'check';

/** Why a message was not delivered, and the one next action. */
export function failureText(
  message: Message,
  touchpoint: Touchpoint | undefined,
  windowUntilMs: number,
  now: number,
): { text: string; action: NextAction } {
  const channel = channelShort(touchpoint?.channel ?? '');
  const failure: Failure = message.failure ?? { class: 'unknown', code: 0, detail: '' };
  const copy = message.content.media ? 'attach' : 'copy';
  switch (failure.class) {
    case 'window':
      return {
        text:
          windowUntilMs > 0 && windowUntilMs <= now
            ? m.failed_window_at({ time: moment(windowUntilMs, now) })
            : m.failed_window(),
        action: copy,
      };
    case 'recipient':
      return { text: m.failed_recipient({ channel }), action: copy };
    case 'busy':
    case 'pair':
      return { text: m.failed_busy({ channel }), action: 'again' };
    case 'network':
      return { text: m.failed_network({ channel }), action: 'again' };
    case 'spam':
      return { text: m.failed_spam({ channel }), action: copy };
    case 'content':
      return { text: m.failed_content({ channel }), action: copy };
    case 'media':
      return { text: m.failed_media({ channel }), action: 'attach' };
    case 'template':
      return { text: m.failed_template({ channel }), action: copy };
    case 'thread':
      return { text: m.failed_thread({ channel }), action: copy };
    case 'token':
    case 'account':
      return { text: m.failed_account({ touchpoint: touchpoint?.name ?? channel }), action: 'again' };
    case 'unconfirmed':
      return { text: m.unconfirmed({ channel }), action: 'check' };
    default:
      return { text: m.failed_unknown({ channel, code: failure.code }), action: 'again' };
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
