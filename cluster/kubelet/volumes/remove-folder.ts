import { rm } from 'node:fs/promises';

const WRITERS_END_WITHIN_MS = 2000;

/** Takes a folder from the disk, also where something else of this machine writes into it meanwhile. Rejects where that does not stop in 2 s. */
export async function removeFolder(folder: string): Promise<void> {
  for (const untilMs = performance.now() + WRITERS_END_WITHIN_MS; ; ) {
    try {
      return await rm(folder, { recursive: true, force: true });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOTEMPTY' || performance.now() > untilMs) throw error;
    }
  }
}
