import { type LabRecords, labRecords } from '../lab-records.ts';

/** A lab whose cluster shoplab has created, one node in a container of the engine. */
export interface NodeRecord {
  name: string;
  life: 'owner' | 'detached';
  /** Of the process that the lab ends with. */
  pid: number;
  startTime: number;
  nodePorts: Record<number, number>;
  startedAt: string;
}

export const kindLabs: LabRecords<NodeRecord> = labRecords('.kind');
export const k3sLabs: LabRecords<NodeRecord> = labRecords('.k3s');
