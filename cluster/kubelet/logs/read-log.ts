import { Readable } from 'node:stream';
import type { LogOptions } from '../node-api.ts';
import type { ContainerLog } from './container-log.ts';

export type LogSelection = Pick<LogOptions, 'follow' | 'timestamps' | 'sinceTimeMs' | 'tailLines' | 'limitBytes'>;

/** What a follower that does not read may leave in memory before it is dropped. */
const MOST_UNREAD_BYTES = 32 * 1024 * 1024;

/** The log as `kubectl logs` asks for it (pkg/kubelet/kuberuntime/logs); with `follow` until the container ends or the signal aborts. */
export function readLog(log: ContainerLog, selection: LogSelection, signal: AbortSignal): Readable {
  const { follow, sinceTimeMs, tailLines, limitBytes = Number.POSITIVE_INFINITY } = selection;
  let left = limitBytes;
  let entries = split(log.read());
  if (tailLines !== undefined) entries = tailLines === 0 ? [] : entries.slice(-tailLines);
  const output = new Readable({ read() {} });
  const send = (entry: Buffer): void => {
    if (left <= 0) return;
    const text = render(entry, selection.timestamps, sinceTimeMs);
    if (!text) return;
    output.push(text.subarray(0, left));
    left -= text.length;
    if (left <= 0) output.push(null);
  };
  for (const entry of entries) send(entry);
  if (!follow || left <= 0) {
    if (left > 0 || limitBytes <= 0) output.push(null);
    return output;
  }
  const stop = log.follow((more) => {
    if (more !== 'end') for (const entry of split(more)) send(entry);
    else if (left > 0) output.push(null);
    if (output.readableLength > MOST_UNREAD_BYTES) output.destroy(new Error('the log is read more slowly than it is written'));
  });
  const abort = () => output.destroy();
  signal.addEventListener('abort', abort, { once: true });
  output.once('close', () => {
    stop();
    signal.removeEventListener('abort', abort);
  });
  if (signal.aborted) abort();
  return output;
}

function split(text: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf(0x0a, start);
    if (end < 0) break;
    entries.push(text.subarray(start, end + 1));
    start = end + 1;
  }
  return entries;
}

/** An entry is `<time> <stream> <F|P> <text>\n`; a part keeps no end of line. */
function render(entry: Buffer, timestamps: boolean, sinceTimeMs: number | undefined): Buffer | undefined {
  const timeEnds = entry.indexOf(0x20);
  const streamEnds = entry.indexOf(0x20, timeEnds + 1);
  const isWhole = entry[streamEnds + 1] === 0x46;
  const time = entry.subarray(0, timeEnds);
  if (sinceTimeMs !== undefined && Date.parse(time.toString('latin1')) < sinceTimeMs) return undefined;
  const text = entry.subarray(streamEnds + 3, isWhole ? entry.length : -1);
  return timestamps ? Buffer.concat([time, Buffer.from(' '), text]) : text;
}
