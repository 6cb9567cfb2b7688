import { selectorText } from '../../resources/label-selector.ts';
import { badRequest, invalid } from '../errors.ts';
import { at, type KubeObject } from '../object.ts';

/** The object as /scale shows it: autoscaling/v1 Scale. */
export function scaleOf({
  metadata: { name, namespace = '', uid, resourceVersion, creationTimestamp },
  ...object
}: KubeObject): KubeObject {
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: Number(at(object, 'spec', 'replicas') ?? 0) },
    status: {
      replicas: Number(at(object, 'status', 'replicas') ?? 0),
      selector: selectorText(at(object, 'spec', 'selector') as Parameters<typeof selectorText>[0]),
    },
  };
}

/** The object with the replicas, and the version if there is one, of a Scale. Throws 400, 422. */
export function scaled(object: KubeObject, scale: KubeObject): KubeObject {
  const replicas = at(scale, 'spec', 'replicas') ?? 0;
  const { name } = object.metadata;
  if (typeof replicas !== 'number' || !Number.isInteger(replicas)) {
    const got = typeof replicas;
    throw badRequest(
      `Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal ${got} into Go struct field ScaleSpec.spec.replicas of type int32`,
    );
  }
  if (replicas < 0) {
    const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
    throw invalid({ kind: 'Scale', group: 'autoscaling' }, name, [{ field: 'spec.replicas', message, reason: 'FieldValueInvalid' }]);
  }
  const resourceVersion = scale.metadata?.resourceVersion ?? '';
  return { ...object, metadata: { ...object.metadata, resourceVersion }, spec: { ...(object.spec as object), replicas } };
}
