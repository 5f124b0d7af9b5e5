import { describe, expect, it } from 'vitest';
import { alertDefaults, decisionsAbout, silence, tomorrowMorning } from './alerts';
import type { Alert } from './bridge/types';

const at = (hours: number, minutes = 0) => new Date(2026, 10, 23, hours, minutes).getTime();

describe('silence', () => {
  const quiet = { ...alertDefaults(), quiet: true, quietFrom: '20:00', quietUntil: '08:00' };
  it.each([
    ['everything rings usually', true, alertDefaults(), at(23), ''],
    ['switched off', false, alertDefaults(), at(12), 'disabled'],
    ['do not disturb', true, { ...alertDefaults(), doNotDisturb: true }, at(12), 'do_not_disturb'],
    ['snoozed', true, { ...alertDefaults(), snoozedUntilMs: at(12, 1) }, at(12), 'snoozed'],
    ['a snooze that is over', true, { ...alertDefaults(), snoozedUntilMs: at(12) }, at(12), ''],
    ['quiet hours begin', true, quiet, at(20), 'quiet_hours'],
    ['quiet hours go over midnight', true, quiet, at(3), 'quiet_hours'],
    ['quiet hours end', true, quiet, at(8), ''],
    [
      'quiet hours within a day',
      true,
      { ...quiet, quietFrom: '12:00', quietUntil: '13:00' },
      at(12, 59),
      'quiet_hours',
    ],
    ['quiet hours without a length', true, { ...quiet, quietUntil: '20:00' }, at(20), ''],
  ] as const)('%s', (_, notifications, alerts, now, want) => {
    expect(silence(notifications, alerts, now)).toBe(want);
  });

  it('ends tomorrow with the quiet hours', () => {
    expect(tomorrowMorning({ ...quiet, quietUntil: '07:30' }, at(23))).toBe(new Date(2026, 10, 24, 7, 30).getTime());
    expect(tomorrowMorning(alertDefaults(), at(1))).toBe(new Date(2026, 10, 24, 8).getTime());
  });
});

describe('decisionsAbout', () => {
  const alert = (atMs: number, messageId: string, change: Partial<Alert> = {}): Alert => ({
    atMs,
    messageId,
    kind: 'message',
    verdict: 'show',
    reason: 'news',
    delivery: 'dbus',
    ...change,
  });
  const log = [
    alert(50, 'm3', { verdict: 'withdraw', reason: 'read', delivery: '' }),
    alert(40, 'm3'),
    alert(20, 'x', { kind: 'trouble' }),
    alert(10, 'm1'),
  ];

  it('is what names the message, in order', () => {
    expect(decisionsAbout(log, 'm3', 39).map((one) => one.verdict)).toEqual(['show', 'withdraw']);
  });
  it('is what came next for a message that was told together with a later one', () => {
    expect(decisionsAbout(log, 'm2', 30).map((one) => one.atMs)).toEqual([40, 50]);
  });
  it('is nothing for a message of before', () => {
    expect(decisionsAbout([], 'm1', 5)).toEqual([]);
    expect(decisionsAbout(log, 'm4', 60)).toEqual([]);
  });
});
