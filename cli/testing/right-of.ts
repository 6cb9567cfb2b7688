/** What a request to an API server is authorized as: `list pods`, `create pods/exec`, `patch leases.coordination.k8s.io`; or a path that is no resource's. */
export type Asked = { right: string } | { path: string };

const verbs: Record<string, string> = { POST: 'create', GET: 'get', HEAD: 'get', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

/** As RBAC's rules name it. */
export const rightOf = (verb: string, resource: string, group: string): string => `${verb} ${resource}${group === '' ? '' : `.${group}`}`;

/** As Kubernetes reads a request (apiserver/pkg/endpoints/request/requestinfo.go), without what no client of today sends any more. */
export function askedBy(method: string, url: string): Asked {
  const { pathname, searchParams: query } = new URL(url, 'http://localhost');
  const [prefix, ...parts] = pathname.split('/').filter(Boolean);
  const group = prefix === 'apis' ? (parts.shift() ?? '') : '';
  parts.shift(); // the version
  if ((prefix !== 'api' && prefix !== 'apis') || parts.length === 0) return { path: pathname };
  // What is in a namespace; the namespace itself is a resource as any other.
  if (parts[0] === 'namespaces' && parts.length > 2 && !['status', 'finalize'].includes(parts[2] ?? '')) parts.splice(0, 2);
  const [resource = '', name, subresource] = parts;
  const isWatch = query.has('watch') && !['false', '0'].includes(query.get('watch') ?? '');
  const verb = verbs[method] ?? '';
  const ofAll: Record<string, string> = { get: isWatch ? 'watch' : 'list', delete: 'deletecollection' };
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
  return { right: rightOf(name === undefined ? (ofAll[verb] ?? verb) : verb, whole, group) };
}
