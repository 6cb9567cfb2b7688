import { execa } from 'execa';
import { Kafka, logLevel } from 'kafkajs';
import { freePort } from '../free-port.ts';
import { type BrokerUnderTest, kafkaContract } from './contract.ts';

const image = 'apache/kafka:4.1.2';

/** A published port accepts before the broker listens: only an answer to a request says that it serves. */
async function untilServes(address: string): Promise<void> {
  const admin = new Kafka({
    brokers: [address],
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 200, maxRetryTime: 500, factor: 0, retries: 150 },
  }).admin();
  await admin.connect();
  await admin.listTopics();
  await admin.disconnect();
}

async function start(): Promise<BrokerUnderTest> {
  const port = await freePort();
  const env = Object.entries({
    KAFKA_NODE_ID: '1',
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_LISTENERS: 'HOST://:9092,INSIDE://:19092,CONTROLLER://:9093',
    KAFKA_ADVERTISED_LISTENERS: `HOST://127.0.0.1:${port},INSIDE://localhost:19092`,
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'HOST:PLAINTEXT,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT',
    KAFKA_INTER_BROKER_LISTENER_NAME: 'INSIDE',
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '1',
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    KAFKA_LOG_DIRS: '/var/lib/kafka/data',
    KAFKA_HEAP_OPTS: '-Xmx384m -Xms384m',
  }).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  const { stdout: id } = await execa('docker', [
    'run',
    '--detach',
    '--label',
    'shoplab.dev/test',
    '--publish',
    `127.0.0.1:${port}:9092`,
    ...env,
    image,
  ]);
  const remove = async (): Promise<void> => {
    await execa('docker', ['rm', '--force', '--volumes', id]);
  };
  try {
    await untilServes(`127.0.0.1:${port}`);
  } catch (error) {
    const { all } = await execa('docker', ['logs', '--tail', '20', id], { all: true });
    await remove();
    throw new Error(`${image} did not serve:\n${all}`, { cause: error });
  }
  return {
    address: `127.0.0.1:${port}`,
    kill: async () => {
      await execa('docker', ['kill', '--signal', 'KILL', id]);
      await execa('docker', ['wait', id]);
    },
    restart: async () => {
      await execa('docker', ['start', id]);
      await untilServes(`127.0.0.1:${port}`);
    },
    stop: remove,
  };
}

kafkaContract(image, start);
