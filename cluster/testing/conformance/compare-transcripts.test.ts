import { compareTranscripts, tooSoon } from './compare-transcripts.ts';
import { readRecord } from './records.ts';
import { stories } from './stories.ts';
import type { Transcript } from './transcript.ts';

const pod = (of: string, ...times: number[]) => ({
  of,
  states: ['Pending', 'Running', 'gone'].map((state, index) => ({ state, atMs: times[index] ?? 0 })),
});
const real: Transcript = {
  story: 'x',
  pods: [pod('web revision 1', 0, 1000, 5000), pod('web revision 1', 0, 1000, 9000)],
  conditions: { web: ['Available True A: a'] },
  bounds: { web: { mostPods: 3, fewestReady: 2 } },
  events: ['Pod Normal Started: Started container app'],
};

test('the same is the same, whichever Pod went which way and however late all began', () => {
  const pods = [pod('web revision 1', 7000, 8100, 16_100), pod('web revision 1', 7000, 8100, 12_000)];
  expect(compareTranscripts(real, { ...real, pods }, 500)).toEqual([]);
});

test.each([
  ['an Event more', { events: [...real.events, 'Pod Warning BackOff: x'] }, ['events: + Pod Warning BackOff: x']],
  ['an Event less', { events: [] }, ['events: - Pod Normal Started: Started container app']],
  [
    'another condition',
    { conditions: { web: ['Available False B: b'] } },
    ['conditions of Deployment web: - Available True A: a', 'conditions of Deployment web: + Available False B: b'],
  ],
  [
    'more Pods at a time',
    { bounds: { web: { mostPods: 4, fewestReady: 2 } } },
    ['bounds of Deployment web: - at most 3 Pods, at least 2 Ready', 'bounds of Deployment web: + at most 4 Pods, at least 2 Ready'],
  ],
  [
    'a Pod less',
    { pods: real.pods.slice(1) },
    ['Pods of web revision 1: - 2 x Pending -> Running -> gone', 'Pods of web revision 1: + 1 x Pending -> Running -> gone'],
  ],
  [
    'a state that lasts longer',
    { pods: [pod('web revision 1', 0, 1000, 5000), pod('web revision 1', 0, 1000, 9600)] },
    ["times of web revision 1: 'Running' lasted 8000 ms, here 8600 ms (tolerance 500 ms)"],
  ],
])('%s is told', (_name, change, lines) => {
  expect(compareTranscripts(real, { ...real, ...change }, 500)).toEqual(lines);
});

test.each(stories.filter(({ least = [] }) => least.length > 0))(
  'what $name has to take was taken on genuine Kubernetes',
  ({ name, least }) => {
    expect(tooSoon(readRecord(name), least)).toEqual([]);
  },
);

test('what comes sooner than a rule allows is told, and so is a rule that nothing speaks of', () => {
  const least = (ms: number, to = 'gone') => [{ from: 'Running', to, ms, because: 'the rule' }];
  expect(tooSoon(real, least(4000))).toEqual([]);
  expect(tooSoon(real, least(4001))).toEqual(["'gone' came 4000 ms after 'Running', at least 4001 ms are due (the rule)"]);
  expect(tooSoon(real, least(1, 'Failed'))).toEqual(["no Pod went from 'Running' to 'Failed' (the rule)"]);
});
