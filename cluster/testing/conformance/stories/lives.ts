import { container, pod } from '../app.ts';
import type { Least, Story, StoryStep } from '../story.ts';

const story = (name: string, title: string, steps: StoryStep[], toleranceMs = 3000, least: Least[] = []): Story => ({
  ...{ name, title, toleranceMs, steps, least },
});
/** A Pod's states are seen some moments after they are so. */
const leavesFor = (seconds: number, because: string): Least => ({ from: 'leaving', to: 'app ended', ms: seconds * 1000 - 300, because });
const usual = 3000;
const app = (options: Parameters<typeof pod>[1]): StoryStep => ({ do: 'apply', object: pod('app', options) });
const gone: StoryStep = { do: 'until', seen: { exist: 0 }, withinMs: 60_000 };
const ready: StoryStep = { do: 'until', seen: { ready: 1 }, withinMs: 60_000 };
/** Long enough that the program catches signals, wherever it runs. */
const settled: StoryStep = { do: 'wait', ms: 2500 };
const remove: StoryStep = { do: 'delete', apiVersion: 'v1', kind: 'Pod', name: 'app' };
const reason = (name: string, withinMs = 60_000): StoryStep => ({ do: 'until', seen: { pods: 1, reason: name }, withinMs });

/** After a start that failed a kubelet looks again in 10 to 15 s. */
const backOffMs = 6000;
/** A kubelet looks once a second what has become of containers: what lasts less it may not see. */
const EXIT_MS = '2500';

/** How Pods begin, fail and end. */
export const lives: Story[] = [
  story(
    'crash-loop',
    'a container that ends with 1 is restarted, with back-off from the second time on',
    [app({ env: { EXIT_CODE: '1', EXIT_MS } }), { do: 'until', seen: { restarts: 2 }, withinMs: 60_000 }, reason('CrashLoopBackOff')],
    backOffMs,
    [
      {
        from: 'ended 1 Error, 1 restarts',
        to: ', 2 restarts',
        ms: 8500,
        because: 'a back-off of 10 s from the second end on, which is seen up to a second after it',
      },
    ],
  ),
  story('completes', 'a Pod that is not to be restarted succeeds', [
    app({ env: { EXIT_CODE: '0', EXIT_MS }, pod: { restartPolicy: 'Never' } }),
    { do: 'until', seen: { pods: 1, phase: 'Succeeded' }, withinMs: 60_000 },
  ]),
  story('fails', 'a Pod that is not to be restarted fails', [
    app({ env: { EXIT_CODE: '3', EXIT_MS }, pod: { restartPolicy: 'Never' } }),
    { do: 'until', seen: { pods: 1, phase: 'Failed' }, withinMs: 60_000 },
  ]),
  story('out-of-memory', 'a container that passes its memory limit is killed', [
    app({ container: { resources: { limits: { memory: '160Mi' } } }, env: { GROW_MS: '1500' }, pod: { restartPolicy: 'Never' } }),
    { do: 'until', seen: { pods: 1, phase: 'Failed' }, withinMs: 60_000 },
  ]),
  story('missing-key', 'a variable from a key that its ConfigMap does not have', [
    { do: 'apply', object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { there: '1' } } },
    app({ container: { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'absent' } } }] } }),
    reason('CreateContainerConfigError'),
  ]),
  story(
    'no-such-image',
    'an image that is not to be had',
    [app({ container: { image: 'localhost:1/nobody/has-it:1' } }), reason('ImagePullBackOff')],
    backOffMs,
  ),
  story('init-fails', 'the app waits while its init container fails', [
    app({
      pod: { initContainers: [{ ...container({ env: { EXIT_CODE: '2', EXIT_MS } }), name: 'first' }] },
    }),
    { do: 'until', seen: { restarts: 1 }, withinMs: 60_000 },
  ]),
  story('init-then-app', 'the app starts when its init container has completed', [
    app({ pod: { initContainers: [{ ...container({ env: { EXIT_CODE: '0', EXIT_MS } }), name: 'first' }] } }),
    ready,
  ]),
  story('leaves', 'SIGTERM is obeyed after a moment', [app({ env: { TERM_MS: '1000' } }), ready, settled, remove, gone], usual, [
    leavesFor(1, 'the program takes 1 s to end'),
  ]),
  story(
    'ignores-term',
    'SIGTERM is ignored, and SIGKILL ends it after the grace period',
    [app({ env: { IGNORE_TERM: '1' }, pod: { terminationGracePeriodSeconds: 3 } }), ready, settled, remove, gone],
    usual,
    [leavesFor(3, 'terminationGracePeriodSeconds: 3')],
  ),
  story(
    'long-pre-stop',
    'a preStop hook that takes longer than the grace period',
    [
      app({
        container: { lifecycle: { preStop: { exec: { command: ['sleep', '30'] } } } },
        env: { IGNORE_TERM: '1' },
        pod: { terminationGracePeriodSeconds: 3 },
      }),
      ready,
      settled,
      remove,
      gone,
    ],
    usual,
    [leavesFor(5, 'terminationGracePeriodSeconds: 3, and the 2 s that a container has after a preStop that took it all')],
  ),
  story(
    'short-pre-stop',
    'a preStop hook runs before SIGTERM',
    [app({ container: { lifecycle: { preStop: { sleep: { seconds: 2 } } } } }), ready, settled, remove, gone],
    usual,
    [leavesFor(2, 'preStop sleeps 2 s')],
  ),
  story('post-start-fails', 'a postStart hook that fails ends its container', [
    app({
      container: { lifecycle: { postStart: { exec: { command: ['sh', '-c', 'sleep 2; exit 1'] } } } },
      pod: { restartPolicy: 'Never' },
    }),
    { do: 'until', seen: { pods: 1, phase: 'Succeeded' }, withinMs: 60_000 },
  ]),
  story('nowhere-to-go', 'a Pod that asks for more than any node has', [
    app({ container: { resources: { requests: { cpu: '1000' } } } }),
    { do: 'until', seen: { event: 'FailedScheduling', about: 'Pod' }, withinMs: 60_000 },
  ]),
];
