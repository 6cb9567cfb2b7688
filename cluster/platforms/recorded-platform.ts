import type { Cluster, Platform, UpOptions } from '../platform.ts';
import type { LabRecords } from './lab-records.ts';
import { withLabLock } from './local/lab-lock.ts';
import { isAlive } from './local/process-identity.ts';

/** What every record of such a lab has. */
interface OwnedRecord {
  name: string;
  life: 'owner' | 'detached';
  /** Of the process that the lab ends with. */
  pid: number;
  startTime: number;
}

interface Clusters<R> {
  bringUp(options: UpOptions): Promise<Cluster>;
  clusterIfThere(record: R): Promise<Cluster | undefined>;
  takeDown(name: string): Promise<string[]>;
}

/** A platform whose labs are found by what is written down of them. `clusters` is imported when it is needed. */
export const recordedPlatform = <R extends OwnedRecord>({
  name: platform,
  labs,
  clusters,
  doctor,
}: Pick<Platform, 'name' | 'doctor'> & { labs: LabRecords<R>; clusters(): Promise<Clusters<R>> }): Platform => ({
  name: platform,
  up: (options) => withLabLock(labs.folderOf(options.name), options.signal, async () => (await clusters()).bringUp(options)),
  async find(name) {
    const record = labs.recordOf(name);
    if (!record || (record.life === 'owner' && !isAlive(record))) return undefined;
    return (await clusters()).clusterIfThere(record);
  },
  down: (name) => withLabLock(labs.folderOf(name), undefined, async () => (await clusters()).takeDown(name)),
  list: async () => labs.names(),
  async isAbandoned(name) {
    const record = labs.recordOf(name);
    return record !== undefined && record.life === 'owner' && !isAlive(record);
  },
  doctor,
});
