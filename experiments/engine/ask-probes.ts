import { setTimeout as pause } from 'node:timers/promises';
import { askProbe } from './ask-probe.ts';
import type { CheckDraft, Lab, Probe } from './experiment.ts';
import type { CheckKind } from './journal.ts';

const askEveryMs = 250;

/** Asks the probes until all hold, at most so long: one draft for each, as it was answered last. */
export async function askProbes(probes: Probe[], kind: CheckKind, lab: Lab, timeoutMs: number): Promise<CheckDraft[]> {
  const untilMs = performance.now() + timeoutMs;
  for (;;) {
    const answers = await Promise.all(
      probes.map(async (probe) => {
        const answer = await askProbe(probe, lab);
        return { probe, ...answer };
      }),
    );
    lab.signal.throwIfAborted();
    const missing = answers.filter(({ holds }) => !holds);
    if (missing.length === 0 || performance.now() > untilMs) return answers.map(({ probe, ...answer }) => draftOf(probe, kind, answer));
    lab.say(missing.map(({ probe, observed }) => `${probe.title}: ${observed}`).join('; '));
    await pause(askEveryMs, undefined, { signal: lab.signal });
  }
}

const draftOf = ({ id, title }: Probe, kind: CheckKind, { holds, observed }: { holds: boolean; observed: string }): CheckDraft => ({
  id: `${kind}-${id}`,
  kind,
  title,
  observed: { value: holds, text: observed },
  threshold: { op: '==', value: true, text: 'holds' },
  result: holds ? 'true' : 'false',
  expectedInControl: 'true',
  message: `${title}: ${observed}`,
});
