import { readdirSync, readFileSync } from 'node:fs';
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
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      if (entry.isDirectory()) take(path);
      if (!entry.isFile()) continue;
      const content = readFileSync(join(folder, path));
      files.set(path, content);
      bytes += content.length;
      if (bytes > mostBytes)
        throw new LabError(`the folder of ${script} is too much for a ConfigMap, which takes it to the Pod that k6 runs in (1 MiB)`, {
          hint: 'put the script, and what it imports, into a folder of its own',
        });
    }
  };
  take('');
  return files;
}
