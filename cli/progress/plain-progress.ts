import { formatDuration } from '../../reports/check-words.ts';
import type { Progress, ProgressOptions } from './progress.ts';

/** A step that is over sooner is told when it is over alone. */
const tellAfterMs = 1000;
const remindMs = 10_000;

/** Progress as plain lines, for logs and pipes: one when a step goes on for a second, signs of life, and one when it is over. */
export function plainProgress({ write, now = Date.now }: ProgressOptions): Progress {
  let current: { title: string; since: number; said: number; timer: NodeJS.Timeout } | undefined;
  const line = (text: string): void => write(`${text}\n`);
  const end = (): void => {
    clearTimeout(current?.timer);
    current = undefined;
  };
  return {
    step(title) {
      if (current?.title === title) return;
      end();
      const timer = setTimeout(() => line(`${title} …`), tellAfterMs);
      timer.unref();
      current = { title, since: now(), said: now(), timer };
    },
    saw(text) {
      if (!current || now() - current.said < remindMs) return;
      current.said = now();
      line(`${current.title}: ${formatDuration(now() - current.since)} so far; last seen: ${text}`);
    },
    done(note) {
      if (current) line(`${current.title}: ${note ? `${note}, ` : ''}${formatDuration(now() - current.since)}`);
      end();
    },
    tell: line,
    stop: end,
  };
}
