import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { z } from 'zod';
import { suggestion } from './nearest.ts';

/** Something wrong in a file, at a place. Lines and columns count from 1. */
export interface FileProblem {
  line: number;
  column: number;
  /** Dotted path of the field, '' for the file. */
  field: string;
  message: string;
}

/** A YAML file as it was read, with where each of its fields is. */
export interface ReadYaml<T> {
  /** Undefined where there are problems. */
  value: T | undefined;
  problems: FileProblem[];
  /** Where a field is, by its path: its key where it has one. */
  placeOf(path: readonly PropertyKey[]): { line: number; column: number };
}

/**
 * Reads YAML and checks it. `scalars`: `texts` takes each as it is written (`yes`, `0.2`, `true` are texts), `typed` by YAML 1.2's core schema.
 * Does not throw: all problems come at once, with their lines.
 */
export function readYaml<S extends z.ZodType>(text: string, schema: S, scalars: 'texts' | 'typed'): ReadYaml<z.infer<S>> {
  const lines = new LineCounter();
  const options = { schema: scalars === 'texts' ? ('failsafe' as const) : ('core' as const), prettyErrors: false, merge: true };
  const document = parseDocument(text, { ...options, lineCounter: lines });
  const at = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const placeOf = (path: readonly PropertyKey[]): { line: number; column: number } => {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const parent = document.getIn(path.slice(0, depth - 1), true) as Node | undefined;
      const name = path[depth - 1];
      const key = isMap(parent) ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === name)?.key : undefined;
      const node = (key ?? document.getIn(path.slice(0, depth), true)) as Node | undefined;
      if (node?.range) return at(node.range[0]);
    }
    return at(document.contents?.range?.[0] ?? 0);
  };
  const syntax = document.errors.map(({ pos, message }) => ({ ...at(pos[0]), field: '', message }));
  if (syntax.length > 0) return { value: undefined, problems: syntax, placeOf };
  const content: unknown = document.toJS() ?? {};
  const read = schema.safeParse(content, { reportInput: true, error: plainMessage });
  if (read.success) return { value: read.data, problems: [], placeOf };
  const problems = read.error.issues
    .flatMap((issue) => meant(issue, content))
    .flatMap((issue): FileProblem[] => {
      const field = issue.path.map(String).join('.');
      if (issue.code === 'unrecognized_keys')
        return issue.keys.map((key) => ({
          ...placeOf([...issue.path, key]),
          field,
          message: `there is no '${key}' here. ${suggestion(key, keysAt(schema, issue.path, content))}`,
        }));
      const message = issue.code === 'invalid_key' ? issue.issues.map((inner) => inner.message).join('; ') : issue.message;
      const missing = issue.input === undefined && issue.code !== 'custom' && !message.startsWith('is missing');
      return [{ ...placeOf(issue.path), field, message: missing ? `is missing (${message})` : message }];
    });
  return { value: undefined, problems: problems.sort((a, b) => a.line - b.line || a.column - b.column), placeOf };
}

type Issue = z.core.$ZodIssue;

/** What is said where the schema itself says nothing. */
function plainMessage(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_value') return `is one of ${(issue.values as unknown[]).join(', ')}`;
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined)
    return `is one of ${((issue.options ?? []) as unknown[]).join(', ')}`;
  if (issue.code === 'invalid_type') return `is ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
  return undefined;
}

/** Where one of several forms is asked for, the problems of the one that was meant: the one that knows most of the keys that are there. */
function meant(issue: Issue, content: unknown): Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const value = issue.path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], content);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [issue];
  const strange = (issues: Issue[]): number =>
    issues.reduce((sum, one) => sum + (one.code === 'unrecognized_keys' && one.path.length === 0 ? one.keys.length : 0), 0);
  const known = issue.errors.map((issues) => Object.keys(value).length - strange(issues));
  const most = Math.max(...known);
  if (most === 0 || known.filter((count) => count === most).length > 1) return [issue];
  const chosen = issue.errors[known.indexOf(most)] ?? [];
  return chosen.flatMap((inner) => meant({ ...inner, path: [...issue.path, ...inner.path] }, content));
}

interface JsonSchema {
  const?: unknown;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
}

/** The keys that can stand at a place, of all forms that it may have by the words that are there. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[], content: unknown): string[] {
  const contradicts = ({ properties = {} }: JsonSchema, value: unknown): boolean =>
    Object.entries(properties).some(
      ([key, property]) => property.const !== undefined && (value as Record<string, unknown>)?.[key] !== property.const,
    );
  const forms = (of: JsonSchema, value: unknown): JsonSchema[] =>
    contradicts(of, value) ? [] : [of, ...[...(of.anyOf ?? []), ...(of.oneOf ?? [])].flatMap((form) => forms(form, value))];
  let value = content;
  let here = forms(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as JsonSchema, value);
  for (const step of path) {
    value = (value as Record<PropertyKey, unknown> | undefined)?.[step];
    here = here
      .flatMap(({ properties, additionalProperties, items }) => [
        properties?.[String(step)] ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined),
        typeof step === 'number' ? items : undefined,
      ])
      .flatMap((found) => (found ? forms(found, value) : []));
  }
  return [...new Set(here.flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

/** `buildspec.yml:12:5: phases.build.commands: …`, as compilers name places. */
export const problemLine = (file: string, { line, column, field, message }: FileProblem): string =>
  `${file}:${line}:${column}: ${field === '' ? '' : `${field}: `}${message}`;

/** All problems of a file, as the message of one error. `what`: `the buildspec`. */
export const problemsText = (what: string, file: string, problems: FileProblem[]): string =>
  `${what} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((problem) => `  ${problemLine(file, problem)}`).join('\n')}`;
