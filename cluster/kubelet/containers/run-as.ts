import { type Container, type Pod, podTitle, specOf } from '../pods/pod.ts';
import { StartFailure } from './start-failure.ts';

/** Whom a container runs as by its manifest; absent where it does not say. Throws StartFailure where runAsNonRoot would be violated. */
export function runAs(container: Container, pod: Pod, labUser = process.getuid?.()): { user?: number; group?: number } {
  const ofPod = specOf(pod).securityContext;
  const own = container.securityContext;
  const user = own?.runAsUser ?? ofPod?.runAsUser;
  const group = own?.runAsGroup ?? ofPod?.runAsGroup;
  const where = `(pod: "${podTitle(pod)}", container: ${container.name})`;
  if (own?.runAsNonRoot ?? ofPod?.runAsNonRoot) {
    if (user === 0) throw new StartFailure('CreateContainerConfigError', `container's runAsUser breaks non-root policy ${where}`);
    if (user === undefined && labUser === 0)
      throw new StartFailure('CreateContainerConfigError', `container has runAsNonRoot and image will run as root ${where}`);
  }
  return { user, group };
}
