import { type Random, randomOf } from './random.ts';

/** A line of a CSV file, by its columns' names. */
export type Row = Record<string, string>;

/** What a template is filled from. */
export interface TemplateData {
  seed: number;
  /** Taken in turn: request 0 gets the first. */
  rows?: readonly Row[];
}

/** The text for the request of that index, from 0; the same for the same seed, whichever process asks. */
export type Template = (index: number) => string;

const constants = new WeakSet<Template>();
/** Whether it says the same for every request. */
export const isConstant = (template: Template): boolean => constants.has(template);

/** A template that says something that cannot be filled in; its message is for whoever wrote it. */
export class TemplateError extends Error {}

type Part = (random: Random, index: number) => string;
/** A placeholder, with what is inside it. */
export const placeholder = /\{\{([^{}]*)\}\}/g;
const known = '{{uuid}}, {{randomInt}}, {{randomInt FROM TO}}, {{index}}, {{csv.COLUMN}}';

/**
 * Makes a template of a text with placeholders: `{{uuid}}`, `{{randomInt}}` (0 to 1000, as Postman's), `{{randomInt 1 3}}` (both ends
 * included), `{{index}}` (of the request, from 0) and `{{csv.email}}` (that column of the row whose turn it is). `encode` is applied to what is
 * filled in. Throws a TemplateError where a placeholder is none of these.
 */
export function templateOf(text: string, data: TemplateData, encode: (value: string) => string = (value) => value): Template {
  const parts: (string | Part)[] = [];
  let from = 0;
  for (const found of text.matchAll(placeholder)) {
    parts.push(text.slice(from, found.index), partOf(found[0], found[1] ?? '', data));
    from = found.index + found[0].length;
  }
  if (parts.length === 0) {
    const constant = () => text;
    constants.add(constant);
    return constant;
  }
  parts.push(text.slice(from));
  return (index) => {
    const random = randomOf(data.seed, index);
    return parts.map((part) => (typeof part === 'string' ? part : encode(part(random, index)))).join('');
  };
}

/** The same for a value that is sent as JSON; a string that is `{{randomInt …}}` or `{{index}}` alone becomes a number. */
export function jsonTemplateOf(value: unknown, data: TemplateData): Template {
  return templateOf(jsonTextOf(value), data, (filled) => JSON.stringify(filled).slice(1, -1));
}

/** The JSON that placeholders of such a value stand in. */
export const jsonTextOf = (value: unknown): string => JSON.stringify(value).replace(/"(\{\{\s*(?:randomInt|index)\b[^{}"]*\}\})"/g, '$1');

function partOf(whole: string, inside: string, { rows }: TemplateData): Part {
  const [word = '', ...more] = inside.trim().split(/\s+/);
  if (word === 'uuid' && more.length === 0) return uuid;
  if (word === 'index' && more.length === 0) return (_random, index) => String(index);
  if (word === 'randomInt' && (more.length === 0 || more.length === 2)) {
    const [from, to] = more.length === 0 ? [0, 1000] : more.map(Number);
    if (!Number.isInteger(from) || !Number.isInteger(to) || (from as number) > (to as number))
      throw new TemplateError(`${whole}: the ends are whole numbers, the smaller first, for example {{randomInt 1 3}}`);
    const [low, high] = [from as number, to as number];
    return (random) => String(low + Math.floor(random() * (high - low + 1)));
  }
  if (word.startsWith('csv.') && more.length === 0) {
    const column = word.slice('csv.'.length);
    const [first] = rows ?? [];
    if (rows === undefined || first === undefined) throw new TemplateError(`${whole}: there are no rows to take it from`);
    if (!(column in first)) throw new TemplateError(`${whole}: the columns are ${Object.keys(first).join(', ')}`);
    return (_random, index) => rows[index % rows.length]?.[column] ?? '';
  }
  throw new TemplateError(`${whole} is not known; there are ${known}`);
}

/** Version 4, of drawn bits. */
function uuid(random: Random): string {
  const bytes = Array.from({ length: 16 }, () => Math.floor(random() * 256));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
