import { milliValue, quantityValue } from '../../resources/quantity.ts';
import type { Container } from '../pods/pod.ts';
import type { StartRequest } from '../runtimes/runtime.ts';

/** No quota is less than a millisecond of 100 (pkg/kubelet/cm, minQuotaPeriod). */
const LEAST_CORES = 0.01;

/** What a container may use by its manifest; undefined where it may use all. A limit of 0 is none (pkg/kubelet/cm, MilliCPUToQuota). */
export function limitsOf({ resources }: Container): StartRequest['limits'] {
  const { cpu, memory } = resources?.limits ?? {};
  const [cpuCores, memoryBytes] = [milliValue(cpu) / 1000, quantityValue(memory)];
  if (cpuCores <= 0 && memoryBytes <= 0) return undefined;
  return { ...(cpuCores > 0 && { cpuCores: Math.max(cpuCores, LEAST_CORES) }), ...(memoryBytes > 0 && { memoryBytes }) };
}
