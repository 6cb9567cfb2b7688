import type { V1Pod } from '@kubernetes/client-node';
import { factCheck } from '../engine/checks.ts';
import type { Criterion, Lab, Step } from '../engine/experiment.ts';
import { acceptedIds, allDeliveries, ports } from './shop-api.ts';

async function runningPod(lab: Lab): Promise<string | undefined> {
  const path = `/api/v1/namespaces/${lab.namespace}/pods?labelSelector=${encodeURIComponent('app=delivery')}`;
  const { items } = await lab.kube.request<{ items: V1Pod[] }>('GET', path);
  return items.find(({ metadata, status }) => !metadata?.deletionTimestamp && status?.phase === 'Running')?.metadata?.name;
}

/** Events that delivery's consumer has taken, by outcome: asked of the Pod itself, as it is not ready yet while it catches up. */
async function consumed(lab: Lab, pod: string): Promise<Map<string, number>> {
  const path = `/api/v1/namespaces/${lab.namespace}/pods/${pod}:${ports.delivery}/proxy/metrics`;
  const text = await lab.kube.request<string>('GET', path);
  const outcomes = new Map<string, number>();
  for (const [, labels = '', value] of text.matchAll(/^events_consumed_total\{([^}]*)\} (\d+)/gm)) {
    const outcome = /outcome="([^"]*)"/.exec(labels)?.[1] ?? '';
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + Number(value));
  }
  return outcomes;
}

/** Waits for the moment when the consumer has begun to work off its backlog: whoever kills it now, kills it in the middle. */
export function inTheMiddleOfConsuming(): Extract<Step, { do: 'await' }> {
  return {
    do: 'await',
    id: 'consuming',
    title: 'delivery has begun to work off its backlog',
    timeoutMs: 40_000,
    everyMs: 10,
    async until(lab) {
      const pod = await runningPod(lab);
      if (!pod) return { done: false, observed: 'no Pod of delivery runs' };
      try {
        const done = (await consumed(lab, pod)).get('done') ?? 0;
        // Not at the first event: what has been taken and not been committed has to be worth telling.
        const enough = Math.max(1, Math.floor(acceptedIds(lab).length * 0.04));
        return { done: done >= enough, observed: `Pod ${pod} has taken ${done} events` };
      } catch (error) {
        return { done: false, observed: `Pod ${pod}: ${(error as Error).message}` };
      }
    },
  };
}

/**
 * Whether the kill came in the middle: the next consumer was given events again that had had their effect. Without any, exactly-once was not put
 * to the test. A consumer that does not recognize them shows doubled deliveries instead of duplicates.
 */
export const redelivered: Criterion = {
  id: 'redelivered',
  async evaluate(lab, { variant, measure }) {
    if (variant === 'control') return [];
    const pod = await runningPod(lab);
    const duplicates = pod ? ((await consumed(lab, pod)).get('duplicate') ?? 0) : 0;
    const deliveries = await allDeliveries(lab);
    const doubled = deliveries.length - new Set(deliveries.map(({ orderId }) => orderId)).size;
    measure('redelivered', 'Events delivered again after the kill', duplicates + doubled, 'events');
    const seen =
      duplicates > 0
        ? `${duplicates} events came again and were recognized`
        : doubled > 0
          ? `${doubled} orders were delivered again`
          : 'no event came again';
    return [
      factCheck({
        id: 'redelivered',
        kind: 'fault',
        title: 'the kill came in the middle of consuming',
        holds: duplicates + doubled > 0,
        observed: seen,
      }),
    ];
  },
};
