import type { Criterion } from '../../engine/experiment.ts';
import { asMet } from './read-autoscaling.ts';
import { tellScaling } from './scaling-story.ts';

export interface LoadBitOptions {
  service: string;
  /** Cores of a Pod beyond which its autoscaler acts, tolerance included. */
  targetCores: number;
}

/** Of its limit a Pod has to use so much that it is the limit which holds it back. */
const atLimit = 0.9;

/**
 * The proof that the load was too much for one Pod, by metrics.k8s.io: beyond the target where there is an autoscaler, at its limit where there
 * is none. Without it nothing is known, whatever came of latency.
 */
export const loadBit = ({ service, targetCores }: LoadBitOptions): Criterion => ({
  id: 'load-bit',
  async evaluate(lab, given) {
    const evidence = asMet(lab, given);
    const story = tellScaling(evidence, service, { least: 1, most: 1 });
    const { autoscaler = 0, limitCores, metricsMs = 0 } = evidence.baseline;
    const [fromMs, untilMs] = [story?.riseMs ?? 0, (story?.fallMs ?? 0) + metricsMs];
    const points = evidence.series.find(({ id }) => id === 'cpu-busiest')?.points ?? [];
    const during = points.flatMap(([atMs, value]) => (value !== null && atMs >= fromMs && atMs <= untilMs ? [value] : []));
    const highest = during.length === 0 ? null : Math.max(...during);
    const { least, what } = autoscaler
      ? atLeast(targetCores, 'beyond the target')
      : limitCores === undefined
        ? { least: null, what: 'at its limit: it has none, so nothing holds it back' }
        : atLeast(atLimit * limitCores, 'at its limit', limitCores);
    const bit = highest !== null && least !== null && highest >= least;
    const seen = highest === null ? 'metrics.k8s.io told of no Pod' : `a Pod of ${service} used ${highest}m of CPU, by metrics.k8s.io`;
    evidence.measure('cpu-busiest', `CPU of the busiest Pod of ${service} under load`, highest, 'millicores');
    return [
      {
        id: 'load-bit',
        kind: 'fault',
        title: `the load is too much for one Pod of ${service}`,
        observed: { value: highest, unit: 'millicores', text: seen },
        threshold: { op: '>=', value: least ?? 'its limit', unit: 'millicores', text: what },
        result: bit ? 'true' : 'false',
        expectedInControl: 'true',
        message: `${seen}: ${bit ? '' : 'not '}${what}`,
      },
    ];
  },
});

const millis = (cores: number): number => Math.round(1000 * cores);
const atLeast = (cores: number, what: string, told = cores) => ({ least: millis(cores), what: `${what} (${millis(told)}m)` });
