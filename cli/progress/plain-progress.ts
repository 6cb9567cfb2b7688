import { formatDuration } from '../../reports/check-words.ts';
import type { Progress, ProgressOptions } from './progress.ts';

const remindMs = 10_000;

/** Progress as plain lines, for logs and pipes: one when a step begins, one when it is over, and a sign of life in between. */
export function plainProgress({ write, now = Date.now }: ProgressOptions): Progress {
  let current: { title: string; since: number; said: number } | undefined;
  const line = (text: string): void => write(`${text}\n`);
  return {
    step(title) {
      if (current?.title === title) return;
      current = { title, since: now(), said: now() };
      line(`${title} …`);
    },
    saw(text) {
      if (!current || now() - current.said < remindMs) return;
      current.said = now();
      line(`${current.title}: ${formatDuration(now() - current.since)} so far; last seen: ${text}`);
    },
    done(note) {
      if (!current) return;
      line(`${current.title}: ${note ? `${note}, ` : ''}${formatDuration(now() - current.since)}`);
      current = undefined;
    },
    tell: line,
    stop() {
      current = undefined;
    },
  };
}
