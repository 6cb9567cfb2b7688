import type { RunningLoad, Sample, Scenario } from '../../engine/experiment.ts';

/** Starts the load of a scenario from a process of its own, and keeps what it tells. Whoever starts it ends it. */
export async function startLoad({ start, ...scenario }: Scenario, origin: string): Promise<{ load: RunningLoad; samples: Sample[] }> {
  const startedMs = performance.now();
  const samples: Sample[] = [];
  const load = await start({
    scenario,
    seed: 1,
    origin,
    maxDurationMs: 60_000,
    elapsedMs: () => performance.now() - startedMs,
    onSamples: (some) => samples.push(...some),
  });
  return { load, samples };
}
