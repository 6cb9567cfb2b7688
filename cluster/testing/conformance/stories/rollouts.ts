import { deployment, newVersion, readiness } from '../app.ts';
import type { Story, StoryStep } from '../story.ts';

/** How long an old Pod lasts is the sum of what new ones take to start, and a real container takes a second or two. */
const toleranceMs = 8000;
const web = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const rolledOut: StoryStep = { do: 'until', seen: { rolledOut: 'web' }, withinMs: 90_000 };
const update = (env: Record<string, string>): StoryStep => ({ do: 'patch', ...web, patch: newVersion(env) });
const rolling = (maxSurge: number | string, maxUnavailable: number | string) => ({
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
});

const rollout = (name: string, title: string, replicas: number, spec: Record<string, unknown>): Story => ({
  name,
  title,
  toleranceMs,
  steps: [
    { do: 'apply', object: deployment('web', { replicas, container: readiness, spec }) },
    rolledOut,
    update({ VERSION: '2' }),
    rolledOut,
  ],
});

export const rollouts: Story[] = [
  rollout('surge-one', 'three replicas, one more at a time, none missing', 3, rolling(1, 0)),
  rollout('missing-one', 'three replicas, none more, one missing at a time', 3, rolling(0, 1)),
  rollout('surge-half', 'four replicas, half as many more, a quarter missing', 4, rolling('50%', '25%')),
  rollout('recreate', 'two replicas, all of the old go before the first of the new', 2, { strategy: { type: 'Recreate' } }),
  {
    name: 'never-ready',
    title: 'a version that never becomes Ready runs into its progress deadline, and the old one stays',
    toleranceMs,
    steps: [
      {
        do: 'apply',
        object: deployment('web', { replicas: 2, container: readiness, spec: { progressDeadlineSeconds: 4, ...rolling(1, 0) } }),
      },
      rolledOut,
      update({ READY_FAILS_MS: '0' }),
      { do: 'until', seen: { deployment: 'web', condition: 'Progressing', reason: 'ProgressDeadlineExceeded' }, withinMs: 60_000 },
    ],
  },
  {
    name: 'roll-back',
    title: 'a version that never becomes Ready is taken back',
    toleranceMs,
    least: [{ from: 'Pending', to: 'not Ready; app running; leaving', ms: 3700, because: 'progressDeadlineSeconds: 4' }],
    steps: [
      {
        do: 'apply',
        object: deployment('web', { replicas: 2, container: readiness, spec: { progressDeadlineSeconds: 4, ...rolling(1, 0) } }),
      },
      rolledOut,
      update({ READY_FAILS_MS: '0' }),
      { do: 'until', seen: { deployment: 'web', condition: 'Progressing', reason: 'ProgressDeadlineExceeded' }, withinMs: 60_000 },
      { do: 'roll back', name: 'web' },
      rolledOut,
    ],
  },
  {
    name: 'paused',
    title: 'while it is paused a new version waits and a new size does not',
    toleranceMs,
    steps: [
      { do: 'apply', object: deployment('web', { replicas: 1, container: readiness, spec: rolling(1, 0) }) },
      rolledOut,
      { do: 'patch', ...web, patch: { spec: { paused: true } } },
      update({ VERSION: '2' }),
      { do: 'patch', ...web, patch: { spec: { replicas: 2 } } },
      { do: 'until', seen: { ready: 2 }, withinMs: 60_000 },
      { do: 'patch', ...web, patch: { spec: { paused: false } } },
      rolledOut,
    ],
  },
  {
    name: 'min-ready',
    title: 'a Pod counts as available only after minReadySeconds',
    toleranceMs,
    // Of the old Pod: its own, then that of the new one.
    least: [
      {
        from: 'Running; Ready',
        to: 'leaving',
        ms: 5500,
        because: 'minReadySeconds: 3 twice, each counted from a whole second (so 2 s at least), and initialDelaySeconds: 2 of the new Pod',
      },
    ],
    steps: [
      { do: 'apply', object: deployment('web', { replicas: 1, container: readiness, spec: { minReadySeconds: 3, ...rolling(1, 0) } }) },
      rolledOut,
      update({ VERSION: '2' }),
      rolledOut,
    ],
  },
  {
    name: 'scale',
    title: 'out to three and back to one',
    toleranceMs,
    steps: [
      { do: 'apply', object: deployment('web', { replicas: 1, container: readiness }) },
      rolledOut,
      { do: 'patch', ...web, patch: { spec: { replicas: 3 } } },
      rolledOut,
      { do: 'patch', ...web, patch: { spec: { replicas: 1 } } },
      rolledOut,
    ],
  },
];
