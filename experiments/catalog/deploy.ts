import type { Criterion, Experiment } from '../engine/experiment.ts';
import { release, releaseOf } from '../faults/release.ts';
import { constantArrivalRate } from '../load/constant-arrival-rate.ts';
import { deploymentAvailable } from '../probes/deployment-available.ts';
import { gateTimeout } from '../probes/gate-timeout.ts';
import { httpStatus } from '../probes/http-status.ts';
import { noneLostWhile } from '../probes/none-lost.ts';
import { servedDuring } from '../probes/served-during.ts';
import { stoppedAt } from '../probes/stopped-at.ts';
import { databaseHolds } from './shared/database-holds.ts';

const rate = 300;
const timeoutMs = 5000;
const service = 'product';
const gateTimeoutMs = 8000;
const broken = ['unit-test', 'crash', 'wrong-answer', 'never-ready'] as const;

const brokenVersion = (defect: (typeof broken)[number]) =>
  release({ id: defect, service, version: `1.1.0-${defect}`, defect, variables: { ROLLOUT_TIMEOUT: `${gateTimeoutMs / 1000}s` } });

/** Whether the good version was let through, and is what the Deployment has. */
const goodVersionIsOut: Criterion = {
  id: 'good-version-out',
  async evaluate(lab) {
    const made = releaseOf(lab, 'good');
    if (!made) return [];
    const { run, image, imageAfter } = made;
    const out = run.status === 'SUCCEEDED' && imageAfter === image;
    const seen = out ? `${image} is out` : `the pipeline has ${run.status}, and the Deployment has ${imageAfter}`;
    return [
      {
        id: 'good-version-out',
        title: 'a good version passes every gate',
        observed: { value: out, text: seen },
        threshold: { op: '==', value: true, text: 'let through' },
        result: out ? 'true' : 'false',
        expectedInControl: 'true',
        message: run.failed ? `${seen}: ${run.failed.command} failed in ${run.failed.phase}` : seen,
        ...(run.failed && { findings: run.failed.lines.slice(-5) }),
      },
    ];
  },
};

export const experiment: Experiment = {
  name: 'deploy',
  title: 'Broken versions and the gate of the pipeline',
  description:
    'Versions of product are released by manifests/buildspec.yml while its users ask for a product. Without the gate a version that answers wrongly reaches them. With it four broken versions are stopped at four places (unit tests, candidate, smoke test, rollout), the old version serves on, and a good one is rolled out.',
  tags: ['course', 'pipeline', 'rollout'],
  hypothesis: 'The gate of the pipeline keeps broken versions from users, and lets a good one through without a request lost',
  blastRadius: { services: [service], pods: `all Pods of ${service}`, maxDurationMs: 180_000 },
  variants: {
    control: { overlay: 'overlays/deploy/control', difference: 'the pipeline sets the image and looks no further (GATE=off)' },
    treatment: {
      overlay: 'overlays/deploy/treatment',
      difference: 'the pipeline asks a candidate first, waits for the rollout, and takes it back where it fails (GATE=on)',
    },
  },
  sideBySide: 'asked',
  abortOn: [databaseHolds],
  steadyState: [
    httpStatus(service, 8083, '/health/ready'),
    { ...httpStatus(service, 8083, '/products/1'), id: 'product-is-found' },
    deploymentAvailable(service),
  ],
  load: constantArrivalRate({
    rate,
    maxVUs: (2 * rate * timeoutMs) / 1000,
    // Each is used every 0.2 s, so it hears from its Pod that it ends before that lets it go as idle (after 1 s).
    connections: rate * 0.2,
    // What is asked is whether users are served, not how fast: pipelines run on the same machine.
    maxLatenessMs: 500,
    gracefulStopMs: timeoutMs,
    request: { service, port: 8083, method: 'GET', path: '/products/1', timeoutMs },
    expectStatuses: [200],
  }),
  method: [
    { do: 'wait', title: 'before the first release', durationMs: 2000 },
    { only: 'treatment', do: 'inject', fault: brokenVersion('unit-test') },
    { only: 'treatment', do: 'undo', fault: 'unit-test' },
    { only: 'treatment', do: 'inject', fault: brokenVersion('crash') },
    { only: 'treatment', do: 'undo', fault: 'crash' },
    { only: 'treatment', do: 'inject', fault: brokenVersion('never-ready') },
    { only: 'treatment', do: 'undo', fault: 'never-ready' },
    { do: 'inject', fault: brokenVersion('wrong-answer') },
    // With the gate, too: one that lets it through is found by them.
    { do: 'wait', title: 'users ask on', durationMs: 3000 },
    { only: 'control', do: 'wait', title: 'more of them', durationMs: 5000 },
    { do: 'undo', fault: 'wrong-answer' },
    { only: 'treatment', do: 'inject', fault: release({ id: 'good', service, version: '1.1.0', defect: 'none' }) },
    // With the time that its pipeline takes, enough requests for 99.9 %.
    { only: 'treatment', do: 'wait', title: 'the good version serves', durationMs: 13_000 },
    { do: 'undo', fault: 'good' },
    { do: 'wait', title: 'after the last release', durationMs: 1000 },
  ],
  criteria: [
    servedDuring({
      id: 'availability',
      title: 'users are served while broken versions are released',
      what: 'requests answered while broken versions were released',
      faults: [...broken],
      threshold: 0.999,
      expectedInControl: 'false',
    }),
    noneLostWhile({
      id: 'none-lost',
      when: 'while broken versions were released',
      faults: broken,
      threshold: 0.999,
      expectedInControl: 'false',
    }),
    noneLostWhile({
      id: 'good-version-loses-none',
      when: 'while the good version was released',
      faults: ['good'],
      threshold: 0.999,
      expectedInControl: 'true',
    }),
    goodVersionIsOut,
    ...(
      [
        ['unit-test', 'unit tests', /ERR_ASSERTION/],
        ['crash', 'candidate', /its program ended with exit code/],
        ['wrong-answer', 'smoke test', /^smoke test of pods/],
        ['never-ready', 'rollout', /timed out waiting for the condition|exceeded its progress deadline/],
      ] as const
    ).map(([defect, stage, reason]) => treatmentOnly(stoppedAt({ release: defect, stage, reason }))),
    treatmentOnly(gateTimeout({ release: 'never-ready', timeoutMs: gateTimeoutMs })),
  ],
};

/** A gate that is not there stops nothing, and nothing is asked of it. */
function treatmentOnly(criterion: Criterion): Criterion {
  return { id: criterion.id, evaluate: async (lab, evidence) => (evidence.variant === 'control' ? [] : criterion.evaluate(lab, evidence)) };
}
