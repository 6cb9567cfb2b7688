import { readFileSync } from 'node:fs';
import { computeRolloutStatus, type RolloutSeen } from './rollout-status.ts';

interface Case {
  id: string;
  in: {
    kind: string;
    generation: number;
    progressingReason: string;
    replicas: number;
    revisionAnnotation: string;
    revisionAsked: number;
    status: RolloutSeen['status'];
  };
  out: { done?: boolean; message?: string; error?: string };
}
const cases = (JSON.parse(readFileSync(new URL('rollout-status.cases.json', import.meta.url), 'utf8')) as Case[]).filter(
  ({ in: { kind } }) => kind === 'Deployment',
);

test('there are cases', () => expect(cases.length).toBeGreaterThan(20));

test.each(cases)('$id as kubectl says it', ({ in: given, out }) => {
  const seen: RolloutSeen = {
    metadata: { name: 'web', generation: given.generation, annotations: { 'deployment.kubernetes.io/revision': given.revisionAnnotation } },
    spec: { replicas: given.replicas },
    status: { ...given.status, conditions: given.progressingReason ? [{ type: 'Progressing', reason: given.progressingReason }] : [] },
  };
  const run = () => computeRolloutStatus(seen, given.revisionAsked);
  if (out.error !== undefined) expect(run).toThrow(new Error(out.error));
  else expect(run()).toEqual({ value: out.done, message: out.message?.trimEnd() });
});
