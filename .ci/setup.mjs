// Makes a checkout ready: installs the locked packages and builds. Each is skipped when nothing it depends on has changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = `${root}node_modules/.shoplab-lock`;
const wanted = createHash('sha256')
  .update(readFileSync(`${root}package-lock.json`))
  .update(process.platform + process.arch)
  .digest('hex');

if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`shoplab needs Node 20 or newer; this is ${process.version}`);
  process.exit(5);
}
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  console.error('setting up: npm ci (once for each lock file)');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) {
    console.error('setting up failed: npm ci, see above. It needs the npm registry.');
    process.exit(5);
  }
  writeFileSync(stamp, wanted);
}
await import('./build.mjs');
