import { readSettings } from './settings.ts';

describe('settings of the apache/kafka image', () => {
  it('binds the Pod and advertises the Service', () => {
    const { options, unknown } = readSettings({
      SHOPLAB_POD_IP: '127.9.0.4',
      SHOPLAB_MOUNTS: '{"/var/lib/kafka/data":"/pods/1/data"}',
      KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093',
      KAFKA_ADVERTISED_LISTENERS: 'PLAINTEXT://kafka:9092',
      KAFKA_NUM_PARTITIONS: '3',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    });
    expect(options).toEqual({
      host: '127.9.0.4',
      port: 9092,
      dataDir: '/pods/1/data',
      advertisedHost: 'kafka',
      advertisedPort: 9092,
      autoCreateTopics: true,
      defaultPartitions: 3,
      initialRebalanceDelayMs: 0,
    });
    expect(unknown).toEqual([]);
  });

  it('names what it does not know, but not the links that Kubernetes sets', () => {
    const env = { KAFKA_COMPRESSION_TYPE: 'zstd', KAFKA_PORT_9092_TCP: 'tcp://x', KAFKA_SERVICE_HOST: '1', KAFKA_NODE_ID: '1' };
    expect(readSettings(env).unknown).toEqual(['KAFKA_COMPRESSION_TYPE']);
  });

  it.each([
    [{ KAFKA_LISTENERS: 'PLAINTEXT//:9092' }, "KAFKA_LISTENERS has 'PLAINTEXT//:9092', which is not NAME://HOST:PORT"],
    [{ KAFKA_LISTENERS: 'CONTROLLER://:9093' }, 'KAFKA_LISTENERS has no listener for clients'],
    [{ KAFKA_NUM_PARTITIONS: 'many' }, "KAFKA_NUM_PARTITIONS is 'many', which is not a whole number"],
  ])('refuses %j', (env, message) => {
    expect(() => readSettings(env)).toThrow(message);
  });
});
