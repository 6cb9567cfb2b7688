import { readFileSync } from 'node:fs';
import { decideRolloutStatus, type RollingDeployment, type RolloutStatus } from './rollout-status.ts';

interface Case {
  id: string;
  in: {
    kind: string;
    generation: number;
    replicas: number;
    status: RollingDeployment['status'];
    progressingReason?: string;
    revisionAnnotation?: string;
    revisionAsked?: number;
  };
  out: RolloutStatus;
}
const cases = JSON.parse(readFileSync(new URL('./rollout-status.cases.json', import.meta.url), 'utf8')) as Case[];
// StatefulSets have words of their own, which nothing here speaks.
const deployments = cases.filter(({ in: { kind } }) => kind === 'Deployment');

test('there are cases of Deployments', () => expect(deployments.length).toBeGreaterThan(30));

test.each(deployments.map((one) => [one.id, one] as const))('%s', (_id, { in: given, out }) => {
  const { generation, replicas, status, progressingReason, revisionAnnotation = '', revisionAsked } = given;
  const conditions = progressingReason ? [{ type: 'Progressing', status: 'True', reason: progressingReason }] : [];
  const deployment = {
    metadata: { name: 'web', uid: '', generation, annotations: { 'deployment.kubernetes.io/revision': revisionAnnotation } },
    spec: { replicas, selector: {} },
    status: { ...status, conditions },
  };
  expect(decideRolloutStatus(deployment, revisionAsked)).toEqual(out);
});
