import type { Container, Pod } from '../pods/pod.ts';

interface ResourceReference {
  resource: string;
  divisor?: string | number;
}

/** placeholder */
export function resourceValue(_reference: ResourceReference, _container: Container, _pod: Pod, _allocatable: Record<string, string>): string {
  return '';
}
