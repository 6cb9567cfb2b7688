import type { Cluster } from '../../platform.ts';
import { labRecords } from '../lab-records.ts';

/** A lab in a cluster that was there before it. */
export interface ContextRecord extends Pick<Cluster, 'imageRegistry' | 'imageChanges'> {
  name: string;
  /** Drawn, so that labs of one name are told apart: others who use the cluster choose theirs themselves. Absent in records of before. */
  id?: string;
  context: string;
  life: 'owner' | 'detached';
  /** Of the process that the lab ends with. */
  pid: number;
  startTime: number;
  startedAt: string;
}

export const contextLabs = labRecords<ContextRecord>('.context');
