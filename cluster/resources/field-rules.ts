import { isObject } from '../api/object.ts';

/** Why a field is not honoured. */
interface Reason {
  why: string;
  /** Values that ask for what is so anyway: false, where nothing is said. What is empty never asks for anything. */
  unless?: unknown[];
}

/** What this cluster makes of the fields of a kind's spec, by path: lists as `[]`, init containers as containers. */
export interface FieldRules {
  /** Fields that are acted on, with all that is in them. */
  honoured: string[];
  not: Record<string, Reason | string>;
  /** Why what is listed in neither is not honoured, by the field of the spec that it is in. */
  other?: Record<string, string>;
}

/** The sentence about a field that is set and that nothing here acts on. */
export const notHonoured = (path: string, why: string): string => `${path}: not honoured on this platform: ${why}`;

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** A sentence for each field that is set and not honoured, those included that no rule knows. `shown` is the path of the spec. */
export const unhonoured = (rules: FieldRules, spec: unknown, shown: string): string[] => walk(rules, spec, '', shown);

function walk(rules: FieldRules, value: unknown, path: string, shown: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => walk(rules, item, `${path}[]`, `${shown}[${index}]`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, field]) => {
    const name = path === '' && key === 'initContainers' ? 'containers' : key;
    const at = path === '' ? name : `${path}.${name}`;
    const here = `${shown}.${key}`;
    const rule = rules.not[at];
    if (rule === undefined && rules.honoured.includes(at)) return [];
    if (rule === undefined && isInside(rules, at)) return walk(rules, field, at, here);
    const { why, unless = [false] } = typeof rule === 'object' ? rule : { why: rule ?? otherReason(rules, at), unless: undefined };
    return isEmpty(field) || unless.some((each) => same(each, field)) ? [] : [notHonoured(here, why)];
  });
}

/** Whether some rule is about a part of the field. */
const isInside = (rules: FieldRules, path: string): boolean =>
  [...rules.honoured, ...Object.keys(rules.not)].some((known) => known.startsWith(`${path}.`) || known.startsWith(`${path}[]`));

const otherReason = ({ other = {} }: FieldRules, path: string): string => other[/^\w+/.exec(path)?.[0] ?? ''] ?? 'nothing here acts on it';
