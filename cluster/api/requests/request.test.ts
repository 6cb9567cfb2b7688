import { type ApiRequest, isDryRun, parsePath, resourceVersionOf } from './request.ts';

test.each([
  ['/api/v1/pods', { plural: 'pods' }],
  ['/api/v1/namespaces/shop/pods', { namespace: 'shop', plural: 'pods' }],
  ['/api/v1/namespaces/shop/pods/web', { namespace: 'shop', plural: 'pods', name: 'web' }],
  [
    '/api/v1/namespaces/shop/pods/web:8080/proxy/a/b',
    { namespace: 'shop', plural: 'pods', name: 'web:8080', subresource: 'proxy', rest: '/a/b' },
  ],
  ['/api/v1/namespaces/shop', { plural: 'namespaces', name: 'shop' }],
  ['/api/v1/namespaces/shop/status', { plural: 'namespaces', name: 'shop', subresource: 'status' }],
  ['/api/v1/namespaces/shop/finalize', { plural: 'namespaces', name: 'shop', subresource: 'finalize' }],
  [
    '/apis/apps/v1/namespaces/shop/deployments/web/scale',
    { group: 'apps', namespace: 'shop', plural: 'deployments', name: 'web', subresource: 'scale' },
  ],
  ['/apis/apps/v1/namespaces/a%20b/deployments', { group: 'apps', namespace: 'a b', plural: 'deployments' }],
])('%s', (path, parts) => {
  const empty = { group: '', version: 'v1', namespace: '', plural: '', name: '', subresource: '', rest: '' };
  expect(parsePath(path)).toEqual({ ...empty, ...parts });
});

test.each(['/', '/api', '/apis/apps', '/other/v1/pods'])('%s is no path of a resource', (path) => {
  expect(parsePath(path)).toBeUndefined();
});

test('a path that is badly encoded is 400', () => {
  expect(() => parsePath('/api/v1/pods/%zz')).toThrow('not well encoded');
});

test('dryRun is All or nothing', () => {
  const asked = (query: string) => isDryRun({ query: new URLSearchParams(query) } as ApiRequest);
  expect([asked(''), asked('dryRun='), asked('dryRun=All')]).toEqual([false, false, true]);
  expect(() => asked('dryRun=Some')).toThrow('supported values: "All"');
});

test('a version is a number', () => {
  expect(resourceVersionOf(new URLSearchParams('resourceVersion=12'))).toBe('12');
  expect(() => resourceVersionOf(new URLSearchParams('resourceVersion=abc'))).toThrow('strconv.ParseUint');
});
