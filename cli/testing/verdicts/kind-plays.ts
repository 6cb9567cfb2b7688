import { type CliRuns, edit } from '../cli-runs.ts';
import { inPlaceAnd } from './all-cells.ts';

/** Mechanisms that are removed behind the lab's back on genuine Kubernetes, too. */
const removed = [
  'the breaker never opens, although time-out and fallback hold',
  'the autoscaler may have no more than one Pod',
  'the probe only asks whether the port takes connections: that of a hung Pod does',
  'there is no preStop',
];

/** All that is played on genuine Kubernetes. */
export const onKind = inPlaceAnd(removed);

/** Where in `npm run test:kind`: some have the machine to themselves, the others share it with what is played in the other cluster. */
export const placeOf: Record<string, 'alone' | 'quiet lab' | 'lab with the shop'> = {
  'async-decoupling': 'quiet lab',
  'circuit-breaker': 'alone',
  'circuit-breaker-errors': 'alone',
  deploy: 'alone',
  hpa: 'quiet lab',
  liveness: 'lab with the shop',
  'liveness-health': 'lab with the shop',
  readiness: 'quiet lab',
};

/** As test.each takes them: a title, a name for the run, the experiment and the cell. */
export const playsIn = (place: (typeof placeOf)[string]) =>
  onKind
    .filter(({ experiment }) => placeOf[experiment] === place)
    .map(
      ({ experiment, cell }, number) => [`${experiment}, ${cell.kind}: ${cell.name}`, `${experiment}-${number}`, experiment, cell] as const,
    );

/** Manifests in which no node has the memory for a Pod of product. */
export const withoutMemory = (runs: CliRuns): string =>
  runs.sabotaged('no-memory', (folder) => edit(`${folder}/base/product.yaml`, 'memory: 128Mi', 'memory: 4Ti'));
