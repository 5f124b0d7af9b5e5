import type { FilledTemplate, Template } from './bridge/types';
import { matches as contains } from './text/fold';

/** Templates as they are found, judged and filled. Everything here is a function of its values. */

const PLACE = /\{\{\s*([^{}\s]+)\s*\}\}/g;

/** What an agent enters: a value for each place, in the order in which they stand in the text. */
export interface Values {
  header: string[];
  body: string[];
  buttons: string[];
}

/** Why a template cannot be sent: a key for words. "" when it can. */
export type Unsendable = '' | 'gone' | 'status' | 'location';

export function unsendable(template: Template): Unsendable {
  if (template.gone) return 'gone';
  if (template.status !== 'APPROVED') return 'status';
  return template.headerFormat === 'LOCATION' ? 'location' : '';
}

/** As what the file of a header is sent; "" for a header that is none. */
export function fileKind(template: Template): '' | 'image' | 'video' | 'document' {
  switch (template.headerFormat) {
    case 'IMAGE':
      return 'image';
    case 'VIDEO':
      return 'video';
    case 'DOCUMENT':
      return 'document';
    default:
      return '';
  }
}

/** Buttons whose address or code has a place. */
export function openButtons(template: Template): Template['buttons'] {
  return template.buttons.filter((button) => button.variable);
}

/** Text with its places filled; what has no value yet stays visible as a place. */
export function fill(text: string, variables: readonly string[], values: readonly string[]): string {
  return text.replace(PLACE, (place, name: string) => {
    const value = values[variables.indexOf(name)]?.trim() ?? '';
    return value === '' ? place : value;
  });
}

/** How many places there are, and how many have a value. */
export function count(template: Template, values: Values): { filled: number; places: number } {
  const all = [...values.header, ...values.body, ...values.buttons];
  const places = template.headerVariables.length + template.bodyVariables.length + openButtons(template).length;
  return { filled: all.filter((value) => value.trim() !== '').length, places };
}

/** Empty values, with the contact's name where the first place of a greeting is one. */
export function prefilled(template: Template, contactName: string): Values {
  const values: Values = {
    header: template.headerVariables.map(() => ''),
    body: template.bodyVariables.map(() => ''),
    buttons: openButtons(template).map(() => ''),
  };
  for (const [part, variables, text] of [
    ['header', template.headerVariables, template.headerText],
    ['body', template.bodyVariables, template.body],
  ] as const) {
    const at = variables.findIndex((name) => isName(name, text));
    if (at >= 0) values[part][at] = contactName;
  }
  return values;
}

const NAMES = /^(first_?name|full_?name|name|customer(_?name)?|nome|nombre|prenom|vorname)$/i;
const GREETING =
  /^\s*(hello|hi|hey|dear|good (morning|afternoon|evening)|ol[áa]|oi|bom dia|boa (tarde|noite)|car[oa]|hola|buen[oa]s (d[íi]as|tardes|noches)|estimad[oa]|bonjour|salut|ch(er|[èe]re)|hallo|guten (tag|morgen|abend)|liebe[rs]?|ciao|hej|cze[śs][ćc]|مرحبا)[\s,!]*$/iu;

/** A place is the contact's name when it is called so, or is a number right after a greeting. */
function isName(variable: string, text: string): boolean {
  if (!/^\d+$/.test(variable)) return NAMES.test(variable);
  return GREETING.test(text.slice(0, text.search(new RegExp(`\\{\\{\\s*${variable}\\s*\\}\\}`))));
}

/** What goes to the shell. */
export function filled(template: Template, values: Values, fileId: string): FilledTemplate {
  const trimmed = (list: string[]) => list.map((value) => value.trim());
  return {
    name: template.name,
    language: template.language,
    header: trimmed(values.header),
    body: trimmed(values.body),
    buttons: trimmed(values.buttons),
    fileId,
  };
}

/** Whether every word of a search is in the name, the language or the text. */
export function matches(template: Template, query: string): boolean {
  const text = [
    template.name.replaceAll('_', ' '),
    template.name,
    template.language,
    template.headerText,
    template.body,
    template.footer,
  ].join(' ');
  return query.trim() === '' || contains(text, query.trim());
}

/**
 * The order in which templates are offered: those that can be sent first, among them those that share most words with
 * what is to be said, then those in the contact's language.
 */
export function ranked(templates: readonly Template[], wanted: string, language: string): Template[] {
  const words = wordsOf(wanted);
  const score = (template: Template) => {
    const own = wordsOf(`${template.name} ${template.body}`);
    const shared = [...words].filter((word) => own.has(word)).length;
    const speaks = language !== '' && template.language.slice(0, 2) === language.slice(0, 2) ? 1 : 0;
    return (unsendable(template) === '' ? 1000 : 0) + shared * 2 + speaks;
  };
  return [...templates].sort(
    (a, b) => score(b) - score(a) || a.name.localeCompare(b.name) || a.language.localeCompare(b.language),
  );
}

/** How many words of what is to be said stand in a template. */
export function fits(template: Template, wanted: string): number {
  const own = wordsOf(`${template.name} ${template.body}`);
  return [...wordsOf(wanted)].filter((word) => own.has(word)).length;
}

function wordsOf(text: string): Set<string> {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return new Set(plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 3));
}
