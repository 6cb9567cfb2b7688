import { setTimeout as pause } from 'node:timers/promises';
import { askProbe } from './ask-probe.ts';
import type { CheckDraft, Guard, Lab } from './experiment.ts';

const askEveryMs = 500;

/** What must hold while the method runs broke for too long. */
export class GuardBroken extends Error {
  override readonly name = 'GuardBroken';
}

/**
 * Asks the guards again and again, until `end`, which answers a draft for each. `onBroken` is called once, where one did not hold for longer
 * than it may: the method has to be stopped then.
 */
export function watchGuards(guards: Guard[], lab: Lab, onBroken: (error: GuardBroken) => void): { end(): Promise<CheckDraft[]> } {
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, lab.signal]);
  const watching = guards.map((guard) => watchGuard(guard, lab, signal, onBroken));
  return {
    end: async () => {
      ended.abort();
      return Promise.all(watching);
    },
  };
}

async function watchGuard(
  { probe, longerThanMs = 0 }: Guard,
  lab: Lab,
  signal: AbortSignal,
  onBroken: (error: GuardBroken) => void,
): Promise<CheckDraft> {
  let asked = 0;
  let brokenSinceMs: number | undefined;
  let longestMs = 0;
  let broken: string | undefined;
  while (!signal.aborted && broken === undefined) {
    const { holds, observed } = await askProbe(probe, lab);
    // An answer that was cut off says nothing.
    if (signal.aborted) break;
    asked += 1;
    const nowMs = lab.elapsedMs();
    brokenSinceMs = holds ? undefined : (brokenSinceMs ?? nowMs);
    const brokenMs = brokenSinceMs === undefined ? 0 : nowMs - brokenSinceMs;
    longestMs = Math.max(longestMs, brokenMs);
    if (!holds && brokenMs >= longerThanMs) {
      broken = `${observed} for ${seconds(brokenMs)} s at ${seconds(nowMs)} s: the method was stopped and undone`;
      onBroken(new GuardBroken(`${probe.title}: ${broken}`));
    }
    await pause(askEveryMs, undefined, { signal }).catch(() => undefined); // it is over
  }
  const text = broken ?? (asked === 0 ? 'it was not asked' : `asked ${asked} times, broken for at most ${seconds(longestMs)} s`);
  return {
    id: `guard-${probe.id}`,
    kind: 'guard',
    title: probe.title,
    observed: { value: broken === undefined && asked > 0 ? true : broken === undefined ? null : false, text },
    threshold: { op: '==', value: true, text: longerThanMs === 0 ? 'holds all the while' : `never broken for ${seconds(longerThanMs)} s` },
    result: broken !== undefined ? 'false' : asked > 0 ? 'true' : 'unknown',
    expectedInControl: 'true',
    message: `${probe.title}: ${text}`,
  };
}

const seconds = (ms: number): number => Math.round(ms / 100) / 10;
