import type { BrokerOptions } from './broker/broker.ts';

/** Settings of the image that mean nothing to one broker without replicas, roles or a heap; they are taken and have no effect. */
const withoutEffect =
  /^KAFKA_(NODE_ID|BROKER_ID|PROCESS_ROLES|CONTROLLER_.*|LISTENER_SECURITY_PROTOCOL_MAP|INTER_BROKER_LISTENER_NAME|OFFSETS_TOPIC_.*|TRANSACTION_STATE_LOG_.*|SHARE_COORDINATOR_.*|HEAP_OPTS|JVM_PERFORMANCE_OPTS|MIN_INSYNC_REPLICAS|DEFAULT_REPLICATION_FACTOR|LOG_RETENTION_.*|LOG_FLUSH_.*)$/;
const honoured =
  /^KAFKA_(LISTENERS|ADVERTISED_LISTENERS|LOG_DIRS|NUM_PARTITIONS|AUTO_CREATE_TOPICS_ENABLE|GROUP_INITIAL_REBALANCE_DELAY_MS)$/;
/** Kubernetes' service links (KAFKA_PORT, KAFKA_SERVICE_HOST, …) are not settings. */
const serviceLink = /^KAFKA_(SERVICE_.*|PORT.*)$/;

export interface ImageSettings {
  options: Omit<BrokerOptions, 'log'>;
  /** KAFKA_ variables that the broker knows nothing of. */
  unknown: string[];
}

interface Listener {
  name: string;
  host: string;
  port: number;
}

function listeners(text: string, variable: string): Listener[] {
  return text.split(',').map((one) => {
    const [, name, host = '', port] = /^\s*([\w-]+):\/\/([^:]*):(\d+)\s*$/.exec(one) ?? [];
    if (!name || !port) throw new Error(`${variable} has '${one}', which is not NAME://HOST:PORT`);
    return { name, host, port: Number(port) };
  });
}

function whole(env: NodeJS.ProcessEnv, variable: string, otherwise: number): number {
  const text = env[variable];
  if (text === undefined) return otherwise;
  if (!/^\d+$/.test(text)) throw new Error(`${variable} is '${text}', which is not a whole number`);
  return Number(text);
}

/** Reads the environment as the image apache/kafka has it. A Pod's paths stand for folders given by SHOPLAB_MOUNTS. */
export function readSettings(env: NodeJS.ProcessEnv): ImageSettings {
  const podIP = env.SHOPLAB_POD_IP ?? '127.0.0.1';
  const client = (all: Listener[]): Listener | undefined => all.find(({ name }) => name !== 'CONTROLLER');
  const listener = client(listeners(env.KAFKA_LISTENERS ?? 'PLAINTEXT://:9092', 'KAFKA_LISTENERS'));
  if (!listener) throw new Error('KAFKA_LISTENERS has no listener for clients');
  const advertised = env.KAFKA_ADVERTISED_LISTENERS
    ? listeners(env.KAFKA_ADVERTISED_LISTENERS, 'KAFKA_ADVERTISED_LISTENERS').find(({ name }) => name === listener.name)
    : undefined;
  const logDir = env.KAFKA_LOG_DIRS?.split(',')[0] ?? '/var/lib/kafka/data';
  const mounts = JSON.parse(env.SHOPLAB_MOUNTS ?? '{}') as Record<string, string>;
  const host = listener.host === '' || listener.host === '0.0.0.0' ? podIP : listener.host;
  return {
    options: {
      host,
      port: listener.port,
      dataDir: mounts[logDir] ?? logDir,
      ...(advertised && { advertisedHost: advertised.host || host, advertisedPort: advertised.port }),
      autoCreateTopics: env.KAFKA_AUTO_CREATE_TOPICS_ENABLE !== 'false',
      defaultPartitions: whole(env, 'KAFKA_NUM_PARTITIONS', 1),
      initialRebalanceDelayMs: whole(env, 'KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS', 3000),
    },
    unknown: Object.keys(env).filter(
      (key) => key.startsWith('KAFKA_') && !honoured.test(key) && !withoutEffect.test(key) && !serviceLink.test(key),
    ),
  };
}
