import { type Container, type Pod, podTitle, specOf } from '../pods/pod.ts';
import { StartFailure } from './start-failure.ts';

/**
 * Whom a container runs as by its manifest; absent where it does not say. `imageUser`: whom its image has. Throws StartFailure where runAsNonRoot
 * would be violated, or nobody can say (pkg/kubelet/kuberuntime/security_context.go verifyRunAsNonRoot).
 */
export async function runAs(
  container: Container,
  pod: Pod,
  imageUser: () => Promise<string | number>,
): Promise<{ user?: number; group?: number }> {
  const ofPod = specOf(pod).securityContext;
  const own = container.securityContext;
  const user = own?.runAsUser ?? ofPod?.runAsUser;
  const group = own?.runAsGroup ?? ofPod?.runAsGroup;
  const where = `(pod: "${podTitle(pod)}", container: ${container.name})`;
  if (own?.runAsNonRoot ?? ofPod?.runAsNonRoot) {
    if (user === 0) throw new StartFailure('CreateContainerConfigError', `container's runAsUser breaks non-root policy ${where}`);
    const ofImage = user === undefined ? await imageUser() : user;
    if (ofImage === 0)
      throw new StartFailure('CreateContainerConfigError', `container has runAsNonRoot and image will run as root ${where}`);
    if (typeof ofImage === 'string')
      throw new StartFailure(
        'CreateContainerConfigError',
        `container has runAsNonRoot and image has non-numeric user (${ofImage}), cannot verify user is non-root ${where}`,
      );
  }
  return { user, group };
}
