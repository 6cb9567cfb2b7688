import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scenario } from '../../engine/experiment.ts';
import { constantArrivalRate } from '../constant-arrival-rate.ts';
import { buildK6StandIn } from '../testing/k6-image.ts';
import { PodLoads } from '../testing/pod-loads.ts';
import { startK6From } from './k6-load.ts';
import { k6Scripted } from './k6-scripted.ts';

/** k6 in a Pod, by a stand-in that is called k6, in an image of its own: the real one is not used here. */
const loads = new PodLoads();
const folder = mkdtempSync(join(tmpdir(), 'k6-pod-test-'));
let image = '';
beforeAll(async () => {
  image = await buildK6StandIn();
  await loads.up('k6-pod');
}, 180_000);
afterAll(async () => {
  await loads.down();
  rmSync(folder, { recursive: true });
});

const open = constantArrivalRate({
  ...{ rate: 50, maxVUs: 20, gracefulStopMs: 2000, expectStatuses: [200] },
  request: { service: 'web', port: 8080, method: 'GET', path: '/', timeoutMs: 2000 },
});

const start = (namespace: string, scenario: Scenario, from = image) => loads.start(namespace, { ...scenario, start: startK6From(from) });

test('the load of an experiment comes from the Pod, with no k6 on this machine', async () => {
  const { load, samples, told } = await start('from-pod', open);
  await told(50);
  const record = await load.stop();
  expect(record).toMatchObject({
    executor: 'constant-arrival-rate',
    requests: samples.length,
    succeeded: samples.length,
    latenessMs: null,
    settings: { sentBy: 'k6 v0.0.0-stand-in', sentFrom: 'Pod shoplab-loader' },
  });
  expect(samples[0]?.body).toEqual({ from: expect.any(String) });
});

test('its times are on this machine’s clock, also where that of its node is another', async () => {
  const { load, samples, elapsedMs, told } = await start('ahead', open, await buildK6StandIn(7));
  await told(50);
  const nowMs = elapsedMs();
  await load.stop();
  // What has been answered was due before. Without the comparison of clocks it would be 7 s later.
  const dues = samples.slice(0, 50).map(({ dueMs }) => dueMs);
  expect(Math.min(...dues)).toBeGreaterThan(0);
  expect(Math.max(...dues)).toBeLessThan(nowMs);
});

test('a script of one’s own runs with what lies beside it, and its thresholds are told', async () => {
  mkdirSync(join(folder, 'lib'));
  writeFileSync(join(folder, 'lib', 'path.js'), "export const path = '/none';\n");
  const script = join(folder, 'own.js');
  writeFileSync(
    script,
    `import http from 'k6/http';
import { path } from './lib/path.js';
export const options = {
  scenarios: { mine: { executor: 'constant-arrival-rate', rate: 40, timeUnit: '1s', duration: '60s', preAllocatedVUs: 5, maxVUs: 20 } },
  thresholds: { http_req_failed: ['rate<0.5'], http_req_duration: ['max<0'] },
};
http.setResponseCallback(http.expectedStatuses(404));
export default function () { http.get(__ENV.ORIGIN + path); }
`,
  );
  const { load, told } = await start('scripted', k6Scripted({ script, name: 'own.js', service: 'web', port: 8080, gracefulStopMs: 1000 }));
  await told(20);
  const record = await load.stop();
  expect(record).toMatchObject({ executor: 'k6', succeeded: record.requests, settings: { script: 'own.js' } });
  expect(record.thresholds).toEqual([
    { metric: 'http_req_duration', expression: 'max<0', holds: false, observed: expect.any(Number) },
    { metric: 'http_req_failed', expression: 'rate<0.5', holds: true, observed: 0 },
  ]);
});

test('a script that does not run says why', async () => {
  const script = join(folder, 'broken.js');
  writeFileSync(script, 'throw new Error("no such thing");');
  const scenario = k6Scripted({ script, name: 'broken.js', service: 'web', port: 8080, gracefulStopMs: 1000 });
  await expect(start('broken', scenario)).rejects.toThrow(/k6 ended unexpectedly: exit code 107\n.*no such thing/);
});

test('an image without k6 is told as such', async () => {
  await expect(start('no-k6', open, 'node:24-slim')).rejects.toThrow(/image node:24-slim has no k6/);
});

test('a Pod that is taken away in the middle of it is told as such', async () => {
  const { load, told } = await start('taken-away', open);
  await told(1);
  await loads.kube.request('DELETE', '/api/v1/namespaces/taken-away/pods/shoplab-loader?gracePeriodSeconds=0');
  await expect(load.failed).rejects.toThrow(/^k6 ended unexpectedly: /);
});
