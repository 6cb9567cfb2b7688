import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';

const host = '127.211.3.6';
const hasKcat = spawnSync('kcat', ['-V']).status === 0;

/** librdkafka, which asks in other versions of the protocol than kafkajs does. */
(hasKcat ? describe : describe.skip)('the embedded broker and kcat (skipped where kcat is not on PATH)', () => {
  let broker: ChildProcess;
  let folder: string;
  const kcat = (args: string[], input = '') => execa('kcat', ['-b', `${host}:9092`, ...args], { input, timeout: 30_000 });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kcat-test-'));
    broker = spawn(process.execPath, [join(process.cwd(), 'dist/cluster/images/kafka/main.js')], {
      env: {
        ...process.env,
        SHOPLAB_POD_IP: host,
        KAFKA_LISTENERS: 'PLAINTEXT://:9092',
        KAFKA_LOG_DIRS: folder,
        KAFKA_NUM_PARTITIONS: '3',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: broker.stdout! })) if (line.includes('Kafka Server started')) break;
    broker.stdout?.resume();
  });
  afterAll(async () => {
    broker.kill('SIGTERM');
    await once(broker, 'exit');
    rmSync(folder, { recursive: true });
  });

  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])('takes and gives messages with keys, compression %s', async (codec) => {
    await kcat(['-P', '-t', codec, '-K:', '-z', codec, '-X', 'enable.idempotence=true'], 'a:1\nb:2\nc:3\n');
    const { stdout } = await kcat(['-C', '-t', codec, '-K:', '-o', 'beginning', '-e', '-q']);
    expect(stdout.split('\n').sort()).toEqual(['a:1', 'b:2', 'c:3']);
  });

  it('serves a consumer group, which goes on where it stopped', async () => {
    const group = (count: number) => kcat(['-X', 'auto.offset.reset=earliest', '-G', 'readers', '-c', `${count}`, '-q', 'grouped']);
    await kcat(['-P', '-t', 'grouped'], '1\n2\n3\n');
    const first = (await group(3)).stdout.split('\n');
    await kcat(['-P', '-t', 'grouped'], '4\n5\n');
    const second = (await group(2)).stdout.split('\n');
    expect([first.sort(), second.sort()]).toEqual([
      ['1', '2', '3'],
      ['4', '5'],
    ]);
  });

  it('lists brokers and topics', async () => {
    await kcat(['-P', '-t', 'listed'], 'x\n');
    const { stdout } = await kcat(['-L', '-J', '-t', 'listed']);
    expect(JSON.parse(stdout)).toMatchObject({ brokers: [{ name: `${host}:9092` }], topics: [{ topic: 'listed' }] });
  });
});
