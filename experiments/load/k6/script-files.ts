import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LabError } from '../../engine/lab-error.ts';

/** A ConfigMap takes 1 MiB; the shell goes with them. */
const mostBytes = (1 << 20) - 16_384;

/**
 * The files of the folder that a script is in, by path below it: what it may import or open. Left out are node_modules and what begins with a dot.
 * Throws a LabError where they are too many for a ConfigMap.
 */
export function filesBeside(script: string): Map<string, Buffer> {
  const folder = dirname(script);
  const files = new Map<string, Buffer>();
  let bytes = 0;
  const take = (below: string): void => {
    for (const name of readdirSync(join(folder, below))) {
      const path = below === '' ? name : `${below}/${name}`;
      if (name.startsWith('.') || name === 'node_modules') continue;
      const seen = statSync(join(folder, path), { throwIfNoEntry: false });
      if (seen?.isDirectory() && !lstatSync(join(folder, path)).isSymbolicLink()) take(path);
      if (!seen?.isFile()) continue;
      bytes += seen.size;
      if (bytes <= mostBytes) files.set(path, readFileSync(join(folder, path)));
      else
        throw new LabError(`the folder of ${script} is too much for a ConfigMap, which takes it to the Pod that k6 runs in (1 MiB)`, {
          hint: 'put the script, and what it imports, into a folder of its own',
        });
    }
  };
  take('');
  return files;
}
