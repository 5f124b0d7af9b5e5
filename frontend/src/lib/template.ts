import type { FilledTemplate, Location, Template } from './bridge/types';
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
export type Unsendable = '' | 'gone' | 'status';

export function unsendable(template: Template): Unsendable {
  if (template.gone) return 'gone';
  if (template.status !== 'APPROVED') return 'status';
  return '';
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

/** Whether the header is a place. */
export function wantsPlace(template: Template): boolean {
  return template.headerFormat === 'LOCATION';
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

/**
 * Values for a template that is to say what a draft says: the contact's and the agent's name, numbers, dates and times of
 * the draft where the words before a place ask for one, and the whole draft where a place stands for free words.
 */
export function rescued(template: Template, draft: string, names: { contact: string; agent: string }): Values {
  const values = prefilled(template, names.contact);
  const rest = new Rest(oneParagraph(draft));
  for (const [part, variables, text] of [
    ['header', template.headerVariables, template.headerText],
    ['body', template.bodyVariables, template.body],
  ] as const) {
    variables.forEach((variable, at) => {
      if (values[part][at] !== '') return;
      const before = `${/^\d+$/.test(variable) ? '' : `${variable.replaceAll('_', ' ')} `}${textBefore(text, variable)}`;
      if (AGENT.test(lastWords(before))) values[part][at] = names.agent;
      else values[part][at] = rest.take(KINDS.find((kind) => kind.asked.test(lastWords(before)))?.found);
    });
  }
  const free = template.bodyVariables.findIndex(
    (variable, at) => values.body[at] === '' && isFree(template.body, variable),
  );
  if (free >= 0 && rest.whole !== '' && [...rest.whole].length <= FREE_MOST) values.body[free] = rest.whole;
  return values;
}

/** What stays in the editor after a template was sent: nothing when the draft is in it as a whole. */
export function restOfDraft(draft: string, values: Values): string {
  const whole = oneParagraph(draft);
  const said = [...values.header, ...values.body].some((value) => whole !== '' && value.trim() === whole);
  return said ? '' : draft;
}

/** Words of a draft that were not put anywhere yet. */
class Rest {
  readonly whole: string;
  #left: string;

  constructor(text: string) {
    this.whole = text;
    this.#left = text;
  }

  /** The first piece that looks so, once. */
  take(looks: RegExp | undefined): string {
    const piece = looks?.exec(this.#left)?.[0] ?? '';
    if (piece !== '') this.#left = this.#left.replace(piece, ' ');
    return piece;
  }
}

/** Meta takes no line breaks in a value, nor more than four blanks in a row. */
function oneParagraph(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** How long a value may be: the whole body has 1,024 characters (Meta docs, "Template components"). */
const FREE_MOST = 700;

function textBefore(text: string, variable: string): string {
  return text.slice(0, Math.max(0, text.search(new RegExp(`\\{\\{\\s*${escaped(variable)}\\s*\\}\\}`))));
}

function lastWords(text: string): string {
  return text.trim().split(/\s+/).slice(-4).join(' ');
}

/** A place for free words: it stands alone, after a colon or a line break, and nothing but a stop follows. */
function isFree(text: string, variable: string): boolean {
  return new RegExp(`(^|[:\\n])\\s*\\{\\{\\s*${escaped(variable)}\\s*\\}\\}\\s*[.!]?\\s*(\\n|$)`).test(text);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

const AGENT =
  /(?<!\p{L})(agent|agente|advisor|colleague|my name is|sou [ao]?|soy|aqui [ée] [ao]?|signed|atendente)\W*$/iu;

/** What a place can ask for, by the words before it, and how that looks in a draft. */
const KINDS = [
  {
    asked: /(?<!\p{L})(at|time|às|as|pelas|hora|hour|um|uhr|à)\W*$/iu,
    found: /\b\d{1,2}([:.h]\d{2})(\s?[ap]m)?\b|\b\d{1,2}\s?[ap]m\b/i,
  },
  {
    asked:
      /(?<!\p{L})(booking|reserva(tion)?|réservation|order|pedido|encomenda|number|n[úu]mero|ref(erence)?|code|c[óo]digo|ticket|buchung|is|no\.?|nº)\W*$/iu,
    found: /\b(?=[A-Z0-9-]*\d)[A-Z]{1,4}-?\d{3,}[A-Z0-9-]*\b|\b\d{5,}\b/,
  },
  {
    asked: /(?<!\p{L})(on|to|for|date|day|until|by|dia|data|em|para|at[ée]|el|le|am|fecha)\W*$/iu,
    found:
      /\b\d{1,2}([/.-]\d{1,2}([/.-]\d{2,4})?|\s+(de\s+)?\p{L}{3,9}(\s+(de\s+)?\d{4})?)(?![\p{L}\d])|\b(mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(tomorrow|today|amanhã|hoje|mañana|hoy)(?!\p{L})|\b(segunda|terça|quarta|quinta|sexta|sábado|domingo|lunes|martes|miércoles|jueves|viernes)(-feira)?(?!\p{L})/iu,
  },
  {
    asked: /(?<!\p{L})(price|amount|total|cost|costs|pre[çc]o|valor|importe)\W*$/iu,
    found: /[€$£]\s?\d[\d.,]*|\b\d[\d.,]*\s?(€|eur|euros?|usd|gbp)(?!\p{L})/iu,
  },
];

const NAMES = /^(first_?name|full_?name|name|customer(_?name)?|nome|nombre|prenom|vorname)$/i;
const GREETING =
  /^\s*(hello|hi|hey|dear|good (morning|afternoon|evening)|ol[áa]|oi|bom dia|boa (tarde|noite)|car[oa]|hola|buen[oa]s (d[íi]as|tardes|noches)|estimad[oa]|bonjour|salut|ch(er|[èe]re)|hallo|guten (tag|morgen|abend)|liebe[rs]?|ciao|hej|cze[śs][ćc]|مرحبا)[\s,!]*$/iu;

/** A place is the contact's name when it is called so, or is a number right after a greeting. */
function isName(variable: string, text: string): boolean {
  if (!/^\d+$/.test(variable)) return NAMES.test(variable);
  return GREETING.test(text.slice(0, text.search(new RegExp(`\\{\\{\\s*${variable}\\s*\\}\\}`))));
}

/** What goes to the shell. */
export function filled(template: Template, values: Values, fileId = '', place?: Location): FilledTemplate {
  const trimmed = (list: string[]) => list.map((value) => value.trim());
  return {
    name: template.name,
    language: template.language,
    header: trimmed(values.header),
    body: trimmed(values.body),
    buttons: trimmed(values.buttons),
    fileId,
    place: place ?? null,
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
 * what is to be said and, half as much, with what it is about, then those in the contact's language. A word that many
 * templates have says little.
 */
export function ranked(templates: readonly Template[], wanted: string, language: string, context = ''): Template[] {
  const own = new Map(templates.map((template) => [template, wordsOf(`${template.name} ${template.body}`)]));
  const have = (word: string) => [...own.values()].filter((words) => words.has(word)).length;
  const weights = new Map<string, number>();
  const weigh = (text: string, factor: number) => {
    for (const word of wordsOf(text)) {
      const n = have(word);
      if (n > 0) weights.set(word, Math.max(weights.get(word) ?? 0, factor * Math.log(1 + (2 * templates.length) / n)));
    }
  };
  weigh(context, 0.5);
  weigh(wanted, 1);
  const score = (template: Template) => {
    let shared = 0;
    for (const word of own.get(template)!) shared += weights.get(word) ?? 0;
    const speaks = language !== '' && template.language.slice(0, 2) === language.slice(0, 2) ? 0.5 : 0;
    return (unsendable(template) === '' ? 1000 : 0) + shared + speaks;
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
