import { liveness, pod, readiness } from '../app.ts';
import type { Least, Story, StoryStep } from '../story.ts';

const unhealthy: StoryStep = { do: 'until', seen: { event: 'Unhealthy', about: 'Pod' }, withinMs: 60_000 };
const restarted: StoryStep = { do: 'until', seen: { restarts: 1 }, withinMs: 60_000 };
const ready: StoryStep = { do: 'until', seen: { ready: 1 }, withinMs: 60_000 };
const story = (name: string, title: string, steps: StoryStep[], ...least: Least[]): Story => ({
  name,
  title,
  toleranceMs: 3000,
  steps,
  least,
});
/** From the container's start, which a kubelet sees up to a second after it, to its restart. */
const restartedAfter = (seconds: number, because: string): Least => ({
  from: 'app running',
  to: '1 restarts',
  ms: seconds * 1000 - 1000,
  because,
});
const app = (options: Parameters<typeof pod>[1]): StoryStep => ({ do: 'apply', object: pod('app', options) });

export const probes: Story[] = [
  story(
    'readiness-fails',
    'a Pod that was Ready is so no more after failureThreshold looks',
    [app({ container: readiness, env: { READY_FAILS_MS: '4000' } }), ready, { do: 'until', seen: { notReady: 1 }, withinMs: 60_000 }],
    {
      from: 'Running; Ready',
      to: 'Running; not Ready',
      ms: 1500,
      because: 'fails 4 s after its start, Ready after 2 s at the most, failureThreshold: 2 x 1 s',
    },
  ),
  story(
    'liveness-fails',
    'a container is restarted after failureThreshold looks',
    [app({ container: liveness, env: { LIVE_FAILS_MS: '3000' } }), restarted],
    restartedAfter(5, 'fails 3 s after its start, then (failureThreshold: 3 - 1) x 1 s'),
  ),
  story(
    'hang',
    'an event loop that hangs is found by the time-out of the liveness probe',
    [
      app({
        container: { livenessProbe: { ...liveness.livenessProbe, timeoutSeconds: 1 } },
        env: { HANG_MS: '3000' },
      }),
      restarted,
    ],
    restartedAfter(10, 'hangs 3 s after its start, failureThreshold: 3 with a timeout of 1 s, terminationGracePeriodSeconds: 5'),
  ),
  story(
    'startup-too-slow',
    'a container that does not start within its startup probe is restarted, and no other probe looks before',
    [
      app({
        container: { ...liveness, ...readiness, startupProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1, failureThreshold: 3 } },
        env: { WARMUP_MS: '60000' },
      }),
      restarted,
    ],
    restartedAfter(2, '(failureThreshold: 3 - 1) x 1 s'),
  ),
  story(
    'startup-slow',
    'a startup probe gives a slow start its time',
    [
      app({
        container: { ...liveness, ...readiness, startupProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1, failureThreshold: 30 } },
        env: { WARMUP_MS: '3000' },
      }),
      ready,
    ],
    { from: 'not started', to: 'Running; Ready', ms: 2500, because: 'it listens after 3 s' },
  ),
  story('tcp-refused', 'a tcp readiness probe where nobody listens', [
    app({ container: { readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }, env: { NO_PORT: '1' } }),
    unhealthy,
  ]),
  story(
    'exec-fails',
    'an exec liveness probe that ends with 1',
    [
      app({
        container: {
          livenessProbe: { exec: { command: ['sh', '-c', 'echo out of order; exit 1'] }, periodSeconds: 1, failureThreshold: 2 },
        },
      }),
      restarted,
    ],
    restartedAfter(1.5, '(failureThreshold: 2 - 1) x 1 s, and the restart'),
  ),
];
