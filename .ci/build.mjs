// Builds dist/: TypeScript by tsc, beside it what is not TypeScript, and a bundle of each service of the shop. Skipped when no source is newer
// than the last build.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'dist/.built');
const rooms = ['cli', 'cluster', 'shop', 'experiments', 'reports'].filter((room) => existsSync(join(root, room)));
const sources = rooms
  .flatMap((room) => readdirSync(join(root, room), { recursive: true, withFileTypes: true }))
  .map((entry) => ({ file: join(entry.parentPath ?? entry.path, entry.name), isFile: entry.isFile() }));
// Folders count too: a removed file changes its folder's time alone.
const newest = Math.max(
  ...[...sources.map((source) => source.file), join(root, 'package.json'), join(root, 'tsconfig.json')].map(
    (file) => statSync(file).mtimeMs,
  ),
);

if (!existsSync(stamp) || statSync(stamp).mtimeMs < newest) {
  const started = new Date(newest + 1);
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const tsc = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', root], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (tsc.status !== 0) process.exit(1);
  for (const { file, isFile } of sources) {
    if (!isFile || file.endsWith('.ts')) continue;
    const to = join(root, 'dist', file.slice(root.length));
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(file, to);
  }
  await makeBundles();
  if (existsSync(join(root, 'dist/cli/bin.js'))) chmodSync(join(root, 'dist/cli/bin.js'), 0o755);
  for (const program of ['dist/cli/oclif-manifest.js', 'dist/cli/journal-schema-file.js']) {
    if (!existsSync(join(root, program))) continue;
    const written = spawnSync(process.execPath, [join(root, program)], { cwd: root, stdio: ['ignore', 2, 2] });
    if (written.status !== 0) process.exit(1);
  }
  writeFileSync(stamp, `${started.toISOString()}\n`);
}

/** What an image of the shop holds: one file a service, with its migrations. It starts in half the time of its hundreds of modules. */
async function makeBundles() {
  const { build } = await import('esbuild');
  /** Packages that are CommonJS ask for Node's own modules by require. */
  const asksForNode = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
  const common = { bundle: true, platform: 'node', format: 'esm', target: 'node20', minify: true, logLevel: 'warning' };
  for (const service of ['order', 'delivery', 'product']) {
    const from = join(root, 'dist/shop', service);
    const to = join(root, 'dist/bundles', service);
    await build({
      ...common,
      entryPoints: [join(from, 'main.js')],
      outfile: join(to, 'main.mjs'),
      // Stack traces name functions and classes of ours.
      keepNames: true,
      legalComments: 'linked',
      external: ['pg-native'],
      banner: asksForNode,
    });
    cpSync(join(from, 'migrations'), join(to, 'migrations'), { recursive: true });
  }
  // What runs in a container of a lab's network by its text alone.
  await build({
    ...common,
    entryPoints: ['dns-relay', 'pod-relay', 'service-proxy'].map((program) =>
      join(root, `dist/cluster/platforms/docker/in-network/${program}.js`),
    ),
    outdir: join(root, 'dist/bundles/in-network'),
    outExtension: { '.js': '.mjs' },
  });
  // The same in a Pod of any cluster.
  await build({
    ...common,
    entryPoints: ['engine/asking/asker-pod', 'engine/dead-mans-switch/switch-pod', 'load/loader-process'].map((program) =>
      join(root, `dist/experiments/${program}.js`),
    ),
    outdir: join(root, 'dist/bundles/in-cluster'),
    entryNames: '[name]',
    banner: asksForNode,
    outExtension: { '.js': '.mjs' },
  });
}
