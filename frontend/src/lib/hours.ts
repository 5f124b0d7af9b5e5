/** A part of a day as it is typed, "09:00" to "18:00". One that ends before it begins goes on into the next day. */
export interface Span {
  from: string;
  until: string;
}

/** The spans of each day, from Monday on. */
export type Week = Span[][];

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const TIME = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/;

/** The days of hours as the hub keeps them (backend/conversation/hours.go); undefined when they are not understood. */
export function parseHours(text: string): Week | undefined {
  const week: Week = DAYS.map(() => []);
  for (const part of text.toLowerCase().split(/[;\n]/)) {
    const line = part.trim();
    if (line === '') continue;
    const [days = '', ...rest] = line.split(' ');
    const on = parseDays(days);
    const spans = rest
      .join('')
      .split(',')
      .map((one) => one.split('-').map((time) => time.padStart(5, '0')));
    if (!on || spans.some((ends) => ends.length !== 2 || !ends.every((time) => TIME.test(time)))) return undefined;
    for (const day of on) for (const [from, until] of spans) week[day]!.push({ from: from!, until: until! });
  }
  return week;
}

function parseDays(text: string): number[] | undefined {
  const days: number[] = [];
  for (const part of text.split(',')) {
    const ends = part.split('-').map((name) => DAYS.indexOf(name));
    const [from, until = from] = ends;
    if (from === undefined || until === undefined || from < 0 || until < 0 || ends.length > 2) return undefined;
    for (let day = from; ; day = (day + 1) % 7) {
      days.push(day);
      if (day === until) break;
    }
  }
  return days;
}

/** Hours as the hub keeps them. Days that are alike stand together; a week without spans is "", which is always. */
export function formatHours(week: Week): string {
  const times = week.map((spans) => spans.map(({ from, until }) => `${from}-${until}`).join(','));
  const parts: string[] = [];
  for (let day = 0; day < 7; day += 1) {
    if (times[day] === '') continue;
    const first = day;
    while (day < 6 && times[day + 1] === times[first]) day += 1;
    parts.push(`${first === day ? DAYS[day] : `${DAYS[first]}-${DAYS[day]}`} ${times[first]}`);
  }
  return parts.join('; ');
}

/** A time as people type it: "9", "930", "9.30" and "18h30" are understood; undefined when it is none. */
export function tidyTime(text: string): string | undefined {
  const found = /^(\d{1,2})(?:[:.h ]?(\d{2})|h)?$/.exec(text.trim().toLowerCase());
  if (!found) return undefined;
  const time = `${found[1]!.padStart(2, '0')}:${found[2] ?? '00'}`;
  return TIME.test(time) ? time : undefined;
}

/** Every span says two times, and not twice the same one; none begins where a day has ended. */
export function whole(week: Week): boolean {
  return week.every((spans) => spans.every(isWhole));
}

export function isWhole({ from, until }: Span): boolean {
  return TIME.test(from) && TIME.test(until) && from !== until && from !== '24:00';
}
