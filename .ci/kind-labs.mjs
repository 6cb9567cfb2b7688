import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../dist/cli/bin.js', import.meta.url));

/** Keeps a folder for the labs on kind that tests make and share while `work` lasts, and ends them. Answers what of them is left then. */
export function withKindLabs(work) {
  // Ctrl-C ends the tests; the labs are ended all the same.
  process.on('SIGINT', () => undefined);
  const state = mkdtempSync(join(tmpdir(), 'shoplab-kind-'));
  const before = inEngine();
  try {
    work({ SHOPLAB_KIND_STATE: state });
  } finally {
    const labs = join(state, 'shoplab/.kind');
    for (const name of existsSync(labs) ? readdirSync(labs) : [])
      spawnSync(process.execPath, [bin, 'down', '--name', name], { stdio: 'inherit', env: { ...process.env, XDG_STATE_HOME: state } });
    rmSync(state, { recursive: true });
  }
  return inEngine().filter((one) => !before.includes(one));
}

/** Containers and volumes of the engine, a line each; kind keeps its network, and testcontainers' reaper goes by itself. */
function inEngine() {
  const ask = (kind, ...words) =>
    execFileSync('docker', words, { encoding: 'utf8' })
      .split('\n')
      .filter((name) => name !== '' && !name.startsWith('testcontainers-ryuk-'))
      .map((name) => `${kind} ${name}`);
  return [...ask('container', 'ps', '--all', '--format', '{{.Names}}'), ...ask('volume', 'volume', 'ls', '--format', '{{.Name}}')];
}
