import { readFileSync } from 'node:fs';
import { newReplicaSetReplicas } from './new-replicaset-replicas.ts';
import { replicaSetProportion } from './replicaset-proportion.ts';
import { resolveFenceposts, rollingUpdateBounds } from './rolling-update-bounds.ts';

type Amount = number | string;
const read = <T>(table: string): (readonly [string, T])[] =>
  (JSON.parse(readFileSync(new URL(`./${table}.cases.json`, import.meta.url), 'utf8')) as (T & { id: string })[]).map((one) => [
    one.id,
    one,
  ]);

const spec = (replicas: number, maxSurge: Amount, maxUnavailable: Amount = '25%', type = 'RollingUpdate') => ({
  spec: {
    replicas,
    selector: {},
    template: {},
    strategy: { type, ...(type === 'RollingUpdate' && { rollingUpdate: { maxSurge, maxUnavailable } }) },
  },
});

interface Bounds {
  in: { maxSurge: Amount; maxUnavailable: Amount; replicas: number };
  out: { maxSurge: number; maxUnavailable: number; minAvailable: number; surge: number; unavailable: number };
}

describe('rolling update bounds', () => {
  it.each(read<Bounds>('rolling-update-bounds'))('%s', (_, one) => {
    const { maxSurge, maxUnavailable, replicas } = one.in;
    expect({
      ...rollingUpdateBounds(spec(replicas, maxSurge, maxUnavailable)),
      ...resolveFenceposts(maxSurge, maxUnavailable, replicas),
    }).toEqual(one.out);
  });
});

interface NewReplicas {
  in: { maxSurge: Amount; newReplicaSet: number; oldReplicaSets: number[]; replicas: number; strategy: string };
  out: { newReplicaSet: number };
}

describe('size of the new ReplicaSet', () => {
  it.each(read<NewReplicas>('new-replicaset-replicas'))('%s', (_, one) => {
    const deployment = spec(one.in.replicas, one.in.maxSurge, '25%', one.in.strategy);
    expect(newReplicaSetReplicas(deployment, one.in.oldReplicaSets ?? [], one.in.newReplicaSet)).toBe(one.out.newReplicaSet);
  });
});

interface Proportion {
  in: {
    maxReplicasAnnotation: string;
    maxSurge: Amount;
    maxUnavailable: Amount;
    replicaSet: number;
    replicas: number;
    replicasAdded: number;
    replicasToAdd: number;
    statusReplicas: number;
  };
  out: { proportion: number };
}

describe("a ReplicaSet's share when its Deployment is scaled", () => {
  it.each(read<Proportion>('replicaset-proportion'))('%s', (_, one) => {
    const { replicas, maxSurge, maxUnavailable, replicaSet, statusReplicas, maxReplicasAnnotation, replicasToAdd, replicasAdded } = one.in;
    const share = {
      size: replicaSet,
      statusReplicas,
      ...(maxReplicasAnnotation !== '' && { maxReplicas: Number(maxReplicasAnnotation) }),
    };
    expect(replicaSetProportion(share, spec(replicas, maxSurge, maxUnavailable), replicasToAdd, replicasAdded)).toBe(one.out.proportion);
  });
});
