import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Figure } from './figures.ts';

const run = promisify(execFile);
const bin = fileURLToPath(new URL('../bin.js', import.meta.url));

/** `shoplab --version` against the smallest CLI that oclif makes, in turn: nothing heavy may be imported before it is needed. */
export async function version(rounds: number): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'shoplab-bench-'));
  const oclif = pathToFileURL(fileURLToPath(import.meta.resolve('@oclif/core'))).href;
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'bare', version: '1.0.0', type: 'module', oclif: { bin: 'bare', commands: './commands' } }),
  );
  await writeFile(join(folder, 'bin.js'), `import { execute } from ${JSON.stringify(oclif)};\nawait execute({ dir: import.meta.url });\n`);
  const time = async (file: string): Promise<number> => {
    const started = performance.now();
    await run(process.execPath, [file, '--version']);
    return performance.now() - started;
  };
  const [ours, bare]: [number[], number[]] = [[], []];
  try {
    for (let each = 0; each < rounds * 3; each += 1) {
      ours.push(await time(bin));
      bare.push(await time(join(folder, 'bin.js')));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return [
    {
      name: 'shoplab --version',
      unit: 'ms',
      readings: ours,
      against: { name: 'bare oclif', readings: bare },
      goal: { of: 'ratio', atMost: 1.5 },
    },
  ];
}
