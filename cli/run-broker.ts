import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Broker, startBroker } from '../cluster/images/kafka/broker/broker.ts';
import { PlatformUnavailable } from '../cluster/platform.ts';

/** Runs a broker until a signal ends it. `result` gets its address, `story` the rest. Without a folder its logs are removed at the end. */
export async function runBroker(
  { host, port, dataDir }: { host: string; port: number; dataDir: string | undefined },
  result: (line: string) => void,
  story: (line: string) => void,
): Promise<void> {
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'shoplab-broker-'));
  const ended = Promise.race((['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((name) => once(process, name).then(() => name)));
  try {
    const broker = await start(host, port, folder);
    result(broker.address);
    story(`Kafka broker on ${broker.address}, logs in ${folder}${dataDir === undefined ? ' (removed at the end)' : ''}; Ctrl-C ends it`);
    const name = await ended;
    story(`${name}: stopping`);
    await broker.stop();
  } finally {
    if (dataDir === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function start(host: string, port: number, folder: string): Promise<Broker> {
  try {
    return await startBroker({ host, port, dataDir: folder });
  } catch (cause) {
    const hint =
      (cause as NodeJS.ErrnoException).code === 'EADDRINUSE'
        ? 'choose another with --port (0 is any free one), or end what listens there (`ss -ltnp` names it)'
        : 'see the cause; --host, --port and --data-dir say where the broker lives';
    throw new PlatformUnavailable(`the broker cannot listen on ${host}:${port} with its logs in ${folder}`, hint, { cause });
  }
}
