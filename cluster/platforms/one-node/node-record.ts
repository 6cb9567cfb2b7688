import { type LabRecords, labRecords } from '../lab-records.ts';
import type { LoadedImages } from './node-images.ts';

/** A lab whose cluster shoplab has created, one node in a container of the engine. */
export interface NodeRecord {
  name: string;
  life: 'owner' | 'detached';
  /** Of the process that the lab ends with. */
  pid: number;
  startTime: number;
  nodePorts: Record<number, number>;
  /** Id of the node's container, by which it is told from another of that name; absent until it has been made. */
  container?: string;
  /** Image of that container; absent until it is known. */
  nodeImage?: string;
  /** How often its autoscalers look; absent where an older shoplab made it and its nodes do not tell. */
  autoscalerSyncMs?: number;
  /** What has been loaded into the node; absent: nothing yet. */
  loaded?: LoadedImages;
  startedAt: string;
}

export const kindLabs: LabRecords<NodeRecord> = labRecords('.kind');
export const k3sLabs: LabRecords<NodeRecord> = labRecords('.k3s');
