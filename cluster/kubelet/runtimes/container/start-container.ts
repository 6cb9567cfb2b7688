import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import type Dockerode from 'dockerode';
import type { ContainerExit, ContainerSecurity, ExecStreams, RunningContainer, StartRequest } from '../runtime.ts';
import { endOf } from './container-end.ts';
import type { ContainerRuntimeOptions } from './container-options.ts';
import type { EngineHealth } from './engine-health.ts';
import { memoryMounts } from './memory-volumes.ts';

const usageEveryMs = 1000;
/** How long the log of what has ended may take to come. */
const outputEndsMs = 1000;

/** Creates and starts a container in the network of its Pod's sandbox; it is removed when it has ended. Rejects with what the engine says where it cannot be. */
export async function startContainer(
  request: StartRequest,
  options: ContainerRuntimeOptions,
  { sandbox, health }: { sandbox: string; health: EngineHealth },
): Promise<RunningContainer> {
  const { docker } = options;
  const container = await docker.createContainer(creation(request, options, sandbox));
  try {
    const output = await container.attach({ stream: true, stdout: true, stderr: true, logs: true });
    docker.modem.demuxStream(output, sinkOf(request, 'stdout'), sinkOf(request, 'stderr'));
    const outputEnded = once(output, 'end').catch(() => undefined); // broken off is over, too
    await container.start();
    const { StopSignal: stopSignal = 'SIGTERM' } = (await container.inspect()).Config as { StopSignal?: string };
    return running(container, { request, stopSignal, outputEnded, options, health });
  } catch (error) {
    await container.remove({ force: true, v: true });
    throw error;
  }
}

function creation(request: StartRequest, options: ContainerRuntimeOptions, sandbox: string): Dockerode.ContainerCreateOptions {
  const { labels, traits } = options;
  const { id, image, command, args, workingDir, env, mounts, terminationLog, user, group, limits, namespace, hostname, name } = request;
  return {
    name: `shoplab-${namespace}-${hostname}-${name}-${id.slice(0, 8)}`,
    Image: image,
    // Podman names a container after itself, also where it shares another's network; Docker after that other.
    ...(traits.podman && { Hostname: hostname }),
    // As Kubernetes has it: `command` is the entrypoint, and with it goes the image's own CMD.
    ...(command && { Entrypoint: command }),
    ...(args && { Cmd: args }),
    ...(workingDir && { WorkingDir: workingDir }),
    Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    ...(user !== undefined && { User: group === undefined ? String(user) : `${user}:${group}` }),
    Labels: { ...labels, 'shoplab.dev/namespace': namespace, 'shoplab.dev/pod': hostname, 'shoplab.dev/container': name },
    HostConfig: {
      Binds: [...mounts, terminationLog]
        .filter(({ memory }) => !memory)
        .map(({ hostPath, mountPath, readOnly }) => `${hostPath}:${mountPath}${readOnly ? ':ro' : ''}`),
      Mounts: memoryMounts(request, options),
      ...securityOptions(request.security),
      ...(limits?.memoryBytes !== undefined && { Memory: limits.memoryBytes, MemorySwap: limits.memoryBytes }),
      ...(limits?.cpuCores !== undefined && { NanoCpus: Math.round(limits.cpuCores * 1e9) }),
      NetworkMode: `container:${sandbox}`,
    },
  };
}

/** What the container may do, in the engine's words. */
const securityOptions = ({ readOnlyRoot, privileged, noNewPrivileges, addCapabilities, dropCapabilities }: ContainerSecurity = {}) => ({
  ...(readOnlyRoot && { ReadonlyRootfs: true }),
  ...(privileged && { Privileged: true }),
  ...(noNewPrivileges && { SecurityOpt: ['no-new-privileges'] }),
  ...(addCapabilities && { CapAdd: addCapabilities }),
  ...(dropCapabilities && { CapDrop: dropCapabilities }),
});

interface Parts {
  request: StartRequest;
  stopSignal: string;
  outputEnded: Promise<unknown>;
  options: ContainerRuntimeOptions;
  health: EngineHealth;
}

function running(container: Dockerode.Container, { request, stopSignal, outputEnded, options, health }: Parts): RunningContainer {
  const { docker, traits } = options;
  let gone = false;
  const abandoned = new AbortController();
  let used: { cpuSeconds: number; memoryBytes: number } | undefined;
  const ask = (): void => void read(container).then((usage) => (used = usage ?? used));
  const look = traits.measures ? setInterval(ask, usageEveryMs) : undefined;
  const send = (signal: string): void => {
    if (gone) return;
    // One that has ended meanwhile takes no signal, and needs none.
    container.kill({ signal }).catch(() => undefined);
  };
  const exited = (async (): Promise<ContainerExit> => {
    const exit = await endOf(container, health, abandoned.signal);
    gone = true;
    clearInterval(look);
    await Promise.race([outputEnded, new Promise((resolve) => setTimeout(resolve, outputEndsMs))]);
    await container.remove({ force: true, v: true }).catch(() => undefined); // gone already
    return exit;
  })();
  return {
    id: container.id,
    exited,
    terminate: () => send(stopSignal),
    kill: () => {
      // Whom nobody can kill is not waited for either.
      if (health.isDown) abandoned.abort();
      else send('SIGKILL');
    },
    exec: (command, streams, signal) => {
      if (gone) throw new Error(`container ${request.name} is not running`);
      return exec(docker, container, command, streams, signal);
    },
    usage: () => (gone ? undefined : used),
  };
}

const sinkOf = ({ log }: StartRequest, stream: 'stdout' | 'stderr'): Writable =>
  new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      log.write(stream, chunk);
      done();
    },
  });

async function exec(
  docker: Dockerode,
  container: Dockerode.Container,
  command: string[],
  { stdin, stdout, stderr }: ExecStreams,
  signal: AbortSignal,
): Promise<number> {
  signal.throwIfAborted();
  const made = await container.exec({ Cmd: command, AttachStdin: stdin !== undefined, AttachStdout: true, AttachStderr: true });
  const stream = await made.start({ hijack: true, stdin: stdin !== undefined });
  const abort = (): void => void stream.destroy();
  signal.addEventListener('abort', abort, { once: true });
  const ignored = (): PassThrough => new PassThrough().resume();
  docker.modem.demuxStream(stream, stdout ?? ignored(), stderr ?? ignored());
  stdin?.pipe(stream);
  try {
    await once(stream, 'close');
    signal.throwIfAborted();
    const { ExitCode } = await made.inspect();
    return ExitCode ?? 0;
  } finally {
    signal.removeEventListener('abort', abort);
    stdin?.unpipe(stream);
  }
}

/** Undefined where the engine does not answer, or it has ended. */
async function read(container: Dockerode.Container): Promise<{ cpuSeconds: number; memoryBytes: number } | undefined> {
  const asked = container.stats({ stream: false, 'one-shot': true } as { stream: false });
  // Of one that has ended Docker says zeros without a usage, and Podman nothing at all.
  const { cpu_stats: cpu, memory_stats: memory }: Partial<Dockerode.ContainerStats> = await asked.catch(() => ({}));
  if (cpu?.cpu_usage === undefined || memory?.usage === undefined) return undefined;
  // Podman tells no more than the usage.
  const files = (memory.stats ?? {}) as { inactive_file?: number; total_inactive_file?: number };
  // As the kubelet counts a working set: without what the kernel may drop.
  const dropped = files.total_inactive_file ?? files.inactive_file ?? 0;
  return { cpuSeconds: cpu.cpu_usage.total_usage / 1e9, memoryBytes: Math.max(0, memory.usage - dropped) };
}
