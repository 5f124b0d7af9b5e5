/** What a rejected call says. The page has a sentence per code (`lib/words.ts`). */
export class ParleyError extends Error {
  constructor(
    readonly code: string,
    message = code,
    readonly details: unknown = undefined,
  ) {
    super(message);
    this.name = 'ParleyError';
  }
}

/** Turns whatever a call was rejected with into a ParleyError. */
export function toParleyError(cause: unknown): ParleyError {
  if (cause instanceof ParleyError) return cause;
  if (typeof cause === 'object' && cause !== null && 'code' in cause) {
    const { code, message, details } = cause as { code: unknown; message?: unknown; details?: unknown };
    return new ParleyError(String(code), message === undefined ? undefined : String(message), details);
  }
  if (typeof cause === 'string') {
    try {
      const parsed: unknown = JSON.parse(cause);
      if (typeof parsed === 'object' && parsed !== null && 'code' in parsed) return toParleyError(parsed);
    } catch {
      // Not JSON: a plain sentence of the bridge itself.
    }
    return new ParleyError('internal', cause);
  }
  return new ParleyError('internal', cause instanceof Error ? cause.message : undefined);
}
