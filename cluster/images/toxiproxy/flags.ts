import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

export interface Flags {
  host: string;
  port: number;
  /** What -config names, read. */
  config?: string;
  /** Of what it draws. */
  seed?: number;
  version: boolean;
  /** Flags of the real one that mean nothing here. */
  withoutEffect: string[];
}

/** The command line of toxiproxy-server 2.12, in Go's manner: `-host=0.0.0.0`, `--host 0.0.0.0`. Throws for a flag that it does not have. */
export function readFlags(args: string[]): Flags {
  const { values } = parseArgs({
    // Go takes one dash for two.
    args: args.map((arg) => arg.replace(/^-(?=[a-z]{2})/, '--')),
    options: {
      host: { type: 'string', default: 'localhost' },
      port: { type: 'string', default: '8474' },
      config: { type: 'string' },
      seed: { type: 'string' },
      version: { type: 'boolean', default: false },
      'proxy-metrics': { type: 'boolean', default: false },
      'runtime-metrics': { type: 'boolean', default: false },
    },
  });
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : Number.NaN;
  if (!(port <= 65_535)) throw new Error(`invalid value "${values.port}" for flag -port: not a port`);
  const seed = values.seed === undefined ? undefined : Number(values.seed);
  if (seed !== undefined && !(Number.isSafeInteger(seed) && /^-?\d+$/.test(values.seed ?? '')))
    throw new Error(`invalid value "${values.seed}" for flag -seed: parse error`);
  return {
    host: values.host,
    port,
    ...(values.config && { config: readFileSync(values.config, 'utf8') }),
    ...(seed !== undefined && { seed }),
    version: values.version,
    withoutEffect: (['proxy-metrics', 'runtime-metrics'] as const).filter((flag) => values[flag]).map((flag) => `-${flag}`),
  };
}
