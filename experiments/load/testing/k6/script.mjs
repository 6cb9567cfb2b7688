import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const modules = { k6: 'k6', 'k6/http': 'http', 'k6/execution': 'execution', 'k6/data': 'data', 'k6/metrics': 'metrics' };

/** A copy of a script whose modules of k6 are the ones beside this. */
export function scriptOf(path) {
  const folder = mkdtempSync(join(tmpdir(), 'k6-stand-in-'));
  const text = readFileSync(path, 'utf8')
    .replace(/from '(k6(?:\/\w+)?)'/g, (_, name) => {
      if (!modules[name]) throw new Error(`the stand-in has no module ${name}`);
      return `from '${new URL(`modules/${modules[name]}.mjs`, import.meta.url).href}'`;
    })
    // What lies beside it, which must need nothing of k6.
    .replace(/from '(\.[^']+)'/g, (_, name) => `from '${pathToFileURL(resolve(dirname(path), name)).href}'`);
  const file = join(folder, 'script.mjs');
  writeFileSync(file, text);
  return { url: pathToFileURL(file).href, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
