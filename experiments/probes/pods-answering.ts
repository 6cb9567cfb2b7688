import type { Criterion, Gauge } from '../engine/experiment.ts';
import { podProxyPath } from '../engine/kube/pod-path.ts';
import { timeLimit } from '../engine/time-limit.ts';
import { podsOf } from '../faults/pods-of.ts';

const gaugeId = 'pods-answering';
const answerWithinMs = 700;

/** How many Pods of a service answer a path themselves, asked one by one through the API: a Service would hide one that does not. */
export const podsAnswering = ({ service, port, path }: { service: string; port: number; path: string }): Gauge => ({
  id: gaugeId,
  title: `Pods of ${service} that answer GET ${path}`,
  unit: 'Pods',
  everyMs: 500,
  async read(lab) {
    const pods = await podsOf(lab, `app=${service}`);
    const answers = pods.map(({ metadata }) => {
      const limit = timeLimit(answerWithinMs, lab.signal);
      return lab.kube
        .request('GET', podProxyPath(lab, metadata.name, port, path), undefined, undefined, limit.signal)
        .then(
          () => true,
          () => false, // no answer, or one of 400 and above
        )
        .finally(limit.clear);
    });
    return (await Promise.all(answers)).filter(Boolean).length;
  },
});

/** Whether all Pods answered when the fault was about to be undone, as `podsAnswering` saw it last. */
export const allAnswerAtEnd = ({ fault, pods }: { fault: string; pods: number }): Criterion => ({
  id: 'all-answer',
  async evaluate(_lab, { faults, series, startedAt }) {
    const record = faults.find(({ id }) => id === fault);
    if (!record?.bitAt || !record.undoneAt) return [];
    const [bitMs, endMs] = [record.bitAt, record.undoneAt].map((at) => Date.parse(at) - Date.parse(startedAt)) as [number, number];
    const points = series.find(({ id }) => id === gaugeId)?.points ?? [];
    const last = points.filter(([atMs, value]) => value !== null && atMs > bitMs && atMs <= endMs).at(-1)?.[1] ?? null;
    const seen = last === null ? 'nobody was asked' : `${last} of ${pods} Pods answer`;
    return [
      {
        id: 'all-answer',
        title: 'all Pods answer again at the end',
        observed: { value: last, unit: 'Pods', text: seen },
        threshold: { op: '>=', value: pods, unit: 'Pods', text: `all ${pods}` },
        result: last === null ? 'unknown' : last >= pods ? 'true' : 'false',
        expectedInControl: 'false',
        message: `${seen} when the fault was about to be undone`,
        dependsOnSpeed: true,
      },
    ];
  },
});
