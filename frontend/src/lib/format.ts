import { perLanguage, tag } from './language';
import { m } from './paraglide/messages.js';

/** Times and sizes as an agent reads them. Everything takes the hub's now; nothing reads a clock. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A format that is made when it is needed first: each takes WebKit milliseconds, which the first list would wait for. */
function format(options: Intl.DateTimeFormatOptions): (ms: number) => string {
  const made = perLanguage((tag) => new Intl.DateTimeFormat(tag, options));
  return (ms) => made().format(ms);
}

const weekday = format({ weekday: 'short' });
const longWeekday = format({ weekday: 'long' });
const day = format({ day: 'numeric', month: 'short' });
const dayAndYear = format({ day: 'numeric', month: 'short', year: 'numeric' });
const longDay = format({ weekday: 'long', day: 'numeric', month: 'long' });
const longDayAndYear = format({ day: 'numeric', month: 'long', year: 'numeric' });

/** "14:21" */
export function clock(ms: number): string {
  const date = new Date(ms);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

/** "14:26:08" */
export function clockSeconds(ms: number): string {
  return `${clock(ms)}:${pad(new Date(ms).getSeconds())}`;
}

/** Days between the local calendar days of two moments; positive when `ms` is in the past. */
export function daysAgo(ms: number, now: number): number {
  return Math.round((startOfDay(now) - startOfDay(ms)) / DAY);
}

function startOfDay(ms: number): number {
  const date = new Date(ms);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** A key that two moments of one calendar day share. */
export function dayKey(ms: number): string {
  const date = new Date(ms);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

function sameYear(a: number, b: number): boolean {
  return new Date(a).getFullYear() === new Date(b).getFullYear();
}

/** "7 May", with the year when it is another one. */
export function shortDay(ms: number, now: number): string {
  return (sameYear(ms, now) ? day : dayAndYear)(ms);
}

/** Of an assigned row: "14:21", "Yesterday", "7 May". */
export function rowDate(ms: number, now: number): string {
  if (ms === 0) return '';
  const days = daysAgo(ms, now);
  if (days === 0) return clock(ms);
  if (days === 1) return m.yesterday();
  return shortDay(ms, now);
}

/** A moment near now: "14:21", "Wed 18:00", "7 May, 18:00". Works in both directions of time. */
export function moment(ms: number, now: number): string {
  const days = daysAgo(ms, now);
  if (days === 0) return clock(ms);
  if (Math.abs(days) < 6) return `${weekday(ms)} ${clock(ms)}`;
  return `${shortDay(ms, now)}, ${clock(ms)}`;
}

/** A date and time in full: "Fri 15 May, 14:21". */
export function fullMoment(ms: number, now: number): string {
  return `${weekday(ms)} ${shortDay(ms, now)}, ${clock(ms)}`;
}

/** Of the end of a window: "14:50", "Fri 14:21", "Thu 21 May, 14:12". */
export function untilMoment(ms: number, now: number): string {
  const days = -daysAgo(ms, now);
  if (days === 0) return clock(ms);
  if (days < 4) return `${weekday(ms)} ${clock(ms)}`;
  return fullMoment(ms, now);
}

/** Of the divider between days: "Today", "Wednesday 13 May". */
export function dayTitle(ms: number, now: number): string {
  if (daysAgo(ms, now) === 0) return m.today();
  return sameYear(ms, now) ? longDay(ms).replace(',', '') : longDayAndYear(ms);
}

const fullDayFormat = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const month = format({ month: 'long', year: 'numeric' });

/** A day of a calendar, in full. */
export function fullDay(ms: number): string {
  return fullDayFormat(ms);
}

/** "May 2026" */
export function monthTitle(ms: number): string {
  return month(ms);
}

/** The days of the week, from Monday on. */
export function weekdays(): { short: string; long: string }[] {
  // The first of June 2026 is a Monday.
  return Array.from({ length: 7 }, (_, at) => {
    const ms = new Date(2026, 5, 1 + at).getTime();
    return { short: weekday(ms), long: longWeekday(ms) };
  });
}

/** Time left in words: "6 d 23 h", "23 h 55 min", "24 min", under ten minutes "09:41". */
export function timeLeft(ms: number): string {
  if (ms >= DAY + HOUR) return m.days_hours({ d: Math.floor(ms / DAY), h: Math.floor((ms % DAY) / HOUR) });
  if (ms >= HOUR) return m.hours_minutes({ h: Math.floor(ms / HOUR), m: Math.floor((ms % HOUR) / MINUTE) });
  if (ms > 10 * MINUTE) return m.minutes({ m: Math.floor(ms / MINUTE) });
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${pad(Math.floor(seconds / 60))}:${pad(seconds % 60)}`;
}

/** Time left in a chip: "1 h 12", "24 min". */
export function chipLeft(ms: number): string {
  if (ms >= HOUR) return m.chip_hours({ h: Math.floor(ms / HOUR), m: Math.floor((ms % HOUR) / MINUTE) });
  if (ms >= MINUTE) return m.minutes({ m: Math.floor(ms / MINUTE) });
  return m.under_minute();
}

/** How long something has lasted, in its largest unit: "just now", "55 min", "23 h", "6 d". */
export function lasted(ms: number): string {
  if (ms >= DAY) return m.days({ d: Math.floor(ms / DAY) });
  if (ms >= HOUR) return m.hours({ h: Math.floor(ms / HOUR) });
  if (ms >= MINUTE) return m.minutes({ m: Math.floor(ms / MINUTE) });
  return m.just_now();
}

/** Of an Inbox row: "just now", "waits 55 min". */
export function waits(ms: number): string {
  return ms < MINUTE ? m.just_now() : m.waits({ time: lasted(ms) });
}

/** Length of a recording: "0:23". */
export function playTime(seconds: number): string {
  const whole = Math.max(0, Math.round(Number.isFinite(seconds) ? seconds : 0));
  return `${Math.floor(whole / 60)}:${pad(whole % 60)}`;
}

/** "640 KB", "1.2 MB" */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return m.size_bytes({ n: bytes });
  if (bytes < 1_000_000) return m.size_kb({ n: Math.round(bytes / 1000) });
  const mb = bytes / 1_000_000;
  return m.size_mb({ n: mb < 10 ? decimal(mb) : Math.round(mb) });
}

/** A limit, which is stated in powers of two: 5 MB, 16 MB, 2 GB. */
export function limitSize(bytes: number): string {
  const mb = bytes / (1024 * 1024);
  if (mb >= 1024) return m.size_gb({ n: decimal(mb / 1024) });
  if (mb >= 1) return m.size_mb({ n: decimal(mb) });
  return fileSize(bytes);
}

/** Counts beyond two digits: "99+". */
export function capped(count: number): string {
  return count > 99 ? '99+' : String(count);
}

/** "1.2", "1,2", "5" */
function decimal(value: number): string {
  return value.toLocaleString(tag(), { maximumFractionDigits: 1 });
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
