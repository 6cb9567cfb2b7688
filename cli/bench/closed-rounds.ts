import autocannon from 'autocannon';
import type { Sample } from '../../experiments/engine/experiment.ts';
import { ClosedLoader } from '../../experiments/load/closed-loader.ts';
import { LoadTally } from '../../experiments/load/load-tally.ts';

/**
 * Main of a process that sends a closed load of 50 users for three seconds and says on stdout, as JSON, how many requests it sent and how much CPU
 * it took for them. Arguments: `shoplab` or `autocannon`, and the URL.
 */
const [kind = '', url = ''] = process.argv.slice(2);
const users = 50;
const seconds = 3;

async function byShoplab(): Promise<number> {
  const { origin, pathname: path } = new URL(url);
  const tally = new LoadTally();
  const loader = new ClosedLoader({
    scenario: {
      ...{ executor: 'constant-vus', rate: null, maxVUs: users, gracefulStopMs: 1000, expectStatuses: [200] },
      request: { service: '127.0.0.1', port: 0, method: 'GET', path, timeoutMs: 10_000 },
    },
    ...{ origin, seed: 1, elapsedMs: 0, share: { index: 0, of: 1 }, durationMs: 1000 * seconds, keepsBodies: false },
    onSample: (sample: Sample, bytes: number) => tally.add(sample, bytes),
  });
  loader.start();
  await loader.finished;
  await loader.stop();
  return tally.requests - tally.failed;
}

async function byAutocannon(): Promise<number> {
  const { requests, non2xx, errors } = await autocannon({ url, connections: users, duration: seconds });
  return requests.total - non2xx - errors;
}

const before = process.cpuUsage();
const requests = await (kind === 'shoplab' ? byShoplab() : byAutocannon());
const { user, system } = process.cpuUsage(before);
process.stdout.write(JSON.stringify({ requests, cpuSeconds: (user + system) / 1e6 }));
