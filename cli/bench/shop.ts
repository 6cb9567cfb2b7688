import type { Figure } from './figures.ts';
import { round, type Target } from './http-rounds.ts';
import { startBenchLab } from './lab.ts';

const roundMs = 2000;

/** Start-up, memory, the proxy against a direct connection (in turn), and what one order Pod takes. */
export async function shop(rounds: number): Promise<Figure[]> {
  const warm = await startBenchLab();
  await warm[Symbol.asyncDispose]();
  const up: number[] = [];
  const lab = await startBenchLab();
  try {
    up.push(lab.upMs);
    const memory = await lab.memoryMegabytes();
    const { podIP, clusterIP, port } = lab.order;
    const health = { port, method: 'GET', path: '/health/live' } as const;
    const direct: Target = { ...health, host: podIP };
    const proxied: Target = { ...health, host: clusterIP };
    const figures = { p50: pair(), p99: pair(), throughput: pair(), orders: [] as number[] };
    await round(direct, 8, roundMs); // warms the Pod up
    for (let each = 0; each < rounds; each += 1) {
      for (const [side, target] of [
        ['against', direct],
        ['readings', proxied],
      ] as const) {
        const alone = await round(target, 1, roundMs);
        figures.p50[side].push(alone.p50Ms);
        figures.p99[side].push(alone.p99Ms);
        figures.throughput[side].push((await round(target, 16, roundMs)).perSecond);
      }
      const order: Target = { host: podIP, port, method: 'POST', path: '/orders', body: { productId: 1 + (each % 4), quantity: 1 } };
      figures.orders.push((await round(order, 16, roundMs)).perSecond);
    }
    const paired = (name: string, unit: string, { readings, against }: Pair): Figure => ({
      name,
      unit,
      readings,
      against: { name: 'direct', readings: against },
    });
    return [
      { name: 'shoplab up, to all Pods Ready (second start)', unit: 'ms', readings: up, goal: { atMost: 5000 } },
      { name: 'memory of the idle lab, all processes', unit: 'MB', readings: [memory], goal: { atMost: 700 } },
      paired('through a Service, one connection: p50', 'ms', figures.p50),
      paired('through a Service, one connection: p99', 'ms', figures.p99),
      paired('through a Service, 16 connections', 'requests/s', figures.throughput),
      { name: 'orders of one order Pod, 16 connections', unit: 'orders/s', readings: figures.orders },
    ];
  } finally {
    await lab[Symbol.asyncDispose]();
  }
}

interface Pair {
  readings: number[];
  against: number[];
}
const pair = (): Pair => ({ readings: [], against: [] });
