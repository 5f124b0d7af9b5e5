import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { healthText, reasonText, verdictText } from './alert-words';
import type { NotificationHealth } from './bridge/types';

it('has words for every reason of the policy', () => {
  const policy = readFileSync('../backend/desk/alerts/POLICY.md', 'utf8');
  const reasons = [...policy.slice(policy.indexOf('| reason | means |')).matchAll(/^\| `(\w+)` \|/gm)].map(
    (hit) => hit[1]!,
  );
  expect(reasons.length).toBeGreaterThan(20);
  expect(reasons.filter((reason) => reasonText(reason) === reason)).toEqual([]);
});

it('says so when the system did not show what should have rung', () => {
  const alert = { atMs: 0, messageId: '', kind: 'message', verdict: 'show', reason: 'news' } as const;
  expect(verdictText({ ...alert, delivery: 'dbus' })).toBe('Rang');
  expect(verdictText({ ...alert, delivery: 'slow' })).toBe('Should have rung');
});

it('tells each trouble of the system apart', () => {
  const good: NotificationHealth = {
    way: 'dbus',
    service: '',
    clicks: true,
    replies: false,
    trouble: '',
    detail: '',
    tookMs: 1,
  };
  const texts = [
    good,
    { ...good, replies: true },
    { ...good, way: '' },
    { ...good, way: 'beeep' },
    ...(['fallback', 'slow', 'missing'] as const).map((trouble) => ({ ...good, trouble })),
  ].map(healthText);
  expect(new Set(texts).size).toBe(texts.length);
});
