import { Kafka, logLevel } from 'kafkajs';
import { deadLetterTopic, partitions, topics } from './events.ts';
import { mendKafkajsTimers } from './kafkajs-timers.ts';
import type { Log } from './log.ts';

mendKafkajsTimers();

/** A client whose waits are short: what fails is tried again by us, who know what else there is to do. */
export const makeKafka = (service: string, brokers: string[], log: Log): Kafka =>
  new Kafka({
    clientId: service,
    brokers,
    connectionTimeout: 2000,
    requestTimeout: 5000,
    retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 3 },
    logLevel: logLevel.WARN,
    logCreator:
      () =>
      // Of a broker that is away kafkajs writes several lines a second; we say it once, with its reason.
      ({ log: { message, ...rest } }) =>
        log.debug({ kafka: rest }, message),
  });

/** Makes all topics of the shop that are not there. */
export async function createTopics(kafka: Kafka): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const names = Object.values(topics);
    const wanted = [
      ...names.map((topic) => ({ topic, numPartitions: partitions })),
      ...names.map((topic) => ({ topic: deadLetterTopic(topic), numPartitions: 1 })),
    ];
    const there = new Set(await admin.listTopics());
    const missing = wanted.filter(({ topic }) => !there.has(topic));
    if (missing.length > 0) await admin.createTopics({ topics: missing, waitForLeaders: true });
  } finally {
    await admin.disconnect();
  }
}
