import { computeCandidate, decideCandidate, type Pod } from './candidate-pod.ts';

test('a candidate is the Pod of the Deployment with another image, which no Service selects', () => {
  const spec = {
    terminationGracePeriodSeconds: 15,
    containers: [
      { name: 'product', image: 'a:1', env: [] },
      { name: 'side', image: 's:1' },
    ],
  };
  const candidate = computeCandidate(
    { spec: { template: { metadata: { labels: { app: 'product' } }, spec } } },
    {
      service: 'product',
      name: 'product-candidate-1',
      image: 'a:2',
    },
  );
  expect(candidate).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'product-candidate-1', labels: { app: 'product-candidate' } },
    spec: {
      terminationGracePeriodSeconds: 15,
      containers: [
        { name: 'product', image: 'a:2', env: [] },
        { name: 'side', image: 's:1' },
      ],
    },
  });
});

const yes = { ok: true, out: '{}', error: '' };
const no = (error: string) => ({ ok: false, out: '', error });
const container = (state: object, restartCount = 0, lastState = {}): Pod => ({
  status: { containerStatuses: [{ restartCount, state, lastState }] },
});

test.each([
  ['nothing yet', {}, no('no such host'), 'starting'],
  [
    'its database is not there',
    container({ running: {} }),
    no('Error from server (ServiceUnavailable): the server is currently unable to handle the request'),
    'starting',
  ],
  [
    'the port is not open',
    container({ running: {} }),
    no('error trying to reach service: dial tcp 127.0.0.1:8083: connect: connection refused'),
    'starting',
  ],
  ['it answers', container({ running: {} }), yes, 'serving'],
  [
    'it answers wrongly',
    container({ running: {} }),
    no('Error from server (NotFound): the server could not find the requested resource'),
    'serving',
  ],
  ['it has ended', container({ terminated: { exitCode: 1, reason: 'Error' } }), no('refused'), 'crashed'],
  ['it was started again, and answers', container({ running: {} }, 1, { terminated: { exitCode: 1, reason: 'Error' } }), yes, 'crashed'],
  ['its image is not there', container({ waiting: { reason: 'ErrImagePull', message: 'unknown' } }), no('refused'), 'starting'],
] as const)('%s', (_, pod, answer, value) => {
  expect(decideCandidate(pod as Pod, answer).value).toBe(value);
});
