import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the surroundings say, read once. */
export interface CliConfig {
  /** Whether stdout, or stderr, may be coloured: a terminal, and no NO_COLOR. */
  colourOut: boolean;
  colourErr: boolean;
  /** Whether progress may be redrawn in place: stderr is a terminal that can, and not a CI job's. */
  live: boolean;
  /** Whether errors show their stack. */
  debug: boolean;
  /** Width of the terminal in characters. */
  columns: number;
  /** Folder of the package's manifests. */
  manifests: string;
}

interface Stream {
  isTTY?: boolean;
  columns?: number;
}

/** Reads the environment and the streams; everything below takes what it needs from the answer. */
export function readConfig(
  env: NodeJS.ProcessEnv = process.env,
  { stdout, stderr }: { stdout: Stream; stderr: Stream } = process,
): CliConfig {
  const colour = (stream: Stream): boolean => {
    if (env.NO_COLOR) return false;
    if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
    return stream.isTTY === true && env.TERM !== 'dumb';
  };
  return {
    colourOut: colour(stdout),
    colourErr: colour(stderr),
    live: stderr.isTTY === true && env.TERM !== 'dumb' && !env.CI,
    debug: Boolean(env.DEBUG),
    columns: Math.max(40, stdout.columns ?? 100),
    manifests: join(packageRoot(), 'manifests'),
  };
}

/** The folder with package.json: above both the sources and the build. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}
