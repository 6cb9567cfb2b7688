import type { Criterion, Experiment, Scenario, Step } from '../engine/experiment.ts';
import { constantArrivalRate } from '../load/constant-arrival-rate.ts';
import { constantVUs } from '../load/constant-vus.ts';
import { k6Scripted } from '../load/k6/k6-scripted.ts';
import { rampingArrivalRate } from '../load/ramping-arrival-rate.ts';
import { rampingVUs } from '../load/ramping-vus.ts';
import type { Row } from '../load/request-template.ts';
import { criterionOf } from './criterion-shapes.ts';
import type { ExperimentFile } from './experiment-file.ts';
import { faultOf } from './fault-shapes.ts';
import { probeOf } from './probe-shapes.ts';

/** What a file names beside itself. */
export interface Beside {
  /** Of the file that `load.data` names. */
  rows?: Row[] | undefined;
  /** Absolute path of the script that `load.k6` names. */
  script?: string | undefined;
}

/** The experiment that a file declares; its overlays are relative to the file's folder. */
export function experimentOf(file: ExperimentFile, beside: Beside = {}): Experiment {
  const { name, title, description, tags, hypothesis, blastRadius, control, treatment } = file;
  const what = 'k6' in file.load ? `requests of ${file.load.k6}` : `requests ${file.load.request.method} ${file.load.request.path}`;
  const guards = file.abortOn.map(({ unless, longerThan }) => ({
    probe: probeOf(unless),
    ...(longerThan !== undefined && { longerThanMs: longerThan }),
  }));
  return {
    name,
    title,
    description,
    tags,
    hypothesis,
    blastRadius: {
      services: blastRadius.services,
      pods: blastRadius.pods,
      ...(blastRadius.mostPods !== undefined && { mostPods: blastRadius.mostPods }),
      maxDurationMs: blastRadius.maxDuration,
    },
    variants: {
      control: { overlay: control.manifests, difference: control.difference },
      treatment: { overlay: treatment.manifests, difference: treatment.difference },
    },
    steadyState: distinct(file.steadyState.map(probeOf)),
    abortOn: distinct(guards.map(({ probe }) => probe)).map((probe, at) => ({ ...guards[at], probe })),
    load: scenarioOf(file.load, beside),
    method: file.method.map(stepOf),
    criteria: distinct(file.criteria.map((criterion) => criterionOf(criterion, what))).map(withItsId),
  };
}

/** Reports pair checks by their id: what is asked twice in a like way gets a number. */
function distinct<T extends { id: string }>(all: T[]): T[] {
  return all.map((one, at) => {
    const before = all.slice(0, at).filter(({ id }) => id === one.id).length;
    return before === 0 ? one : { ...one, id: `${one.id}-${before + 1}` };
  });
}
const withItsId = (criterion: Criterion): Criterion => ({
  id: criterion.id,
  evaluate: async (lab, evidence) => (await criterion.evaluate(lab, evidence)).map((draft) => ({ ...draft, id: criterion.id })),
});

function scenarioOf(load: ExperimentFile['load'], { rows, script = '' }: Beside): Scenario {
  if ('k6' in load) return k6Scripted({ ...load, script, name: load.k6, gracefulStopMs: load.gracefulStop });
  const { gracefulStop, noConnectionReuse, request, expectStatuses } = load;
  const { timeout, body, headers, ...rest } = request;
  const common = {
    gracefulStopMs: gracefulStop,
    ...(noConnectionReuse !== undefined && { noConnectionReuse }),
    ...(rows && { rows }),
    request: { ...rest, timeoutMs: timeout, ...(body !== undefined && { body }), ...(headers !== undefined && { headers }) },
    expectStatuses,
  };
  const stages = 'stages' in load ? load.stages.map(({ target, duration }) => ({ target, durationMs: duration })) : [];
  if (load.executor === 'constant-vus') return constantVUs({ vus: load.vus, ...common });
  if (load.executor === 'ramping-vus') return rampingVUs({ startVUs: load.startVUs, stages, ...common });
  const { maxVUs, maxLateness, connections } = load;
  const arrivals = {
    maxVUs,
    ...(maxLateness !== undefined && { maxLatenessMs: maxLateness }),
    ...(connections !== undefined && { connections }),
    ...common,
  };
  if (load.executor === 'constant-arrival-rate') return constantArrivalRate({ rate: load.rate, ...arrivals });
  return rampingArrivalRate({ startRate: load.startRate, timeUnitMs: load.timeUnit, stages, ...arrivals });
}

function stepOf(step: ExperimentFile['method'][number]): Step {
  const only = step.only === undefined ? {} : { only: step.only };
  if ('wait' in step) return { ...only, do: 'wait', title: step.title ?? 'wait', durationMs: step.wait };
  if ('inject' in step) return { ...only, do: 'inject', fault: faultOf(step.inject) };
  if ('undo' in step) return { ...only, do: 'undo', fault: step.undo };
  const probe = probeOf(step.await);
  return {
    ...only,
    do: 'await',
    id: step.id,
    title: step.title ?? probe.title,
    timeoutMs: step.within,
    async until(lab) {
      const { holds, observed } = await probe.ask(lab);
      return { done: holds, observed };
    },
  };
}
