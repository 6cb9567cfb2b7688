import { k6Image } from '../experiments/load/k6/k6-pod.ts';
import { UsageError } from './errors/usage-error.ts';

/** The image of the Pods that k6 sends from on this platform; undefined: it is a program of this machine. Throws where one is given in vain. */
export function k6ImageOf(given: string | undefined, platform: string): string | undefined {
  if (platform !== 'local') return given ?? k6Image;
  if (given !== undefined)
    throw new UsageError('--k6-image is for docker and Kubernetes: on the local platform k6 is the program on PATH', {
      hint: 'with --platform docker or kind, or --context NAME',
    });
  return undefined;
}
