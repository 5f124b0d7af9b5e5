import type { Alert, AlertKind, AlertSettings } from './bridge/types';

/** What an agent hears who has changed nothing: as in `app/settings`. */
export function alertDefaults(): AlertSettings {
  const on = (sound: AlertKind['sound']): AlertKind => ({ on: true, sound });
  return {
    message: on('drop'),
    inbox: on('knock'),
    offer: on('chime'),
    transfer: on('chime'),
    window: on('rise'),
    trouble: on('fall'),
    hub: on('fall'),
    inboxRepeatMinutes: 0,
    ladderMinutes: [120, 30, 10],
    doNotDisturb: false,
    snoozedUntilMs: 0,
    quiet: false,
    quietFrom: '20:00',
    quietUntil: '08:00',
    lastCallInQuiet: true,
    volume: 60,
    compatible: false,
  };
}

const MINUTE = 60_000;

/** Why nothing rings at a time of this computer's clock; "" when things ring. */
export function silence(notifications: boolean, alerts: AlertSettings, nowMs: number): Silence {
  if (!notifications) return 'disabled';
  if (alerts.doNotDisturb) return 'do_not_disturb';
  if (alerts.snoozedUntilMs > nowMs) return 'snoozed';
  return isQuiet(alerts, nowMs) ? 'quiet_hours' : '';
}

export type Silence = '' | 'disabled' | 'do_not_disturb' | 'snoozed' | 'quiet_hours';

function isQuiet(alerts: AlertSettings, nowMs: number): boolean {
  if (!alerts.quiet) return false;
  const date = new Date(nowMs);
  const now = date.getHours() * 60 + date.getMinutes();
  const [from, until] = [minuteOfDay(alerts.quietFrom), minuteOfDay(alerts.quietUntil)];
  return from < until ? from <= now && now < until : from > until && (now >= from || now < until);
}

function minuteOfDay(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 60 + minutes;
}

/** Until when a snooze lasts that ends tomorrow morning: at the end of quiet hours, or at eight. */
export function tomorrowMorning(alerts: AlertSettings, nowMs: number): number {
  const date = new Date(nowMs);
  date.setDate(date.getDate() + 1);
  const at = alerts.quiet ? minuteOfDay(alerts.quietUntil) : 8 * 60;
  date.setHours(Math.floor(at / 60), at % 60, 0, 0);
  return date.getTime();
}

/** By how much this computer's clock may differ from the hub's before it is worth a word. */
export const CLOCK_TOLERANCE_MS = MINUTE;

/**
 * The decisions that are about a message, the first one first: several messages that came together were decided about as
 * one, by the latest of them. What was decided later about the same alert, such as that it was taken back, belongs to it.
 * @param log of the conversation, latest first
 * @param createdMs when the message came to the hub
 */
export function decisionsAbout(log: readonly Alert[], messageId: string, createdMs: number): Alert[] {
  const ordered = log.toReversed();
  const named = ordered.filter((alert) => alert.messageId === messageId);
  if (named.length > 0) return named;
  const next = ordered.find(
    (alert) =>
      alert.atMs >= createdMs && (alert.kind === 'message' || alert.kind === 'inbox' || alert.kind === 'offer'),
  );
  return next ? ordered.filter((alert) => alert.messageId === next.messageId && alert.kind === next.kind) : [];
}
