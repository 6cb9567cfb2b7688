import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from '../free-port.ts';
import { type BrokerUnderTest, kafkaContract } from './contract.ts';

/** The folder of the package: the nearest above with a package.json. */
function packageRoot(from = dirname(fileURLToPath(import.meta.url))): string {
  return existsSync(join(from, 'package.json')) ? from : packageRoot(dirname(from));
}

async function start(): Promise<BrokerUnderTest> {
  const dataDir = mkdtempSync(join(tmpdir(), 'shoplab-kafka-'));
  const port = await freePort();
  const env = {
    ...process.env,
    SHOPLAB_POD_IP: '127.0.0.1',
    KAFKA_LISTENERS: `PLAINTEXT://:${port}`,
    KAFKA_LOG_DIRS: dataDir,
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
  };
  const launch = async () => {
    const child = spawn(process.execPath, [join(packageRoot(), 'dist/cluster/images/kafka/main.js')], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (line.includes('Kafka Server started')) break;
    }
    child.stdout.resume();
    if (!lines.at(-1)?.includes('Kafka Server started')) throw new Error(`the broker did not start:\n${lines.join('\n')}`);
    return child;
  };
  let child = await launch();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  return {
    address: `127.0.0.1:${port}`,
    kill: () => end('SIGKILL'),
    restart: async () => {
      child = await launch();
    },
    stop: async () => {
      await end('SIGTERM');
      rmSync(dataDir, { recursive: true });
    },
  };
}

kafkaContract('the embedded broker', start);
