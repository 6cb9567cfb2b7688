import { parseKubectl } from './parse-call.ts';

test.each([
  [
    '--namespace shop get deployment/web --output json --request-timeout=2s',
    { namespace: 'shop', verb: 'get', kind: 'deployment', name: 'web', requestTimeoutMs: 2000 },
  ],
  ['get deploy web -o json', { namespace: undefined, verb: 'get', kind: 'deployment', name: 'web', requestTimeoutMs: Infinity }],
  ['get --raw /api/v1/nodes --request-timeout=0', { namespace: undefined, verb: 'raw', path: '/api/v1/nodes', requestTimeoutMs: Infinity }],
  ['-n shop create -f -', { namespace: 'shop', verb: 'create' }],
  [
    '-n shop delete pod web --ignore-not-found --wait=false',
    { namespace: 'shop', verb: 'delete', kind: 'pod', name: 'web', ignoreNotFound: true },
  ],
  [
    'set image deployment/web web=a:2 side=b:1',
    { namespace: undefined, verb: 'set-image', name: 'web', images: { web: 'a:2', side: 'b:1' } },
  ],
  ['rollout status deployment/web --timeout=8s', { namespace: undefined, verb: 'rollout-status', name: 'web', timeoutMs: 8000 }],
  ['rollout undo deployment/web', { namespace: undefined, verb: 'rollout-undo', name: 'web' }],
])('%s', (line, call) => {
  expect(parseKubectl(line.split(' '))).toEqual(call);
});

test.each([
  'apply -f -',
  'get pods',
  'get pods -o json',
  'get pod/web -o yaml',
  'get pod/web -o json --watch',
  'delete pod web',
  'rollout status statefulset/db',
  'rollout undo deployment/web --to-revision=2',
  'set image deployment/web',
  'create -f pod.yaml',
  '',
])('%s is refused with what is served', (line) => {
  expect(() => parseKubectl(line.split(' ').filter(Boolean))).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('get --raw PATH') }),
  );
});
