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
  if (typeof cause === 'object' && cause !== null && 'code' in cause && !(cause instanceof DOMException)) {
    const { code, message, details } = cause as { code: unknown; message?: unknown; details?: unknown };
    return new ParleyError(String(code), message === undefined ? undefined : String(message), details);
  }
  // The shell's own come as JSON in the text of an Error; all else is a plain sentence of the bridge itself.
  const text = cause instanceof Error ? cause.message : typeof cause === 'string' ? cause : undefined;
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    if (typeof parsed === 'object' && parsed !== null && 'code' in parsed) return toParleyError(parsed);
  } catch {
    // Not JSON.
  }
  return new ParleyError('internal', text);
}
