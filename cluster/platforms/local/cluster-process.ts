import { createWriteStream, writeFileSync } from 'node:fs';
import { startApiServer } from '../../api/api-server.ts';
import { ObjectRegistry } from '../../api/object-registry.ts';
import { startControllers } from '../../controllers/controllers.ts';
import { usualSyncMs } from '../../controllers/horizontal-pod-autoscaler/horizontal-pod-autoscaler-controller.ts';
import { BuiltImages } from '../../images/built-images.ts';
import { loadImages } from '../../images/images.ts';
import { startKubelet } from '../../kubelet/kubelet.ts';
import { LabNetwork } from '../../network.ts';
import { claimDnsAddress, serveDns } from '../../proxy/dns-server.ts';
import { startProxy } from '../../proxy/proxy.ts';
import { loadFieldModels } from '../../resources/field-models.ts';
import { checkFields } from '../../resources/fields.ts';
import { resources } from '../../resources/resources.ts';
import { annotateSyncPeriod } from './annotate-sync-period.ts';
import type { ClusterReport, ClusterSettings } from './cluster-settings.ts';
import { watchOrphans } from './orphans.ts';
import { startTimeOf } from './process-identity.ts';
import { StateFolder } from './state-folder.ts';

/** Main of the cluster process: API server, controllers, kubelet and proxies in one; the Pods are its children. */
const settings = JSON.parse(process.argv[2] ?? '{}') as ClusterSettings;
const folder = new StateFolder(settings.name, settings.home);
/** Pipe to whoever called `up`: one JSON report a line. It may be gone; then nobody listens any more. */
const reports = createWriteStream('', { fd: 3 });
reports.on('error', () => reports.destroy());
const report = (one: ClusterReport): void => {
  if (!reports.destroyed) reports.write(`${JSON.stringify(one)}\n`);
};
const log = (line: string): void => {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
};

/** What was started, to be stopped in reverse. */
const releasers: { name: string; stop: () => unknown }[] = [];
let ending = false;

async function end(why: string, exitCode: number): Promise<void> {
  if (ending) return;
  ending = true;
  log(`stopping: ${why}`);
  for (const { name, stop } of releasers.reverse()) {
    try {
      await stop();
    } catch (error) {
      log(`stopping ${name}: ${(error as Error).stack}`);
      exitCode = exitCode || 1;
    }
  }
  log('stopped');
  if (settings.life === 'owner' || exitCode === 0) folder.remove();
  process.exit(exitCode);
}

/** A /16 of 127.0.0.0/8 that no other lab of this machine has; the search begins at a place of its own for each process. */
async function takeNetwork() {
  for (let tried = 0; tried < 240; tried += 1) {
    const network = new LabNetwork(`127.${10 + ((process.pid + tried) % 240)}`);
    const socket = await claimDnsAddress(network);
    if (socket) return { network, socket };
  }
  throw new Error('all /16 of 127.0.0.0/8 are taken by other labs: end some with `shoplab down --all`');
}

/** What is in the Docker engine, where the platform is that. */
async function startDocker() {
  if (settings.platform !== 'docker') return undefined;
  const { startDockerLab } = await import('../docker/docker-lab.ts');
  const lab = await startDockerLab(settings.name, { log, progress: (progress) => report({ progress }) });
  releasers.push({ name: 'what is in the Docker engine', stop: () => lab.stop() });
  return lab;
}

async function main(): Promise<void> {
  report({ progress: 'taking addresses' });
  // On this machine; Pods have theirs there too, or in the engine's network.
  const { network: loopback, socket } = await takeNetwork();
  const docker = await startDocker();
  const network = docker?.network ?? loopback;
  const registry = new ObjectRegistry({ resources, network });
  const dns = serveDns(socket, registry);
  docker?.serveDns(registry);
  releasers.push({ name: 'DNS', stop: () => dns.stop() });
  report({ progress: 'starting the API server' });
  await loadFieldModels();
  let kubelet: Awaited<ReturnType<typeof startKubelet>> | undefined;
  const api = await startApiServer({
    registry,
    node: () => kubelet?.nodeApi,
    checkFields,
    log,
    podsAre: docker ? 'containers' : 'processes',
  });
  releasers.push({ name: 'API server', stop: () => api.stop() });
  const images = loadImages(settings.imagesFile ? [settings.imagesFile] : [], new BuiltImages(folder.builtImages));
  // The node's own address may be one of the engine's machine; then node ports answer at another, and the node says so.
  const externalIP = docker?.isRelayed ? loopback.nodeIP : undefined;
  const proxy = startProxy({
    registry,
    nodeIP: externalIP ?? network.nodeIP,
    log,
    ...(settings.localhostNamespace && { localhostNamespace: settings.localhostNamespace }),
    ...(docker && {
      dial: docker.runtime.dial,
      balancerIP: (clusterIP: string) => clusterIP.replace(network.prefix, loopback.prefix),
      clusterListener: (...first: Parameters<typeof docker.services.listener>) => docker.services.listener(...first),
    }),
  });
  releasers.push({ name: 'proxy', stop: () => proxy.stop() });
  report({ progress: 'starting kubelet and controllers' });
  kubelet = await startKubelet({
    registry,
    network,
    nodeName: 'shoplab',
    ...(externalIP && { externalIP }),
    dataDir: folder.path,
    images,
    log,
    ...(docker && { runtime: docker.runtime }),
  });
  releasers.push({ name: 'kubelet', stop: () => kubelet?.stop() });
  const { nodeApi } = kubelet;
  const { autoscalerSyncMs = usualSyncMs } = settings;
  const usage = (namespace: string, pod: string) => nodeApi.usage(namespace, pod);
  const controllers = startControllers(registry, { log, usage, autoscalerSyncMs });
  annotateSyncPeriod(registry, autoscalerSyncMs);
  releasers.push({ name: 'controllers', stop: () => controllers.stop() });
  releasers.push({ name: 'orphans', stop: watchOrphans(registry, log) });
  writeFileSync(folder.kubeconfig, api.kubeconfig(settings.localhostNamespace), { mode: 0o600 });
  folder.write({
    name: settings.name,
    platform: settings.platform,
    pid: process.pid,
    startTime: startTimeOf(process.pid) ?? 0,
    prefix: network.prefix,
    port: api.port,
    life: settings.life,
    startedAt: new Date().toISOString(),
    autoscalerSyncMs,
    ...(settings.localhostNamespace && { localhostNamespace: settings.localhostNamespace }),
    ...(settings.imagesFile && { imagesFile: settings.imagesFile }),
  });
  log(`ready at ${api.url}, addresses ${network.prefix}.0.0/16`);
  report({ ready: true });
}

for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => void end(name, 0));
process.on('uncaughtException', (error) => {
  log(`FATAL ${error.stack}`);
  report({ error: error.message });
  void end('an error that nobody caught', 1);
});
if (settings.life === 'owner') {
  // The owner holds the other end: however it ends, the kernel closes it.
  process.stdin.on('end', () => void end('its owner is gone', 0));
  process.stdin.on('error', () => void end('its owner is gone', 0));
  process.stdin.resume();
}
try {
  await main();
} catch (error) {
  log(`FATAL ${(error as Error).stack}`);
  report({ error: (error as Error).message });
  await end('it could not start', 1);
}
