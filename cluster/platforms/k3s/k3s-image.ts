/** The image of a version of Kubernetes, as k3s publishes it (hub.docker.com/r/rancher/k3s). */
export const k3sImageOf = (version: string): string => `rancher/k3s:v${version}-k3s1`;

/** That of a cluster where none is named. */
export const k3sImage = k3sImageOf('1.34.1');
