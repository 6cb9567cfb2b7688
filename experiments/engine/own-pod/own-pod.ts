/** On Pods of the lab's own, which are no part of the system under test; its value is what one is for. */
export const ownLabel = 'shoplab.dev/own';

/** What they run on: the base image of the shop's. */
export const ownImage = 'node:24-slim';

/** Their securityContext: Pod Security's level `restricted`. */
export const ownPodSecurity = { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } };
/** That of each of their containers. */
export const ownContainerSecurity = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };
