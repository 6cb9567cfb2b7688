/** A Pod's address in the API. */
export const podPath = ({ namespace }: { namespace: string }, pod: string): string => `/api/v1/namespaces/${namespace}/pods/${pod}`;

/** A port of a Pod, reached by the Pod proxy of the API: so it works on every platform. `path` begins with a slash. */
export const podProxyPath = (place: { namespace: string }, pod: string, port: number, path: string): string =>
  `${podPath(place, pod)}:${port}/proxy${path}`;
