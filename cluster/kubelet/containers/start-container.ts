import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { computeEnvironment, expandAll } from '../environment/environment.ts';
import { ContainerLog } from '../logs/container-log.ts';
import { specOf } from '../pods/pod.ts';
import type { StartRequest } from '../runtimes/runtime.ts';
import { awaitEnd, failedToRun } from './container-end.ts';
import { limitsOf } from './container-limits.ts';
import type { ContainerRecord, Instance } from './container-record.ts';
import { ensureImage } from './ensure-image.ts';
import { runHook } from './lifecycle-hook.ts';
import type { PodContext } from './pod-context.ts';
import { runAs } from './run-as.ts';
import { securityOf } from './security.ts';
import { StartFailure } from './start-failure.ts';
import { stopContainer } from './stop-container.ts';

/**
 * Pulls, creates and starts a container, and runs its postStart (kuberuntime_container.go, startContainer). Throws StartFailure with what the
 * container's status is to say.
 */
export async function startContainer(record: ContainerRecord, context: PodContext): Promise<void> {
  const { spec } = record;
  await ensureImage(record, context);
  if (context.ending.aborted) return;
  const containerID = randomBytes(32).toString('hex');
  const request = await createContainer(record, context, containerID);
  context.event('Normal', 'Created', `Created container: ${spec.name}`, record);
  const instance: Instance = {
    containerID: `${context.runtime.scheme}://${containerID}`,
    startedAtMs: context.now(),
    log: request.log,
    terminationLog: request.terminationLog.hostPath,
    env: request.env,
    isStarting: spec.lifecycle?.postStart !== undefined,
  };
  const before = record.instance;
  if (before?.ended) {
    record.former?.log.remove();
    record.former = { ended: before.ended, log: before.log };
    record.restartCount += 1;
  }
  record.instance = instance;
  delete record.waiting;
  try {
    instance.running = await context.runtime.start(request);
    if (instance.running.id) instance.containerID = `${context.runtime.scheme}://${instance.running.id}`;
  } catch (error) {
    const { message } = error as Error;
    failedToRun(instance, message, context.now());
    context.event('Warning', 'Failed', `Error: ${message}`, record);
    context.wake();
    throw new StartFailure('RunContainerError', message, { cause: error });
  }
  awaitEnd(instance, record, context);
  context.event('Normal', 'Started', `Started container ${spec.name}`, record);
  context.wake();
  if (spec.lifecycle?.postStart) await runPostStart(record, instance, context);
}

/** Everything that can be wrong with a container's configuration shows here. */
async function createContainer(record: ContainerRecord, context: PodContext, id: string): Promise<StartRequest & { log: ContainerLog }> {
  const { spec } = record;
  const pod = context.pod();
  try {
    const env = computeEnvironment(spec, context.sources());
    const { user, group } = await runAs(spec, pod, () => context.runtime.userOf(spec.image ?? ''));
    const mounts = context.volumes.mountsOf(spec, env);
    const attempt = record.instance ? record.restartCount + 1 : 0;
    const terminationLog = join(context.folder, 'termination', spec.name, String(attempt));
    mkdirSync(dirname(terminationLog), { recursive: true });
    writeFileSync(terminationLog, '', { mode: 0o666 });
    const request = {
      id,
      podUid: pod.metadata.uid,
      namespace: pod.metadata.namespace ?? '',
      podIP: context.podIP,
      hostname: specOf(pod).hostname ?? pod.metadata.name,
      name: spec.name,
      image: spec.image ?? '',
      command: expandAll(spec.command, env),
      args: expandAll(spec.args, env),
      workingDir: spec.workingDir,
      env,
      mounts,
      terminationLog: { mountPath: spec.terminationMessagePath || '/dev/termination-log', hostPath: terminationLog },
      user,
      group,
      security: securityOf(spec),
      limits: limitsOf(spec),
      log: new ContainerLog(join(context.folder, 'logs', spec.name, `${attempt}.log`), () => context.now()),
    };
    if (attempt === 0)
      for (const sentence of context.runtime.shortcomings(request)) context.event('Warning', 'NotHonoured', sentence, record);
    return request;
  } catch (error) {
    const failure =
      error instanceof StartFailure ? error : new StartFailure('CreateContainerError', (error as Error).message, { cause: error });
    context.event('Warning', 'Failed', `Error: ${failure.message}`, record);
    throw failure;
  }
}

async function runPostStart(record: ContainerRecord, instance: Instance, context: PodContext): Promise<void> {
  const hook = record.spec.lifecycle?.postStart;
  if (!hook || !instance.running) return;
  try {
    // A Pod that is to end does not wait for it, nor does a container that has ended.
    const ended = new AbortController();
    void instance.running.exited.then(() => ended.abort(new Error('the container ended')));
    await runHook(hook, record.spec, instance.running, context, AbortSignal.any([context.ending, ended.signal]));
    instance.isStarting = false;
  } catch (error) {
    instance.isStarting = false;
    if (context.ending.aborted) return;
    context.event('Warning', 'FailedPostStartHook', 'PostStartHook failed', record);
    await stopContainer(record, context, {
      graceSeconds: specOf(context.pod()).terminationGracePeriodSeconds ?? 30,
      message: 'FailedPostStartHook',
    });
    throw new StartFailure('PostStartHookError', (error as Error).message, { cause: error });
  } finally {
    context.wake();
  }
}
