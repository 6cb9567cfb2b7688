import { parseArgs } from 'node:util';
import { parseDurationMs } from '../duration.ts';
import { UsageError } from '../errors/usage-error.ts';

/** The calls that a pipeline makes, of those that kubectl has. */
export type KubectlCall = { namespace: string | undefined } & (
  | { verb: 'get'; kind: Kind; name: string; requestTimeoutMs: number }
  | { verb: 'raw'; path: string; requestTimeoutMs: number }
  | { verb: 'create' }
  | { verb: 'delete'; kind: Kind; name: string; ignoreNotFound: boolean }
  | { verb: 'set-image'; name: string; images: Record<string, string> }
  | { verb: 'rollout-status'; name: string; timeoutMs: number }
  | { verb: 'rollout-undo'; name: string }
);
export type Kind = 'deployment' | 'pod' | 'service';

const kinds: Record<string, Kind> = {};
for (const [kind, ...others] of [
  ['deployment', 'deployments', 'deploy', 'deployment.apps', 'deployments.apps'],
  ['pod', 'pods', 'po'],
  ['service', 'services', 'svc'],
] as [Kind, ...string[]][])
  for (const name of [kind, ...others]) kinds[name] = kind;

const served =
  'get KIND/NAME -o json · get --raw PATH · create -f - · delete KIND NAME · set image deployment/NAME CONTAINER=IMAGE · rollout status|undo deployment/NAME';
const refuse = (why: string): UsageError =>
  new UsageError(`kubectl: ${why}`, { hint: `this serves: ${served}. Install kubectl for all else` });

/** Reads a command line of kubectl's. Throws a UsageError for what is not among the calls that are served. */
export function parseKubectl(argv: string[]): KubectlCall {
  let parsed: { values: Record<string, string | boolean | undefined>; positionals: string[] };
  try {
    parsed = parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        namespace: { type: 'string', short: 'n' },
        output: { type: 'string', short: 'o' },
        filename: { type: 'string', short: 'f' },
        raw: { type: 'string' },
        timeout: { type: 'string' },
        'request-timeout': { type: 'string' },
        wait: { type: 'string' },
        'ignore-not-found': { type: 'boolean' },
      },
    });
  } catch (error) {
    throw refuse((error as Error).message);
  }
  const { values, positionals } = parsed;
  const [verb, ...rest] = positionals;
  const base = { namespace: values.namespace as string | undefined };
  const allow = (...names: string[]): void => {
    for (const name of Object.keys(values))
      if (name !== 'namespace' && !names.includes(name)) throw refuse(`${verb} with --${name} is not served`);
  };
  if (verb === 'get' && typeof values.raw === 'string') {
    allow('raw', 'request-timeout');
    return { ...base, verb: 'raw', path: values.raw, requestTimeoutMs: limit(values['request-timeout']) };
  }
  if (verb === 'get') {
    allow('output', 'request-timeout');
    if (values.output !== 'json') throw refuse('get is served with --output json only');
    return { ...base, verb: 'get', ...target(rest), requestTimeoutMs: limit(values['request-timeout']) };
  }
  if (verb === 'create') {
    allow('filename');
    if (values.filename !== '-' || rest.length > 0)
      throw refuse('create is served with --filename - only, an object as JSON or YAML on stdin');
    return { ...base, verb: 'create' };
  }
  if (verb === 'delete') {
    allow('ignore-not-found', 'wait');
    if (values.wait !== 'false') throw refuse('delete is served with --wait=false only');
    return { ...base, verb: 'delete', ...target(rest), ignoreNotFound: values['ignore-not-found'] === true };
  }
  const [second, ...after] = rest;
  if (verb === 'set' && second === 'image') {
    allow();
    const pairs = after.filter((word) => word.includes('='));
    const images = Object.fromEntries(pairs.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]));
    if (pairs.length === 0) throw refuse('set image names no CONTAINER=IMAGE');
    return { ...base, verb: 'set-image', name: deployment(after.filter((word) => !word.includes('='))), images };
  }
  if (verb === 'rollout' && second === 'status') {
    allow('timeout');
    return { ...base, verb: 'rollout-status', name: deployment(after), timeoutMs: limit(values.timeout) };
  }
  if (verb === 'rollout' && second === 'undo') {
    allow();
    return { ...base, verb: 'rollout-undo', name: deployment(after) };
  }
  throw refuse(`'${argv.join(' ')}' is not served`);
}

/** As `30s`; absent or 0: none, as kubectl has it. */
const limit = (text: unknown): number =>
  typeof text === 'string' && text !== '0' && text !== '0s' ? parseDurationMs(text) : Number.POSITIVE_INFINITY;

/** `deployment/web` or `deployment web`. */
function target(words: string[]): { kind: Kind; name: string } {
  const [kind = '', name = '', ...more] = words.flatMap((word) => word.split('/'));
  const known = kinds[kind.toLowerCase()];
  if (!known || name === '' || more.length > 0)
    throw refuse(`'${words.join(' ')}' is not one object of ${[...new Set(Object.values(kinds))].join(', ')}`);
  return { kind: known, name };
}

function deployment(words: string[]): string {
  const { kind, name } = target(words);
  if (kind !== 'deployment') throw refuse(`rollouts of a ${kind} are not served`);
  return name;
}
