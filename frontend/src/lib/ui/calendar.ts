/** Days of a calendar, each by its beginning in local time, in milliseconds. */

/** The beginning of the day that is so many days and months away; the month's last day where it has no such day. */
export function shifted(ms: number, days: number, months = 0): number {
  const at = new Date(ms);
  const last = new Date(at.getFullYear(), at.getMonth() + months + 1, 0).getDate();
  const date = months === 0 ? at.getDate() : Math.min(at.getDate(), last);
  return new Date(at.getFullYear(), at.getMonth() + months, date + days).getTime();
}

export function sameDay(a: number, b: number): boolean {
  return shifted(a, 0) === shifted(b, 0);
}

/** The weeks of a month, Monday first, with the days around it that fill them. */
export function monthDays(ms: number): number[][] {
  const at = new Date(ms);
  const first = new Date(at.getFullYear(), at.getMonth(), 1);
  const before = (first.getDay() + 6) % 7;
  const last = new Date(at.getFullYear(), at.getMonth() + 1, 0).getDate();
  const weeks = Math.ceil((before + last) / 7);
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (_, day) => shifted(first.getTime(), week * 7 + day - before)),
  );
}
