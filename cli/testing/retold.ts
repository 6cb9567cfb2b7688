import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../dist/cli/bin.js', import.meta.url));

/** The journals of a folder, told again by `shoplab report`, give every file that the run wrote, byte for byte. */
export function retold(report: string): void {
  const again = `${report}-again`;
  execFileSync(process.execPath, [program, 'report', report, '--report-dir', again]);
  expect(filesOf(again)).toEqual(filesOf(report));
}

/** Every file below a folder, with what it holds. */
const filesOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    (readdirSync(folder, { recursive: true }) as string[])
      .filter((name) => statSync(join(folder, name)).isFile())
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'latin1')]),
  );
