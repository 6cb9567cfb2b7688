import { readFileSync } from 'node:fs';
import { ask } from '../testing/ask.ts';
import { Broker } from '../testing/broker.ts';
import { Postgres } from '../testing/postgres.ts';
import { type Service, Shop } from '../testing/shop.ts';
import { until } from '../testing/until.ts';

let postgres: Postgres;
let shop: Shop;
let product: Service;

beforeAll(async () => {
  postgres = await Postgres.start();
  shop = await Shop.make(postgres, { SHOPLAB_CHAOS: '1' }, await Broker.away());
});
beforeEach(async () => {
  product = await shop.start('product');
});
afterEach(async () => await product.end('SIGKILL'));
afterAll(async () => {
  await shop?.stop();
  await postgres?.stop();
});

interface ChaosState {
  cpu: boolean;
  memoryMegabytes: number;
  health: { live?: number; ready?: number };
}
const chaos = async (method: string, path: string, body?: unknown) => await ask<ChaosState>(method, product.chaosUrl + path, body);
const health = async (name: 'live' | 'ready'): Promise<number> => (await ask('GET', `${product.url}/health/${name}`)).status;
/** User and system time of a process, in ticks of 10 ms. */
const cpuTicks = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
};
const residentMb = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

describe('the chaos port', () => {
  it('answers health checks as it is told, until that is undone', async () => {
    expect([await health('live'), await health('ready')]).toEqual([200, 200]);
    expect((await chaos('POST', '/health', { ready: 503 })).status).toBe(202);
    expect([await health('live'), await health('ready')]).toEqual([200, 503]);
    await chaos('POST', '/health', { live: 500 });
    expect([await health('live'), await health('ready')]).toEqual([500, 503]);
    expect((await chaos('GET', '/')).body.health).toEqual({ live: 500, ready: 503 });
    expect((await chaos('DELETE', '/')).status).toBe(200);
    expect([await health('live'), await health('ready')]).toEqual([200, 200]);
  });

  it('hangs the process for so long, without using its CPU', async () => {
    expect((await chaos('POST', '/hang', { durationMs: 3000 })).status).toBe(202);
    const ticks = cpuTicks(product.pid);
    const silent = await fetch(`${product.url}/health/live`, { signal: AbortSignal.timeout(1000) }).then(
      () => false,
      () => true,
    );
    expect(silent).toBe(true);
    expect(cpuTicks(product.pid) - ticks).toBeLessThan(50);
    await until('it to wake', async () => ((await health('live')) === 200 ? true : undefined));
  });

  it('ends the process with an exit code', async () => {
    expect((await chaos('POST', '/crash', { exitCode: 7 })).status).toBe(202);
    expect(await product.ended).toBe(7);
  });

  it('ends the process by SIGKILL', async () => {
    expect((await chaos('POST', '/kill')).status).toBe(202);
    expect(await product.ended).toBe('SIGKILL');
  });

  it('uses CPU until that is undone', async () => {
    await chaos('POST', '/cpu', { share: 0.8 });
    expect((await chaos('GET', '/')).body.cpu).toBe(true);
    const ticks = cpuTicks(product.pid);
    await until('half a second of CPU', () => (cpuTicks(product.pid) - ticks > 50 ? true : undefined));
    await chaos('DELETE', '/');
    expect((await chaos('GET', '/')).body.cpu).toBe(false);
    expect(await health('live')).toBe(200);
  });

  it('takes memory until that is undone', async () => {
    const before = residentMb(product.pid);
    await chaos('POST', '/memory', { megabytes: 150 });
    expect((await chaos('GET', '/')).body.memoryMegabytes).toBe(150);
    expect(residentMb(product.pid)).toBeGreaterThan(before + 120);
    await chaos('DELETE', '/');
    expect((await chaos('GET', '/')).body.memoryMegabytes).toBe(0);
  });

  it('refuses what it does not know', async () => {
    const cases: [string, string, unknown, number][] = [
      ['POST', '/health', { live: 99 }, 400],
      ['POST', '/health', { dead: 500 }, 400],
      ['POST', '/hang', { durationMs: -1 }, 400],
      ['POST', '/memory', {}, 400],
      ['POST', '/cpu', { share: 2 }, 400],
      ['POST', '/flood', {}, 404],
      ['PUT', '/cpu', {}, 405],
      ['GET', '/kill', undefined, 405],
      ['POST', '/', {}, 405],
    ];
    for (const [method, path, body, status] of cases) expect([path, (await chaos(method, path, body)).status]).toEqual([path, status]);
  });
});
