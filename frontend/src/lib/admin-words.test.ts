import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { AUDITED, auditDetail, checkText, letterReason } from './admin-words';

it('has words for everything that the hub writes into the audit log', () => {
  const source = readFileSync('../backend/hub/audit/audit.go', 'utf8');
  const actions = [...source.matchAll(/Action = "(\w+)"/g)].map((match) => match[1]!);
  expect(actions.length).toBeGreaterThan(20);
  expect(Object.keys(AUDITED).sort()).toEqual(actions.sort());
});

it('has a sentence for everything that a check can find', () => {
  const source = readFileSync('../backend/channel/check.go', 'utf8');
  const found = [...source.matchAll(/Finding = "(\w+)"/g)].map((match) => match[1]!);
  expect(found.length).toBeGreaterThan(10);
  const said = found
    .filter((reason) => reason !== 'refused')
    .map((reason) => checkText({ step: 'token', result: 'bad', reason, detail: '2026-12-05T10:00:00Z' }, 0));
  expect(new Set(said).size).toBe(said.length);
  for (const text of said) expect(text).not.toContain('refuses to tell');
});

it('words what the hub has kept as its own words, and shows all else as it is', () => {
  expect(auditDetail('supervisor')).toBe('Supervisor');
  expect(auditDetail('whatsapp Ondaverde Groups')).toBe('WhatsApp Ondaverde Groups');
  expect(auditDetail('90 days, 7 days')).toBe('90 days, 7 days');
  const source = readFileSync('../backend/hub/ingest/work.go', 'utf8');
  const [, reason = ''] = /dead\(event\.AccountID, "([^"]+)"/.exec(source) ?? [];
  expect(letterReason(reason)).toBe('No touchpoint has this account');
  expect(auditDetail(reason)).toBe('No touchpoint has this account');
  expect(letterReason('field of another kind: text')).toBe('field of another kind: text');
});
