import type { Criterion } from '../../engine/experiment.ts';
import { wilsonInterval } from '../../engine/statistics/wilson.ts';
import { predictLost } from './predict-lost.ts';
import { tellStory } from './victim-story.ts';

/** kube-proxy looks at its endpoints at most once a second (minSyncPeriod), and a status takes its way. */
const proxyMs = 1000;

const percent = (rate: number): string => `${(Math.round(rate * 1000) / 10).toString()} %`;

/**
 * Whether the share of requests lost while a Pod hung is the one that the share of connections on it predicts. The load has to give each VU its
 * own connection, and the service to tell its Pod (x-served-by): without that nothing is known. `pods`: how many there are.
 */
export const lostShare = ({ fault, pods }: { fault: string; pods: number }): Criterion => ({
  id: 'lost-share',
  async evaluate(_lab, evidence) {
    const story = tellStory(evidence, fault);
    if (!story) return [];
    const { pod, bitMs, restartedMs, unreadyMs, endMs } = story;
    const { onPod, connections, requests, lost, predictedLost } = predictLost({
      samples: evidence.samples,
      pod,
      fromMs: bitMs,
      untilMs: restartedMs ?? endMs,
      unreadyMs: unreadyMs === null ? Number.POSITIVE_INFINITY : unreadyMs + proxyMs / 2,
      readyPods: pods,
    });
    const known = connections > 0 && requests > 0;
    const predicted = known ? predictedLost / requests : null;
    evidence.measure('connections-on-pod', 'connections that led to the hung Pod', known ? tenths(onPod / connections) : null, '%');
    evidence.measure('predicted-lost', 'requests lost while hung, predicted from them', predicted === null ? null : tenths(predicted), '%');
    const { low, high } = wilsonInterval(lost, requests);
    const agrees = predicted !== null && predicted >= low && predicted <= high;
    const counted = `${lost} of ${requests} requests`;
    const message =
      predicted === null
        ? 'which Pod a connection led to is not known: no answer had x-served-by on a connection of its own'
        : `${counted} were lost while Pod ${pod} hung: ${percent(lost / requests)} (${percent(low)} to ${percent(high)} with 95 % confidence); ${onPod} of ${connections} connections led to it, which predicts ${percent(predicted)}`;
    return [
      {
        id: 'lost-share',
        title: 'as many requests are lost as the connections to the hung Pod predict',
        observed: {
          value: requests === 0 ? null : (lost / requests) * 100,
          unit: '%',
          text: `${percent(requests === 0 ? 0 : lost / requests)} (${counted})`,
        },
        threshold: {
          op: '==',
          value: predicted === null ? 'unknown' : tenths(predicted),
          unit: '%',
          text: predicted === null ? 'not known' : `${percent(predicted)} predicted`,
        },
        interval: { low: low * 100, high: high * 100, confidence: 0.95, method: 'Wilson' },
        sample: { successes: lost, trials: requests },
        result: predicted === null ? 'unknown' : agrees ? 'true' : 'false',
        expectedInControl: 'true',
        message,
        dependsOnSpeed: true,
      },
    ];
  },
});

const tenths = (rate: number): number => Math.round(rate * 1000) / 10;
