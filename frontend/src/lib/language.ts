import { baseLocale, locales, overwriteGetLocale, type Locale } from './paraglide/runtime.js';

/** The language of the interface. It can change while Parley runs: who shows words shows them again (see `App.svelte`). */

/** What dates, numbers and names of languages are written by. */
const TAGS: Record<Locale, string> = { en: 'en-GB', pt: 'pt-PT', es: 'es-ES' };

let current: Locale = baseLocale;
overwriteGetLocale(() => current);

/** The language that is wished for: a setting, or with "" the first of the system's that Parley speaks. */
export function wished(setting: string, system: readonly string[]): Locale {
  for (const tag of setting === '' ? system : [setting]) {
    const base = tag.toLowerCase().split(/[-_]/)[0];
    const found = locales.find((locale) => locale === base);
    if (found) return found;
  }
  return baseLocale;
}

export function setLanguage(locale: Locale): void {
  current = locale;
  if (typeof document !== 'undefined') document.documentElement.lang = TAGS[locale];
}

export function language(): Locale {
  return current;
}

/** The tag for `Intl`: "pt-PT". */
export function tag(): string {
  return TAGS[current];
}

/** Something that is made by the language when it is needed first, and again when the language is another one. */
export function perLanguage<T>(make: (tag: string) => T): () => T {
  let made: T | undefined;
  let by = '';
  return () => {
    if (made === undefined || by !== tag()) {
      by = tag();
      made = make(by);
    }
    return made;
  };
}
