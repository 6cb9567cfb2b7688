import { once } from 'node:events';
import { PodLoads } from '../../load/testing/pod-loads.ts';
import type { PodStream } from '../experiment.ts';
import type { ServiceAddress } from './ask-service.ts';
import { PodAsker } from './pod-asker.ts';

/** A Pod that asks, in containers. */
const pods = new PodLoads();
const signal = new AbortController().signal;
const streams: PodStream[] = [];
let asker: PodAsker;
let gone: Error | undefined;
const ended = new EventTarget();
let web: ServiceAddress;
beforeAll(async () => {
  await pods.up('asker');
  const { kube } = pods;
  await kube.request('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'asked' } });
  const stream: typeof kube.stream = async (...place) => {
    const made = await kube.stream(...place);
    streams.push(made);
    return made;
  };
  asker = await PodAsker.open(
    { kube: { ...kube, stream }, namespace: 'asked', signal, say: () => undefined, imageOf: (image) => image },
    (error) => {
      gone = error;
      ended.dispatchEvent(new Event('gone'));
    },
  );
  web = pods.address;
}, 180_000);
afterAll(() => {
  asker?.close();
  return pods.down();
});

test('answers belong to what was asked, however many are asked at once', async () => {
  const asked = ['/', '/none', '/', '/none'].map((path) => asker.ask(web, { how: 'http', method: 'GET', path, withinMs: 5000 }, signal));
  expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 404, 200, 404]);
});

test('a connection itself: taken, refused, and all that came by it', async () => {
  expect(await asker.ask(web, { how: 'connect' }, signal)).toBe('accepted');
  expect(await asker.ask({ ...web, port: 1 }, { how: 'connect' }, signal)).not.toBe('accepted');
  expect(await asker.ask(web, { how: 'raw', path: '/', silentMs: 5000 }, signal)).toMatchObject({
    end: 'end',
    receivedBytes: expect.any(Number),
  });
});

test('nobody there is an error, in words; and so is no answer in time', async () => {
  await expect(asker.ask({ ...web, port: 1 }, { how: 'http', method: 'GET', path: '/', withinMs: 500 }, signal)).rejects.toThrow(
    /ECONNREFUSED|no answer within 0.5 s/,
  );
});

test('a connection that is cut tells so, and the next who asks has another', async () => {
  const before = streams.length;
  const asked = asker.ask(web, { how: 'raw', path: '/slow', silentMs: 60_000 }, signal);
  streams.at(-1)?.close();
  await expect(asked).rejects.toThrow('Pod shoplab-asker does not answer: the connection was cut');
  expect(await asker.ask(web, { how: 'connect' }, signal)).toBe('accepted');
  expect(streams.length).toBe(before + 1);
});

test('who does not wait any more is let go', async () => {
  const enough = new AbortController();
  const asked = asker.ask(web, { how: 'raw', path: '/slow', silentMs: 60_000 }, enough.signal);
  enough.abort(new Error('enough'));
  await expect(asked).rejects.toThrow('enough');
});

test('a Pod that was taken away is told as such', async () => {
  expect(gone).toBeUndefined();
  const told = once(ended, 'gone');
  await pods.kube.request('DELETE', '/api/v1/namespaces/asked/pods/shoplab-asker?gracePeriodSeconds=0');
  await told;
  expect(gone?.message).toMatch(/^Pod shoplab-asker.* (is gone|does not answer): /);
});
