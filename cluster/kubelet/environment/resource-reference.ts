import { milliValue, quantityValue } from '../../resources/quantity.ts';
import type { Container } from '../pods/pod.ts';

export interface ResourceReference {
  resource: string;
  /** '0' and absent stand for 1. */
  divisor?: string | number;
}

/**
 * The value of a resourceFieldRef: requests or limits of the container in units of the divisor, rounded up; what a limit leaves open is what
 * the node can give (pkg/api/v1/resource/helpers.go, ExtractContainerResourceValue). Throws for an unknown resource.
 */
export function resourceValue({ resource, divisor }: ResourceReference, container: Container, allocatable: Record<string, string>): string {
  const [kind = '', ...rest] = resource.split('.');
  const name = rest.join('.');
  if (!['limits', 'requests'].includes(kind) || !/^(cpu|memory|ephemeral-storage|hugepages-.+)$/.test(name))
    throw new Error(`unsupported container resource : ${resource}`);
  const { limits, requests } = container.resources ?? {};
  const given = kind === 'limits' ? (limits?.[name] ?? allocatable[name]) : requests?.[name];
  const unit = divisor === undefined || quantityValue(divisor) === 0 ? '1' : divisor;
  const measure = name === 'cpu' ? milliValue : quantityValue;
  return String(Math.ceil(measure(given) / measure(unit)));
}
