import { formatDuration } from '../../reports/check-words.ts';
import type { Progress, ProgressOptions } from './progress.ts';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const redrawMs = 120;
const clearLine = '\r\u001b[2K';

/** Progress for a terminal: one line that is redrawn in place, with what is awaited, for how long, and what was last seen. */
export function liveProgress({ write, now = Date.now, columns = 80 }: ProgressOptions): Progress {
  let current: { title: string; since: number; seen: string } | undefined;
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;
  const draw = (): void => {
    if (!current) return;
    frame = (frame + 1) % frames.length;
    const seen = current.seen === '' ? '' : ` · ${current.seen}`;
    write(
      `${clearLine}${clip(`${frames[frame]} ${current.title} ${formatDuration(wholeSeconds(now() - current.since))}${seen}`, columns - 1)}`,
    );
  };
  const keep = (line: string): void => write(`${current ? clearLine : ''}${line}\n`);
  const end = (): void => {
    clearInterval(timer);
    timer = undefined;
    current = undefined;
  };
  return {
    step(title) {
      if (current?.title === title) return;
      if (current) write(clearLine);
      current = { title, since: now(), seen: '' };
      timer ??= setInterval(draw, redrawMs);
      timer.unref();
      draw();
    },
    saw(text) {
      if (!current) return;
      current.seen = text;
      draw();
    },
    done(note) {
      if (!current) return;
      keep(`✓ ${current.title} ${formatDuration(now() - current.since)}${note ? ` · ${note}` : ''}`);
      end();
    },
    tell(line) {
      keep(line);
      draw();
    },
    stop() {
      if (current) write(clearLine);
      end();
    },
  };
}

/** A count of seconds that does not flicker. */
const wholeSeconds = (ms: number): number => Math.floor(ms / 1000) * 1000;

function clip(line: string, width: number): string {
  const letters = [...line.replace(/\s+/g, ' ')];
  return letters.length <= width ? letters.join('') : `${letters.slice(0, width - 1).join('')}…`;
}
