import { type CliRuns, edit } from '../cli-runs.ts';
import { inPlaceAnd } from './all-cells.ts';

/** Mechanisms that are removed behind the lab's back on genuine Kubernetes, too. */
const removed = [
  'the breaker never opens, although time-out and fallback hold',
  'the autoscaler may have no more than one Pod',
  'the probe only asks whether the port takes connections: that of a hung Pod does',
  'there is no preStop',
];

/** What there is to be played on genuine Kubernetes. */
export const onKind = inPlaceAnd(removed);

/** What of it is of an experiment, as test.each takes it: a title, a name for the run, the experiment and the cell. `kind`: only what is so. */
export const playsOf = (experiment: string, kind?: 'in place' | 'sabotaged') =>
  onKind
    .filter((one) => one.experiment === experiment && (kind === undefined || one.cell.kind === kind))
    .map(
      ({ cell }) =>
        [`${experiment}, ${cell.kind}: ${cell.name}`, `${experiment}-${cell.kind.replace(' ', '-')}`, experiment, cell] as const,
    );

/** Manifests in which no node has the memory for a Pod of product. */
export const withoutMemory = (runs: CliRuns): string =>
  runs.sabotaged('no-memory', (folder) => edit(`${folder}/base/product.yaml`, 'memory: 128Mi', 'memory: 4Ti'));
