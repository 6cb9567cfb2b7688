import { isDeepStrictEqual } from 'node:util';
import type { V1PodSpec, V1Toleration } from '@kubernetes/client-node';
import type { KubeObject, Wire } from '../../api/object.ts';
import type { Kinds } from '../../api/registry.ts';
import { forbidden, invalidValue } from '../causes.ts';
import type { Cause } from '../resource.ts';
import { changedLines } from './changed-lines.ts';

type PodSpec = Wire<V1PodSpec>;
type Toleration = Wire<V1Toleration>;
const specOf = (object: KubeObject): PodSpec => ((object as unknown as Kinds['Pod']).spec ?? { containers: [] }) as PodSpec;

const onlyThese =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** What is wrong with the change of a Pod, as far as it is no fault of the Pod by itself: next to nothing of its spec may change (pkg/apis/core/validation ValidatePodUpdate). */
export function podUpdateCauses(object: KubeObject, old: KubeObject): Cause[] {
  const [after, before] = [specOf(object), specOf(old)];
  for (const list of ['containers', 'initContainers'] as const) {
    if ((after[list] ?? []).length !== (before[list] ?? []).length) {
      return [forbidden(`spec.${list}`, 'pod updates may not add or remove containers')];
    }
  }
  const causes = deadlineCauses(after.activeDeadlineSeconds, before.activeDeadlineSeconds);
  if (causes.length > 0) return causes;
  const lost = tolerationCauses(after.tolerations ?? [], before.tolerations ?? []);
  const [fixed, fixedBefore] = [unchangeable(after, before), unchangeable(before, before)];
  if (isDeepStrictEqual(fixed, fixedBefore)) return lost;
  return [...lost, forbidden('spec', `${onlyThese}\n${changedLines(fixedBefore, fixed)}`)];
}

function deadlineCauses(after: number | undefined, before: number | undefined): Cause[] {
  const field = 'spec.activeDeadlineSeconds';
  if (after !== undefined && after < 0) return [invalidValue(field, after, 'must be between 0 and 2147483647, inclusive')];
  if (before === undefined) return [];
  if (after === undefined) return [invalidValue(field, null, 'must not update from a positive integer to nil value')];
  return after > before ? [invalidValue(field, after, 'must be less than or equal to previous value')] : [];
}

/** Each toleration that was there is there still; its seconds may change. */
function tolerationCauses(after: Toleration[], before: Toleration[]): Cause[] {
  const withoutTime = ({ tolerationSeconds: _seconds, ...rest }: Toleration) => rest;
  const kept = before.every((one) => after.some((other) => isDeepStrictEqual(withoutTime(one), withoutTime(other))));
  return kept ? [] : [forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')];
}

/** The spec with what may change taken from `before`. */
function unchangeable(spec: PodSpec, before: PodSpec): Partial<PodSpec> {
  const imagesOf = (list: 'containers' | 'initContainers') =>
    spec[list]?.map((container, index) => ({ ...container, image: before[list]?.[index]?.image ?? '' }));
  const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, terminationGracePeriodSeconds: grace, ...rest } = spec;
  const wasNegative = (before.terminationGracePeriodSeconds ?? 0) < 0 && grace === 1;
  return {
    ...rest,
    containers: imagesOf('containers') ?? [],
    ...(spec.initContainers && { initContainers: imagesOf('initContainers') ?? [] }),
    terminationGracePeriodSeconds: wasNegative ? before.terminationGracePeriodSeconds : grace,
  };
}
