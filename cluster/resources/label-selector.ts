import type { V1LabelSelector } from '@kubernetes/client-node';
import type { Wire } from '../api/object.ts';
import { nameErrors } from './names.ts';

export type Labels = Record<string, string> | undefined;
type Operator = '=' | '!=' | 'in' | 'notin' | 'exists' | '!' | '>' | '<';
interface Requirement {
  key: string;
  operator: Operator;
  values: string[];
}

/** A term at a time: `a=b`, `c!=d`, `e in (x,y)`, `f`, `!g`, `h>3`. Throws an Error with Kubernetes' sentence. */
function parse(text: string): Requirement[] {
  const tokens = text.match(/[^\s=!(),<>]+|==|!=|[=!(),<>]/g) ?? [];
  const found: Requirement[] = [];
  let next = 0;
  const isWord = (token: string | undefined): boolean => token !== undefined && !/^[=!(),<>]+$/.test(token);
  const word = (): string => {
    const token = tokens[next];
    if (!isWord(token)) throw new Error(`unable to parse requirement: found '${token ?? ''}', expected: identifier`);
    next += 1;
    return token as string;
  };
  while (next < tokens.length) {
    const negated = tokens[next] === '!';
    if (negated) next += 1;
    const key = word();
    const sign = tokens[next];
    if (negated || sign === undefined || sign === ',') found.push({ key, operator: negated ? '!' : 'exists', values: [] });
    else {
      const isSet = sign === 'in' || sign === 'notin';
      if (!isSet && !['=', '==', '!=', '>', '<'].includes(sign)) {
        throw new Error(`unable to parse requirement: found '${sign}', expected: in, notin, =, ==, !=, gt, lt`);
      }
      next += 1;
      const values: string[] = [];
      if (isSet) {
        if (tokens[next] !== '(') throw new Error(`unable to parse requirement: found '${tokens[next] ?? ''}' expected: '('`);
        const list = next + 1;
        for (next = list; tokens[next] !== ')'; ) {
          if (tokens[next] === undefined) {
            const expected = next === list ? "',', ')' or identifier" : "',' or ')'";
            throw new Error(`unable to parse requirement: found '', expected: ${expected}`);
          }
          if (tokens[next] === ',') next += 1;
          else values.push(word());
        }
        next += 1;
      } else values.push(tokens[next] === undefined || tokens[next] === ',' ? '' : word());
      found.push({ key, operator: sign === '==' ? '=' : (sign as Operator), values });
    }
    const after = tokens[next];
    if (after !== undefined && after !== ',') throw new Error(`found '${after}', expected: ',' or 'end of string'`);
    next += 1;
  }
  for (const requirement of found) check(requirement);
  return found;
}

function check({ key, values }: Requirement): void {
  const wrongKey = nameErrors('qualified name', key)[0];
  if (wrongKey) throw new Error(`unable to parse requirement: key: Invalid value: ${JSON.stringify(key)}: ${wrongKey}`);
  for (const [index, value] of values.entries()) {
    const why = nameErrors('label value', value)[0];
    if (why) throw new Error(`unable to parse requirement: values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${why}`);
  }
}

function holds({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = labels?.[key];
  switch (operator) {
    case '=':
      return value === values[0];
    case 'in':
      return value !== undefined && values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    default:
      if (value === undefined || !/^-?\d+$/.test(value)) return false;
      return operator === '>' ? Number(value) > Number(values[0]) : Number(value) < Number(values[0]);
  }
}

const operators: Record<string, Operator> = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' };

function requirementsOf(selector: Wire<V1LabelSelector>): Requirement[] {
  const equal = Object.entries(selector.matchLabels ?? {}).map(([key, value]): Requirement => ({ key, operator: '=', values: [value] }));
  const others = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }): Requirement => {
    const known = operators[operator];
    if (!known) throw new Error(`"${operator}" is not a valid label selector operator`);
    if ((known === 'exists' || known === '!') && values.length > 0) {
      throw new Error(`values: Invalid value: ${JSON.stringify(values)}: values set must be empty for exists and does not exist`);
    }
    return { key, operator: known, values };
  });
  return [...equal, ...others];
}

const order = (one: Requirement, other: Requirement): number => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0);

function textOf(requirements: Requirement[]): string {
  const terms = [...requirements].sort(order).map(({ key, operator, values }) => {
    if (operator === 'exists') return key;
    if (operator === '!') return `!${key}`;
    return operator === 'in' || operator === 'notin'
      ? `${key} ${operator} (${[...values].sort().join(',')})`
      : `${key}${operator}${values[0]}`;
  });
  return terms.join(',');
}

/** A query's `labelSelector` as a test of labels. Throws an Error with Kubernetes' sentence on bad text. */
export function parseSelector(text: string): (labels: Labels) => boolean {
  const requirements = parse(text);
  return (labels) => requirements.every((requirement) => holds(requirement, labels));
}

/** The canonical form of a query's selector. */
export const canonicalSelector = (text: string): string => textOf(parse(text));

/** Whether a LabelSelector selects the labels: none selects nothing, `{}` everything. */
export const matchesSelector = (selector: Wire<V1LabelSelector> | undefined, labels: Labels): boolean =>
  selector !== undefined && requirementsOf(selector).every((requirement) => holds(requirement, labels));

/** A LabelSelector as text, as `kubectl get -o wide` and Scale.status.selector have it. */
export const selectorText = (selector: Wire<V1LabelSelector> | undefined): string => (selector ? textOf(requirementsOf(selector)) : '');
