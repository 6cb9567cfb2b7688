import { basename } from 'node:path';
import type { Experiment, Step } from '../experiments/engine/experiment.ts';
import { variantNames, variantOf } from '../experiments/engine/variants.ts';
import { blastRadiusText, formatDuration } from '../reports/check-words.ts';
import { describeCourse } from './describe-course.ts';

/** What a run of the experiment would reach, in words. */
export const blastRadiusOf = ({ name, blastRadius }: Experiment): string =>
  blastRadiusText({ blastRadius: { ...blastRadius, namespaces: `shoplab-${name}-*` } });

/** All that a run of the experiment would do, in words: nothing is started to say it. */
export function describeExperiment(experiment: Experiment): string[] {
  const names = variantNames(experiment);
  const width = Math.max(...names.map(({ length }) => length));
  const { load, steadyState, abortOn = [], method, loadMsWithLateMetrics, criteria } = experiment;
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
    `  - ${describeCourse(load)}: ${describeRequest(load)}`,
    'Method, while the load runs',
    ...method.map((step, n) => `  ${n + 1}. ${describeStep(step)}`),
    ...(loadMsWithLateMetrics === undefined
      ? []
      : [`  On kind, k3s and --context, whose metrics come later, its waits last ${formatDuration(loadMsWithLateMetrics)} together.`]),
    ...(abortOn.length === 0 ? [] : ['Stopped and undone, where one of these breaks meanwhile']),
    ...abortOn.map(
      ({ probe, longerThanMs = 0 }) => `  - ${probe.title}${longerThanMs > 0 ? ` (for ${formatDuration(longerThanMs)})` : ''}`,
    ),
    'Criteria, when the load has ended',
    ...criteria.map((criterion) => `  - ${criterion.id}`),
  ];
}

function describeRequest({ request, script, expectStatuses }: Experiment['load']): string {
  const { method, service, port, path, timeoutMs } = request;
  if (script !== undefined) return `${basename(script)} to ${service}:${port}; what is success the script says`;
  return `${method} ${service}:${port}${path}, ${timeoutMs} ms each; ${expectStatuses.join(' or ')} is success`;
}

function describeStep(step: Step): string {
  if (step.do === 'wait') return `wait ${formatDuration(step.durationMs)}: ${step.title}`;
  if (step.do === 'await') return `wait until ${step.title}, at most ${formatDuration(step.timeoutMs)}`;
  if (step.do === 'undo') return `undo fault ${step.fault}`;
  const { fault } = step;
  return `inject fault ${fault.id} (${fault.name}, ${fault.target}): ${fault.description}`;
}
