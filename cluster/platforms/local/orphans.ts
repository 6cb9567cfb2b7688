import type { Registry } from '../../api/registry.ts';
import { isAlive } from './process-identity.ts';

/** On a namespace: `PID:STARTTIME` of the process that it is for. */
export const ownerAnnotation = 'shoplab.dev/owner-process';

/** A look reads one file of /proc for each run. */
const everyMs = 200;
const graceSeconds = 1;

/** Deletes namespaces whose owner has died, so that a killed `shoplab run` leaves nothing in a lab that goes on. Answers how to stop. */
export function watchOrphans(registry: Registry, log: (line: string) => void): () => void {
  const look = (): void => {
    for (const { metadata } of registry.list('Namespace')) {
      const [, pid, startTime] = /^(\d+):(\d+)$/.exec(metadata.annotations?.[ownerAnnotation] ?? '') ?? [];
      if (!pid || !startTime || isAlive({ pid: Number(pid), startTime: Number(startTime) })) continue;
      if (!metadata.deletionTimestamp) {
        log(`namespace ${metadata.name}: its owner, process ${pid}, is gone: deleting it`);
        registry.delete('Namespace', '', metadata.name);
      }
      for (const pod of registry.list('Pod', metadata.name)) {
        if ((pod.metadata.deletionGracePeriodSeconds ?? Number.POSITIVE_INFINITY) <= graceSeconds) continue;
        registry.delete('Pod', metadata.name, pod.metadata.name, { gracePeriodSeconds: graceSeconds });
      }
    }
  };
  const timer = setInterval(look, everyMs);
  return () => clearInterval(timer);
}
