import { suggestion } from './nearest.ts';

export interface PrintedError {
  message: string;
  hint?: string;
  reference?: string;
  /** Last lines of what failed, for example of a Pod's log. */
  logs?: string[];
}

/** What people are told of an error: the sentence, what to try, where to read more. Knows the errors of oclif's parser. */
export function describeError(error: unknown): PrintedError {
  if (!(error instanceof Error)) return { message: String(error) };
  const { hint, reference, logs } = error as { hint?: unknown; reference?: unknown; logs?: unknown };
  const fromParser = describeParserError(error);
  return {
    message: fromParser?.message ?? withCauses(error),
    ...(typeof hint === 'string' && hint !== '' ? { hint } : fromParser?.hint ? { hint: fromParser.hint } : {}),
    ...(typeof reference === 'string' && reference !== '' ? { reference } : {}),
    ...(Array.isArray(logs) && logs.length > 0 ? { logs: logs.map(String) } : {}),
  };
}

/** "Error / Try this / Reference" on stderr; the stack only with DEBUG. `paint` gives a word its colour. */
export function renderError(error: unknown, { debug = false, paint = (word: string) => word } = {}): string {
  const { message, hint, reference, logs = [] } = describeError(error);
  const lines = [`${paint('Error:')} ${message}`];
  for (const line of logs) lines.push(`    ${line}`);
  if (hint) lines.push(`Try this: ${hint}`);
  if (reference) lines.push(`Reference: ${reference}`);
  if (debug && error instanceof Error && error.stack) lines.push('', error.stack);
  return `${lines.join('\n')}\n`;
}

/** A cause says why; it is told where the sentence does not say it already. */
function withCauses(error: Error): string {
  const { cause } = error;
  const because = cause instanceof Error ? withCauses(cause) : cause === undefined ? '' : String(cause);
  return because === '' || error.message.includes(because) ? error.message : `${error.message}: ${because}`;
}

function describeParserError(error: Error): PrintedError | undefined {
  const { flags, parse } = error as { flags?: unknown; parse?: { input?: { flags?: Record<string, unknown> } } };
  if (parse === undefined && !/\nSee more help with --help$/.test(error.message)) return undefined;
  const [first = ''] = error.message.replace(/\n?See more help with --help$/, '').split('\n\n');
  const message = first.replace(/^Parsing (--\S+) \s*/, '$1: ');
  const oneOf = /^Expected (?:--[^=]*=)?(.*) to be one of: (.*)$/s.exec(message);
  if (oneOf) return { message, hint: suggestion(oneOf[1] ?? '', (oneOf[2] ?? '').split(', ')) };
  if (Array.isArray(flags) && flags.every((flag) => typeof flag === 'string')) {
    const known = Object.keys(parse?.input?.flags ?? {}).map((name) => `--${name}`);
    const [typed = ''] = flags;
    return { message: `unknown flag${flags.length === 1 ? '' : 's'}: ${flags.join(', ')}`, hint: suggestion(typed, [...known, '--help']) };
  }
  return { message, hint: 'the same command with --help says what it takes' };
}
