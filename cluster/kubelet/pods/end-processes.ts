import type { ContainerRecord } from '../containers/container-record.ts';

/** Ends the containers' processes without hooks and Events: SIGTERM to all, SIGKILL to what is left. For when the whole lab ends. */
export async function endProcesses(records: ContainerRecord[], graceSeconds: number): Promise<void> {
  const running = records.flatMap(({ instance }) => (instance?.running && !instance.ended ? [instance] : []));
  for (const instance of running) instance.running?.terminate();
  const timer = setTimeout(() => {
    for (const instance of running) instance.running?.kill();
  }, graceSeconds * 1000);
  await Promise.all(running.map(({ whenEnded }) => whenEnded));
  clearTimeout(timer);
}
