import type { Cluster } from '../cluster/platform.ts';
import { formatDuration } from '../reports/check-words.ts';
import { UsageError } from './errors/usage-error.ts';

/** What a lab is made with and keeps. What is absent was not asked for. */
export interface AskedOfLab {
  nodeImage?: string | undefined;
  autoscalerSyncMs?: number | undefined;
  /** Ports of LoadBalancer Services, which are to answer on localhost. */
  ports?: { service: string; port: number }[];
}

/** Throws where a lab that is up was made with something else than is asked for. What is not known of it is not refused. */
export function requireAsMade(
  { name, nodeImage, autoscalerSyncMs, nodePorts }: Pick<Cluster, 'name' | 'nodeImage' | 'autoscalerSyncMs' | 'nodePorts'>,
  asked: AskedOfLab,
): void {
  const others: string[] = [];
  if (asked.nodeImage !== undefined && nodeImage !== undefined && !mayBeSame(nodeImage, asked.nodeImage))
    others.push(`its node has image ${nodeImage}, and ${asked.nodeImage} is asked for`);
  if (asked.autoscalerSyncMs !== undefined && autoscalerSyncMs !== undefined && asked.autoscalerSyncMs !== autoscalerSyncMs)
    others.push(
      `its autoscalers look every ${formatDuration(autoscalerSyncMs)}, and every ${formatDuration(asked.autoscalerSyncMs)} is asked for`,
    );
  const missing = nodePorts ? (asked.ports ?? []).filter(({ port }) => nodePorts[port] === undefined) : [];
  if (missing.length > 0)
    others.push(
      `it answers on localhost at ${Object.keys(nodePorts ?? {}).join(', ') || 'no port'}, and ${missing.map(({ service, port }) => `Service ${service} asks for ${port}`).join(', ')}`,
    );
  if (others.length === 0) return;
  throw new UsageError(`lab ${name} is up, and was made otherwise: ${others.join('; ')}`, {
    hint: `end it by shoplab down --name ${name}, or let this be another lab: --name OTHER`,
  });
}

/** Whether two names may mean one image: what one of them leaves out tells nothing. */
function mayBeSame(one: string, other: string): boolean {
  const [a, b] = [partsOf(one), partsOf(other)];
  if (a.name !== b.name) return false;
  if (a.digest && b.digest) return a.digest === b.digest;
  return !a.tag || !b.tag || a.tag === b.tag;
}

function partsOf(image: string) {
  const [, name = image, tag, digest] = /^(?:docker\.io\/(?:library\/)?|localhost\/)?(.+?)(?::([^:/@]+))?(?:@(.+))?$/.exec(image) ?? [];
  return { name, tag, digest };
}
