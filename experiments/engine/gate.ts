import { setTimeout as pause } from 'node:timers/promises';
import { factCheck } from './checks.ts';
import type { CheckDraft, Lab, Probe } from './experiment.ts';
import type { CheckKind } from './journal.ts';

const everyMs = 200;

/**
 * Asks the steady state's questions until all hold at once, or the time is over: a system that has just come up takes a moment to settle.
 * Answers a check for each.
 */
export async function askSteadyState(
  lab: Lab,
  probes: Probe[],
  kind: CheckKind,
  timeoutMs: number,
  onProgress: (text: string) => void,
): Promise<CheckDraft[]> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const answers = await Promise.all(probes.map(async (probe) => ({ probe, ...(await probe.ask(lab)) })));
    const open = answers.find(({ holds }) => !holds);
    if (!open || Date.now() > until) {
      const suffix = kind === 'recovered' ? '-after' : '';
      return answers.map(({ probe, holds, observed }) =>
        factCheck({ id: `${probe.id}${suffix}`, title: probe.title, holds, observed, kind }),
      );
    }
    onProgress(`waiting until ${open.probe.title}: ${open.observed}`);
    await pause(everyMs, undefined, { signal: lab.signal });
  }
}
