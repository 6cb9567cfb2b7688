import { chmodSync, copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { quantityValue } from '../../resources/quantity.ts';
import type { EnvironmentSources } from '../environment/environment.ts';
import { expand } from '../environment/expansion.ts';
import { type Container, specOf, type Volume } from '../pods/pod.ts';
import type { Mount } from '../runtimes/runtime.ts';
import { type VolumeFile, writeAtomically } from './atomic-files.ts';
import { volumeFiles } from './volume-files.ts';

/** The volumes of one Pod, each a folder. */
export class PodVolumes {
  private readonly folder: string;
  private readonly written = new Map<string, string>();
  private readonly inMemory = new Map<string, NonNullable<Mount['memory']>>();

  /** `folder` is this Pod's alone. */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** Sets all volumes up, or brings them up to date. Throws an Error with the message of Event FailedMount. */
  mount(sources: EnvironmentSources): void {
    for (const volume of specOf(sources.pod).volumes ?? []) {
      try {
        this.mountOne(volume, sources);
      } catch (error) {
        throw new Error(`MountVolume.SetUp failed for volume "${volume.name}" : ${(error as Error).message}`, { cause: error });
      }
    }
  }

  /** Where a container finds its volumes. Files by subPath are copied now and do not change any more. */
  mountsOf(container: Container, env: Record<string, string>): Mount[] {
    return (container.volumeMounts ?? []).map((mount, index) => {
      const whole = join(this.folder, 'volumes', mount.name);
      const subPath = mount.subPathExpr ? expand(mount.subPathExpr, (name) => env[name]) : mount.subPath;
      const { mountPath } = mount;
      const memory = this.inMemory.get(mount.name);
      const base = {
        mountPath,
        ...(mount.readOnly && { readOnly: true }),
        ...(memory && { memory: { ...memory, ...(subPath && { subPath }) } }),
      };
      if (!subPath) return { ...base, hostPath: whole };
      const inside = join(whole, normalize(subPath));
      if (!inside.startsWith(whole)) throw new Error(`subPath "${subPath}" leads out of volume "${mount.name}"`);
      if (!this.written.has(mount.name)) {
        if (!existsSync(inside)) makeShared(inside);
        return { ...base, hostPath: inside };
      }
      if (!existsSync(inside))
        throw new Error(`failed to prepare subPath for volumeMount "${mount.name}" of container "${container.name}"`);
      const copy = join(this.folder, 'subpaths', container.name, String(index));
      mkdirSync(dirname(copy), { recursive: true });
      if (statSync(inside).isDirectory()) return { ...base, hostPath: inside };
      copyFileSync(inside, copy);
      return { ...base, hostPath: copy };
    });
  }

  /** Takes them from the disk; what else is in the Pod's folder, as its logs, stays. */
  async remove(removeFolder: (folder: string) => Promise<void>): Promise<void> {
    for (const part of ['volumes', 'subpaths']) await removeFolder(join(this.folder, part));
  }

  private mountOne(volume: Volume, sources: EnvironmentSources): void {
    const folder = join(this.folder, 'volumes', volume.name);
    const files = volumeFiles(volume, sources);
    if (files) {
      const fingerprint = describe(files);
      if (this.written.get(volume.name) === fingerprint) return;
      writeAtomically(folder, files);
      this.written.set(volume.name, fingerprint);
    } else if (volume.emptyDir) {
      if (!existsSync(folder)) makeShared(folder);
      const { medium, sizeLimit } = volume.emptyDir;
      if (medium === 'Memory')
        this.inMemory.set(volume.name, { volume: volume.name, ...(sizeLimit !== undefined && { sizeBytes: quantityValue(sizeLimit) }) });
    } else {
      const [kind = 'without a source'] = Object.keys(volume).filter((field) => field !== 'name');
      throw new Error(
        `volumes of type ${kind} are not supported by this cluster: only emptyDir, configMap, secret, downwardAPI, projected`,
      );
    }
  }
}

/** As an emptyDir is: any user of the Pod's containers may write there. */
function makeShared(folder: string): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o777);
}

const describe = (files: Map<string, VolumeFile>): string =>
  JSON.stringify([...files].map(([name, { content, mode }]) => [name, mode, content.toString('base64')]));
