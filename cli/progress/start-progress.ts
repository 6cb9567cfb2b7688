import type { CliConfig } from '../config.ts';
import { liveProgress } from './live-progress.ts';
import { plainProgress } from './plain-progress.ts';
import type { Progress } from './progress.ts';

/** Progress on stderr: redrawn in place on a terminal, plain lines elsewhere. stdout stays for the result. */
export function startProgress(config: Pick<CliConfig, 'live' | 'columns'>): Progress {
  const write = (text: string): void => void process.stderr.write(text);
  return config.live ? liveProgress({ write, columns: config.columns }) : plainProgress({ write });
}
