/** International numbers: a plus and 7 to 15 digits; spaces, dots, dashes and brackets between them. */
export function numberValid(text: string): boolean {
  if (!/^\+[\d\s().-]+$/.test(text.trim())) return false;
  const digits = text.replace(/\D/g, '');
  return digits.length >= 7 && digits.length <= 15 && !digits.startsWith('0');
}

/** One @, something before it and a dotted name behind it; the hub has the last word. */
export function emailValid(text: string): boolean {
  return /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text.trim()) && text.trim().length <= 254;
}
