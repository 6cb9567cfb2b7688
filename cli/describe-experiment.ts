import type { Experiment, Scenario, Step } from '../experiments/engine/experiment.ts';
import { variantNames, variantOf } from '../experiments/engine/variants.ts';
import { blastRadiusText, formatDuration } from '../reports/check-words.ts';

/** What a run of the experiment would reach, in words. */
export const blastRadiusOf = ({ name, blastRadius }: Experiment): string =>
  blastRadiusText({ blastRadius: { ...blastRadius, namespaces: `shoplab-${name}-*` } });

/** All that a run of the experiment would do, in words: nothing is started to say it. */
export function describeExperiment(experiment: Experiment): string[] {
  const names = variantNames(experiment);
  const width = Math.max(...names.map(({ length }) => length));
  const { load, steadyState, abortOn = [], method, criteria } = experiment;
  const { request } = load;
  return [
    `${experiment.name}: ${experiment.title}`,
    experiment.description,
    '',
    `Blast radius  ${blastRadiusOf(experiment)}`,
    `Hypothesis    ${experiment.hypothesis}`,
    `Tags          ${experiment.tags.join(', ')}`,
    '',
    `It would do this ${names.length === 2 ? 'twice' : `${names.length} times`}, each time in a namespace of its own:`,
    ...names.map((name) => `  ${name.padEnd(width)} ${variantOf(experiment, name).overlay}: ${variantOf(experiment, name).difference}`),
    '',
    'Steady state, before the load and after the method',
    ...steadyState.map((probe) => `  - ${probe.title}`),
    'Load',
    `  - ${load.executor}: ${rateText(load)} of ${request.method} ${request.service}:${request.port}${request.path}, at most ${load.maxVUs} at once, ${request.timeoutMs} ms each; ${load.expectStatuses.join(' or ')} is success`,
    'Method, while the load runs',
    ...method.map((step, n) => `  ${n + 1}. ${describeStep(step)}`),
    ...(abortOn.length === 0 ? [] : ['Stopped and undone, where one of these breaks meanwhile']),
    ...abortOn.map(
      ({ probe, longerThanMs = 0 }) => `  - ${probe.title}${longerThanMs > 0 ? ` (for ${formatDuration(longerThanMs)})` : ''}`,
    ),
    'Criteria, when the load has ended',
    ...criteria.map((criterion) => `  - ${criterion.id}`),
  ];
}

function rateText({ rate, ramp }: Scenario): string {
  if (!ramp) return `${rate} a second`;
  const { startRate, timeUnitMs = 1000, stages } = ramp;
  const unit = timeUnitMs === 1000 ? 'a second' : `in ${formatDuration(timeUnitMs)}`;
  return `${startRate} ${unit}${stages.map(({ target, durationMs }) => `, in ${formatDuration(durationMs)} to ${target}`).join('')}`;
}

function describeStep(step: Step): string {
  if (step.do === 'wait') return `wait ${formatDuration(step.durationMs)}: ${step.title}`;
  if (step.do === 'await') return `wait until ${step.title}, at most ${formatDuration(step.timeoutMs)}`;
  if (step.do === 'undo') return `undo fault ${step.fault}`;
  const { fault } = step;
  return `inject fault ${fault.id} (${fault.name}, ${fault.target}): ${fault.description}`;
}
