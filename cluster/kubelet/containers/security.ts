import type { Container } from '../pods/pod.ts';
import type { ContainerSecurity } from '../runtimes/runtime.ts';

/** What a container's manifest says that it may do. */
export function securityOf({ securityContext }: Container): ContainerSecurity {
  const { readOnlyRootFilesystem, privileged, allowPrivilegeEscalation, capabilities } = securityContext ?? {};
  return {
    ...(readOnlyRootFilesystem && { readOnlyRoot: true }),
    ...(privileged && { privileged: true }),
    ...(allowPrivilegeEscalation === false && { noNewPrivileges: true }),
    ...(capabilities?.add && { addCapabilities: capabilities.add }),
    ...(capabilities?.drop && { dropCapabilities: capabilities.drop }),
  };
}
