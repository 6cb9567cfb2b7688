import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PlatformUnavailable } from '../platform.ts';

export interface ProgramOptions {
  /** Written to its stdin. */
  input?: string;
  /** Each line that it says on stderr. */
  onLine?: (line: string) => void;
  /** Ends it. */
  signal?: AbortSignal | undefined;
}

const install: Record<string, string> = {
  kind: 'install kind (https://kind.sigs.k8s.io/docs/user/quick-start), or use --platform local, which needs nothing',
  docker: 'install Docker with its command line, or use --platform local, which needs nothing',
};

/**
 * Runs `kind` or `docker` to its end and answers what it wrote to stdout. Rejects with its last words, or PlatformUnavailable where it is not there.
 * It is a process group of its own: Ctrl-C at a terminal reaches it only by the signal, which ends all of the group; when this rejects, it is gone.
 */
export async function runProgram(
  program: 'kind' | 'docker',
  words: string[],
  { input, onLine, signal }: ProgramOptions = {},
): Promise<string> {
  signal?.throwIfAborted();
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const end = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGTERM');
  };
  signal?.addEventListener('abort', end, { once: true });
  let out = '';
  const said: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  const lines = createInterface({ input: child.stderr });
  lines.on('line', (line) => {
    said.push(line);
    onLine?.(line.replace(/^[\s✓•]+/u, '').trim());
  });
  child.stdin.on('error', () => undefined); // it ended without reading: its exit code says why
  child.stdin.end(input ?? '');
  const [code] = (await once(child, 'close').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
    throw new PlatformUnavailable(`${program} is not installed`, install[program] ?? '', { cause });
  })) as [number | null];
  signal?.removeEventListener('abort', end);
  signal?.throwIfAborted();
  if (code !== 0) throw new Error(`${program} ${words.slice(0, 3).join(' ')} ended with ${code}: ${said.slice(-6).join('\n').trim()}`);
  return out;
}
