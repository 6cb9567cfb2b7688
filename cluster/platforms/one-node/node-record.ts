import { labRecords } from '../lab-records.ts';

/** A lab whose cluster kind has created. */
export interface KindRecord {
  name: string;
  life: 'owner' | 'detached';
  /** Of the process that the lab ends with. */
  pid: number;
  startTime: number;
  nodePorts: Record<number, number>;
  startedAt: string;
}

export const kindLabs = labRecords<KindRecord>('.kind');
