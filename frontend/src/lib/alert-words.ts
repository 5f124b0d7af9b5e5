import type { Alert, AlertKindName, NotificationHealth, SoundName } from './bridge/types';
import { m } from './paraglide/messages.js';

/** What alerts, their reasons and the system's notifications are called. */

export function kindText(kind: AlertKindName): { text: string; hint: string } {
  return {
    message: { text: m.alert_message(), hint: m.alert_message_text() },
    inbox: { text: m.alert_inbox(), hint: m.alert_inbox_text() },
    offer: { text: m.alert_offer(), hint: m.alert_offer_text() },
    transfer: { text: m.alert_transfer(), hint: m.alert_transfer_text() },
    window: { text: m.alert_window(), hint: m.alert_window_text() },
    trouble: { text: m.alert_trouble(), hint: m.alert_trouble_text() },
    hub: { text: m.alert_hub(), hint: m.alert_hub_text() },
  }[kind];
}

export function soundText(sound: SoundName): string {
  return {
    none: m.sound_none(),
    drop: m.sound_drop(),
    knock: m.sound_knock(),
    chime: m.sound_chime(),
    rise: m.sound_rise(),
    fall: m.sound_fall(),
  }[sound];
}

const REASONS: Record<string, () => string> = {
  news: m.rang_news,
  again: m.rang_again,
  later: m.rang_later,
  paced: m.rang_paced,
  together: m.rang_together,
  summarised: m.rang_summarised,
  counted: m.rang_counted,
  named: m.rang_named,
  disabled: m.rang_disabled,
  off: m.rang_off,
  focused: m.rang_focused,
  others: m.rang_others,
  had: m.rang_had,
  do_not_disturb: m.rang_do_not_disturb,
  snoozed: m.rang_snoozed,
  quiet_hours: m.rang_quiet_hours,
  read: m.rang_read,
  taken: m.rang_taken,
  gone: m.rang_gone,
  answered: m.rang_answered,
  reopened: m.rang_reopened,
  closed: m.rang_closed,
  settled: m.rang_settled,
  reachable: m.rang_reachable,
  lapsed: m.rang_lapsed,
};

/** Why a decision is what it is. A reason of a later version is shown by its own name. */
export function reasonText(reason: string, verdict = ''): string {
  if (verdict === 'withdraw' && reason === 'focused') return m.rang_opened();
  return REASONS[reason]?.() ?? reason;
}

/** What was done, in a word or two: "Rang", "Stayed silent". */
export function verdictText(alert: Alert): string {
  const failed = alert.delivery === 'failed' || alert.delivery === 'slow';
  switch (alert.verdict) {
    case 'show':
      return failed ? m.verdict_not_shown() : m.verdict_show();
    case 'replace':
      return m.verdict_replace();
    case 'withdraw':
      return m.verdict_withdraw();
    default:
      return m.verdict_silent();
  }
}

/** What the alert was about, as far as that is not plain. */
export function alertAbout(kind: string): string {
  const about: Record<string, () => string> = {
    window: m.about_window,
    trouble: m.about_trouble,
    transfer: m.about_transfer,
    message: m.about_message,
    inbox: m.about_inbox,
    offer: m.about_offer,
  };
  return about[kind]?.() ?? kind;
}

/** How the system took it; "" when there is nothing to say. */
export function deliveryText(delivery: string): string {
  const words: Record<string, () => string> = {
    beeep: m.delivery_beeep,
    failed: m.delivery_failed,
    slow: m.delivery_slow,
  };
  return words[delivery]?.() ?? '';
}

/** One line about how the system takes notifications. */
export function healthText(health: NotificationHealth): string {
  switch (health.trouble) {
    case 'missing':
      return m.notice_missing();
    case 'slow':
      return m.notice_slow();
    case 'fallback':
      return m.notice_fallback();
    default:
      if (health.way === '') return m.notice_unknown();
      if (health.way === 'beeep') return m.notice_compatible();
      return health.replies ? m.notice_good_replies() : m.notice_good_clicks();
  }
}
