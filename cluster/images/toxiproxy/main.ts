import { version } from './api/routes.ts';
import { seedChance } from './chance.ts';
import { readFlags } from './flags.ts';
import { logToStdout as log } from './log.ts';
import { startToxiproxy } from './toxiproxy.ts';

/** What `ghcr.io/shopify/toxiproxy` runs as on a machine without images. */
try {
  const { host, port, config, seed, version: isVersionAsked, withoutEffect } = readFlags(process.argv.slice(2));
  if (isVersionAsked) process.stdout.write(`toxiproxy-server version ${version}\n`);
  else {
    if (seed !== undefined) seedChance(seed);
    log('info', 'Starting Toxiproxy', { version });
    if (withoutEffect.length > 0) log('warn', 'Flags that this Toxiproxy does not honour', { flags: withoutEffect });
    const toxiproxy = await startToxiproxy({ host, port, ...(config !== undefined && { config }), log });
    log('info', 'Starting Toxiproxy HTTP server', { address: `${host}:${toxiproxy.port}` });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        log('info', 'Shutdown started');
        void toxiproxy.stop().then(() => process.exit(0));
      });
    }
  }
} catch (error) {
  process.stderr.write(`error: ${(error as Error).message}\n`);
  process.exit(1);
}
