import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { connectKube } from '../../experiments/engine/kube/kube-clients.ts';

const run = promisify(execFile);
const bin = fileURLToPath(new URL('../bin.js', import.meta.url));
const name = 'bench';
/** The shop without its autoscaler: one order Pod stays one. */
const overlay = 'async-decoupling/treatment';

/** The shop as `shoplab up` brings it up, in a lab of its own. */
export interface BenchLab extends AsyncDisposable {
  /** From the command to all Pods Ready. */
  readonly upMs: number;
  /** Addresses of Service order: its one Pod, and its clusterIP. */
  readonly order: { podIP: string; clusterIP: string; port: number };
  /** Resident memory of all processes of the lab, in MB. */
  memoryMegabytes(): Promise<number>;
}

/** Brings the lab up; it goes with `[Symbol.asyncDispose]`. Ports 8081 to 8083 have to be free. */
export async function startBenchLab(): Promise<BenchLab> {
  const started = performance.now();
  const { stdout } = await run(process.execPath, [bin, 'up', '--name', name, '--overlay', overlay, '--json']);
  const upMs = performance.now() - started;
  const { kubeconfig } = JSON.parse(stdout) as { kubeconfig: string };
  const kube = await connectKube(kubeconfig);
  const pods = await kube.request<{ items: { status: { podIP: string } }[] }>(
    'GET',
    '/api/v1/namespaces/shop/pods?labelSelector=app%3Dorder',
  );
  const service = await kube.request<{ spec: { clusterIP: string } }>('GET', '/api/v1/namespaces/shop/services/order');
  const usage = () =>
    kube.request<{ items: { containers: { usage: { memory: string } }[] }[] }>('GET', '/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods');
  const { pid } = JSON.parse(await readFile(join(dirname(kubeconfig), 'cluster.json'), 'utf8')) as { pid: number };
  return {
    upMs,
    order: { podIP: pods.items[0]?.status.podIP ?? '', clusterIP: service.spec.clusterIP, port: 8081 },
    async memoryMegabytes() {
      const { items: all } = await kube.request<{ items: unknown[] }>('GET', '/api/v1/namespaces/shop/pods');
      let { items } = await usage();
      // A Pod that has just started has no figures yet.
      for (const untilMs = performance.now() + 30_000; items.length < all.length; { items } = await usage()) {
        if (performance.now() > untilMs) throw new Error(`only ${items.length} of ${all.length} Pods have told their memory within 30 s`);
        await pause(500);
      }
      const ofPods = items
        .flatMap(({ containers }) => containers)
        .reduce((sum, { usage: { memory } }) => sum + Number.parseInt(memory, 10) / 1024, 0);
      return ofPods + (await residentMegabytes(pid));
    },
    async [Symbol.asyncDispose]() {
      kube.close();
      await run(process.execPath, [bin, 'down', '--name', name]);
    },
  };
}

async function residentMegabytes(pid: number): Promise<number> {
  const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) / 1024;
}
