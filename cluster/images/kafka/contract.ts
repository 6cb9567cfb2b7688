import { randomUUID } from 'node:crypto';
import { createConnection, createServer, type Socket } from 'node:net';
import { type Admin, CompressionTypes, type Consumer, Kafka, logLevel, type Producer } from 'kafkajs';

/** A broker under test, as a process or container that can really be killed. */
export interface BrokerUnderTest {
  readonly address: string;
  /** SIGKILL; answers when it is gone. */
  kill(): Promise<void>;
  /** Starts it anew on the same address with the same data; answers when it serves. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

interface Received {
  key: string;
  value: string;
  partition: number;
  offset: number;
}

/** Ends when the predicate holds for what has come; each new item is looked at, nothing is slept for. */
class Inbox {
  readonly items: Received[] = [];
  private readonly watchers = new Set<() => void>();

  push(item: Received): void {
    this.items.push(item);
    for (const look of [...this.watchers]) look();
  }

  until(predicate: (items: Received[]) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!predicate(this.items)) return;
        this.watchers.delete(look);
        resolve();
      };
      this.watchers.add(look);
      look();
    });
  }
}

/** What the shop needs of Kafka and how each call fails: the same statements for the embedded broker and the real one. */
export function kafkaContract(name: string, start: () => Promise<BrokerUnderTest>): void {
  describe(`Kafka as the shop uses it: ${name}`, () => {
    let broker: BrokerUnderTest;
    let kafka: Kafka;
    let admin: Admin;
    const open: { disconnect(): Promise<void> }[] = [];
    const client = (brokers: string[]): Kafka =>
      new Kafka({ brokers, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 30 } });

    beforeAll(async () => {
      broker = await start();
      kafka = client([broker.address]);
      admin = kafka.admin();
      await admin.connect();
    }, 120_000);
    afterEach(async () => {
      for (const one of open.splice(0).reverse()) await one.disconnect();
    });
    afterAll(async () => {
      await admin?.disconnect();
      await broker?.stop();
    }, 60_000);

    const newTopic = async (partitions = 1): Promise<string> => {
      const topic = `orders-${randomUUID()}`;
      await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: partitions }] });
      return topic;
    };
    const newProducer = async (options = {}): Promise<Producer> => {
      const producer = kafka.producer({ allowAutoTopicCreation: false, ...options });
      open.push(producer);
      await producer.connect();
      return producer;
    };
    const consume = async (groupId: string, topic: string, inbox: Inbox, fromBeginning = true): Promise<Consumer> => {
      const consumer = kafka.consumer({ groupId, sessionTimeout: 6000, heartbeatInterval: 500, maxWaitTimeInMs: 200 });
      open.push(consumer);
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning });
      await consumer.run({
        eachMessage: async ({ message, partition }) =>
          inbox.push({ key: String(message.key), value: String(message.value), partition, offset: Number(message.offset) }),
      });
      return consumer;
    };
    const messages = (count: number, from = 0): { key: string; value: string }[] =>
      Array.from({ length: count }, (_, i) => ({ key: `order-${from + i}`, value: `${from + i}` }));
    const values = (inbox: Inbox): number[] => inbox.items.map(({ value }) => Number(value)).sort((a, b) => a - b);
    const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

    it('delivers what an idempotent producer sent, once each and in order within a partition', async () => {
      const topic = await newTopic(3);
      const producer = await newProducer({ idempotent: true, maxInFlightRequests: 1 });
      for (let batch = 0; batch < 10; batch += 1) await producer.send({ topic, acks: -1, messages: messages(20, batch * 20) });
      const inbox = new Inbox();
      await consume(`group-${topic}`, topic, inbox);
      await inbox.until((items) => items.length >= 200);
      expect(values(inbox)).toEqual(upTo(200));
      for (const partition of [0, 1, 2]) {
        const offsets = inbox.items.filter((item) => item.partition === partition).map(({ offset }) => offset);
        expect(offsets).toEqual(upTo(offsets.length));
      }
    });

    it('keeps headers and passes compressed batches through', async () => {
      const topic = await newTopic();
      const producer = await newProducer();
      const value = 'x'.repeat(10_000);
      const headers = { 'correlation-id': 'c-1' };
      await producer.send({ topic, compression: CompressionTypes.GZIP, messages: [{ key: 'a', value, headers }] });
      const consumer = kafka.consumer({ groupId: `group-${topic}`, maxWaitTimeInMs: 200 });
      open.push(consumer);
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      const got = await new Promise<{ value: string; id: string }>((resolve, reject) => {
        consumer
          .run({
            eachMessage: async ({ message }) => resolve({ value: String(message.value), id: String(message.headers?.['correlation-id']) }),
          })
          .catch(reject);
      });
      expect(got).toEqual({ value, id: 'c-1' });
    });

    it('goes on after the committed offset when a consumer comes back', async () => {
      const topic = await newTopic();
      const groupId = `group-${topic}`;
      const producer = await newProducer();
      await producer.send({ topic, messages: messages(10) });
      const first = new Inbox();
      const consumer = await consume(groupId, topic, first);
      await first.until((items) => items.length >= 10);
      await consumer.stop();
      await consumer.disconnect();
      expect((await admin.fetchOffsets({ groupId, topics: [topic] }))[0]?.partitions).toMatchObject([{ partition: 0, offset: '10' }]);
      await producer.send({ topic, messages: messages(5, 10) });
      const second = new Inbox();
      await consume(groupId, topic, second);
      await second.until((items) => items.length >= 5);
      expect(values(second)).toEqual([10, 11, 12, 13, 14]);
    });

    it('rebalances: two members share the partitions, and the one that stays takes over all', async () => {
      const topic = await newTopic(4);
      const groupId = `group-${topic}`;
      const assigned = new Map<number, number[]>();
      const watchers = new Set<() => void>();
      const join = async (index: number): Promise<Consumer> => {
        const consumer = kafka.consumer({ groupId, sessionTimeout: 6000, heartbeatInterval: 300, maxWaitTimeInMs: 200 });
        open.push(consumer);
        consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
          assigned.set(index, payload.memberAssignment[topic] ?? []);
          for (const look of watchers) look();
        });
        await consumer.connect();
        await consumer.subscribe({ topic, fromBeginning: true });
        await consumer.run({ eachMessage: async () => undefined });
        return consumer;
      };
      const until = (predicate: () => boolean): Promise<void> =>
        new Promise((resolve) => {
          const look = (): void => {
            if (predicate()) resolve();
          };
          watchers.add(look);
          look();
        });
      await join(0);
      await until(() => assigned.get(0)?.length === 4);
      const second = await join(1);
      await until(() => assigned.get(0)?.length === 2 && assigned.get(1)?.length === 2);
      const both = [...(assigned.get(0) ?? []), ...(assigned.get(1) ?? [])];
      expect(both.sort()).toEqual([0, 1, 2, 3]);
      await second.disconnect();
      await until(() => assigned.get(0)?.length === 4);
    }, 60_000);

    it('seeks, pauses and resumes', async () => {
      const topic = await newTopic();
      const producer = await newProducer();
      await producer.send({ topic, messages: messages(10) });
      const inbox = new Inbox();
      const consumer = await consume(`group-${topic}`, topic, inbox);
      await inbox.until((items) => items.length >= 10);
      consumer.pause([{ topic }]);
      await producer.send({ topic, messages: messages(1, 10) });
      expect(consumer.paused()).toEqual([{ topic, partitions: [0] }]);
      consumer.seek({ topic, partition: 0, offset: '7' });
      consumer.resume([{ topic }]);
      await inbox.until((items) => items.filter(({ value }) => value === '10').length >= 1 && items.length >= 14);
      expect(inbox.items.slice(10).map(({ value }) => value)).toEqual(['7', '8', '9', '10']);
    });

    it('answers the admin client', async () => {
      const topic = await newTopic(2);
      const groupId = `group-${topic}`;
      expect(await admin.createTopics({ topics: [{ topic }] })).toBe(false);
      expect(await admin.listTopics()).toContain(topic);
      await admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
      const described = await admin.fetchTopicMetadata({ topics: [topic] });
      expect(described.topics[0]?.partitions.map(({ partitionId }) => partitionId).sort()).toEqual([0, 1, 2]);
      await expect(admin.createPartitions({ topicPartitions: [{ topic, count: 1 }] })).rejects.toThrow(/partitions/i);
      const producer = await newProducer();
      await producer.send({ topic, messages: Array.from({ length: 6 }, (_, i) => ({ partition: 0, value: `${i}` })) });
      const before = await admin.fetchTopicOffsets(topic);
      expect(before.find(({ partition }) => partition === 0)).toMatchObject({ low: '0', high: '6', offset: '6' });
      expect((await admin.fetchTopicOffsetsByTimestamp(topic, 0)).find(({ partition }) => partition === 0)?.offset).toBe('0');
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '4' }] });
      expect((await admin.fetchTopicOffsets(topic)).find(({ partition }) => partition === 0)).toMatchObject({ low: '4', high: '6' });
      await admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '5' }] });
      const committed = async (): Promise<string | undefined> =>
        (await admin.fetchOffsets({ groupId, topics: [topic], resolveOffsets: true }))[0]?.partitions.find(
          ({ partition }) => partition === 0,
        )?.offset;
      expect(await committed()).toBe('5');
      await admin.resetOffsets({ groupId, topic, earliest: true });
      expect(await committed()).toBe('4');
      expect((await admin.listGroups()).groups.map((group) => group.groupId)).toContain(groupId);
      expect((await admin.describeGroups([groupId])).groups[0]).toMatchObject({ groupId, state: 'Empty', members: [] });
      await admin.deleteGroups([groupId]);
      expect((await admin.listGroups()).groups.map((group) => group.groupId)).not.toContain(groupId);
      expect((await admin.describeCluster()).brokers).toHaveLength(1);
      await admin.alterConfigs({
        validateOnly: false,
        resources: [{ type: 2, name: topic, configEntries: [{ name: 'retention.ms', value: '1000' }] }],
      });
      const configs = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: 2, name: topic, configNames: ['retention.ms'] }],
      });
      expect(configs.resources[0]?.configEntries[0]).toMatchObject({ configName: 'retention.ms', configValue: '1000' });
      await admin.deleteTopics({ topics: [topic] });
      expect(await admin.listTopics()).not.toContain(topic);
    }, 60_000);

    it('refuses a topic that does not exist, and one whose name is not valid', async () => {
      const producer = await newProducer({ retry: { retries: 0 } });
      await expect(producer.send({ topic: 'no such topic!', messages: [{ value: 'x' }] })).rejects.toThrow();
      await expect(admin.createTopics({ topics: [{ topic: 'no such topic!' }] })).rejects.toThrow(/topic/i);
      await expect(admin.createTopics({ topics: [{ topic: `t-${randomUUID()}`, numPartitions: 0 }] })).rejects.toThrow();
    });

    it('loses nothing that was acknowledged, and keeps committed offsets, when it is killed and comes back', async () => {
      const topic = await newTopic(2);
      const groupId = `group-${topic}`;
      const producer = await newProducer({ idempotent: true, maxInFlightRequests: 1 });
      await producer.send({ topic, messages: messages(40) });
      const first = new Inbox();
      const early = await consume(groupId, topic, first);
      await first.until((items) => items.length >= 40);
      await early.disconnect();
      await producer.send({ topic, messages: messages(20, 40) });
      await broker.kill();
      await broker.restart();
      await producer.send({ topic, messages: messages(20, 60) });
      const second = new Inbox();
      await consume(groupId, topic, second);
      await second.until((items) => items.length >= 40);
      expect(values(second)).toEqual(Array.from({ length: 40 }, (_, i) => 40 + i));
    }, 120_000);

    it('makes a send fail while the broker is away, and the same producer works again after it is back', async () => {
      const topic = await newTopic();
      const hasty = new Kafka({
        brokers: [broker.address],
        logLevel: logLevel.NOTHING,
        retry: { initialRetryTime: 50, retries: 1 },
      }).producer();
      open.push(hasty);
      await hasty.connect();
      await hasty.send({ topic, messages: messages(1) });
      await broker.kill();
      await expect(hasty.send({ topic, messages: messages(1, 1) })).rejects.toThrow();
      await broker.restart();
      const steady = await newProducer();
      await steady.send({ topic, messages: messages(1, 2) });
      const inbox = new Inbox();
      await consume(`group-${topic}`, topic, inbox);
      await inbox.until((items) => items.some(({ value }) => value === '2'));
      expect(values(inbox).filter((value) => value !== 1)).toEqual([0, 2]);
    }, 120_000);

    it('lets a producer go on after its connection was cut', async () => {
      const topic = await newTopic();
      const [host = '', port = ''] = broker.address.split(':');
      const sockets = new Set<Socket>();
      const cutter = createServer((near) => {
        const far = createConnection(Number(port), host);
        for (const socket of [near, far]) {
          sockets.add(socket);
          socket.on('error', () => socket.destroy());
          socket.on('close', () => sockets.delete(socket));
        }
        near.pipe(far).pipe(near);
      });
      await new Promise<void>((resolve) => cutter.listen(0, '127.0.0.1', resolve));
      const through = cutter.address() as { port: number };
      const producer = client([`127.0.0.1:${through.port}`, broker.address]).producer({ idempotent: true, maxInFlightRequests: 1 });
      open.push(producer);
      await producer.connect();
      await producer.send({ topic, messages: messages(5) });
      for (const socket of sockets) socket.resetAndDestroy();
      await producer.send({ topic, messages: messages(5, 5) });
      await producer.disconnect();
      await new Promise<void>((resolve) => {
        cutter.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
      const inbox = new Inbox();
      await consume(`group-${topic}`, topic, inbox);
      await inbox.until((items) => items.length >= 10);
      expect(values(inbox)).toEqual(upTo(10));
    }, 60_000);
  });
}
