import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { suggestion } from '../nearest.ts';

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
 * Reads YAML whose scalars are all taken as they are written (`yes`, `0.2`, `true` are texts), and checks it. Does not throw: all problems
 * come at once, with their lines.
 */
export function readYaml<S extends z.ZodType>(
  text: string,
  schema: S,
  known: (path: readonly PropertyKey[]) => string[],
): ReadYaml<z.infer<S>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, prettyErrors: false, merge: true });
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
  const read = schema.safeParse(document.toJS() ?? {});
  if (read.success) return { value: read.data, problems: [], placeOf };
  const problems = read.error.issues.flatMap((issue): FileProblem[] => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        ...placeOf([...issue.path, key]),
        field: issue.path.map(String).join('.'),
        message: `there is no '${key}' here. ${suggestion(key, known(issue.path))}`,
      }));
    const message = issue.code === 'invalid_key' ? issue.issues.map((inner) => inner.message).join('; ') : issue.message;
    return [{ ...placeOf(issue.path), field: issue.path.map(String).join('.'), message }];
  });
  return { value: undefined, problems: problems.sort((a, b) => a.line - b.line || a.column - b.column), placeOf };
}

/** `buildspec.yml:12:5: phases.build.commands: …`, as compilers name places. */
export const problemLine = (file: string, { line, column, field, message }: FileProblem): string =>
  `${file}:${line}:${column}: ${field === '' ? '' : `${field}: `}${message}`;
