import type { RawAnswer } from '../../engine/asking/ask-raw.ts';
import { describeToxic, type Toxic } from './toxic.ts';

/** What a machine's clock and timers may be off by. */
const share = 0.9;

/** Whether an answer shows that a toxic acted on its connection. `before`: an answer without it. */
export function showsToxic({ type, stream = 'downstream', attributes }: Toxic, before: RawAnswer, seen: RawAnswer): boolean {
  const { latency = 0, jitter = 0, rate = 0, delay = 0 } = attributes;
  const slowerMs = (seen.lastMs ?? Number.NEGATIVE_INFINITY) - (before.lastMs ?? 0);
  const nothingCame = seen.receivedBytes === 0 && seen.end !== 'refused';
  switch (type) {
    case 'latency':
      return slowerMs > 0 && slowerMs >= (latency - jitter) * share;
    case 'bandwidth': {
      const bytes = stream === 'upstream' ? seen.sentBytes : seen.receivedBytes;
      return rate > 0 ? slowerMs > 0 && slowerMs >= (bytes / rate) * share : nothingCame && seen.end === 'silent';
    }
    case 'timeout':
      return nothingCame;
    case 'reset_peer':
      // Where its toxicity spared a connection, Toxiproxy lets it end by a reset too, after the answer.
      return seen.end === 'reset' && seen.receivedBytes < before.receivedBytes;
    case 'slow_close':
      return seen.lastMs !== null && seen.endMs - seen.lastMs >= delay * share;
    case 'slicer':
      return seen.pieces > before.pieces;
    case 'limit_data':
      return stream === 'upstream' ? nothingCame : seen.receivedBytes < before.receivedBytes;
  }
}

export interface Bite {
  bit: boolean;
  message: string;
}

/** Whether each toxic was seen to act on at least one connection, in a sentence with its numbers. */
export function decideBite(toxics: readonly Toxic[], before: RawAnswer, seen: readonly RawAnswer[]): Bite {
  const counts = toxics.map((toxic) => ({ toxic, count: seen.filter((one) => showsToxic(toxic, before, one)).length }));
  const told = counts.map(({ toxic, count }) => `${count} of ${seen.length} connections show ${describeToxic(toxic)}`);
  return {
    bit: counts.length > 0 && counts.every(({ count }) => count > 0),
    message: `${told.join('; ')}: ${summary(seen)}, before ${summary([before])}`,
  };
}

/** How long a request may take that all these toxics act on, before it counts as silent. */
export const silenceMs = (toxics: readonly Toxic[]): number =>
  toxics.reduce(
    (sum, { attributes: { latency = 0, jitter = 0, delay = 0, timeout = 0 }, type }) =>
      sum + latency + jitter + timeout + (type === 'slow_close' ? delay : 0),
    2000,
  );

function summary(answers: readonly RawAnswer[]): string {
  const times = answers.flatMap(({ lastMs }) => (lastMs === null ? [] : [Math.round(lastMs)])).sort((a, b) => a - b);
  const [least, most] = [times[0], times.at(-1)];
  const answered = least === undefined ? [] : [`answered after ${least === most ? least : `${least} to ${most}`} ms`];
  const others = (['reset', 'refused', 'silent', 'error'] as const).flatMap((end) => {
    const count = answers.filter((one) => one.end === end && one.lastMs === null).length;
    return count > 0 ? [`${count} ${end}`] : [];
  });
  return [...answered, ...others].join(', ') || 'ended without an answer';
}
