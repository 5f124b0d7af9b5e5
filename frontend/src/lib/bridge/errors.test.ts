import { expect, test } from 'vitest';
import { ParleyError, toParleyError } from './errors';

test('keeps the code of whatever a call was rejected with', () => {
  const failure = { code: 'denied', message: 'wrong', details: { waitMs: 1 } };
  const json = JSON.stringify(failure);
  for (const cause of [failure, json, new Error(json), new ParleyError('denied', 'wrong', { waitMs: 1 })]) {
    const error = toParleyError(cause);
    expect([error.code, error.message, error.details]).toEqual(['denied', 'wrong', { waitMs: 1 }]);
  }
  for (const cause of ['a sentence', new Error('a sentence'), undefined, 7, new Error('7')]) {
    expect(toParleyError(cause).code).toBe('internal');
  }
});
