import { CommittedOffsets } from './committed-offsets.ts';
import { ConsumerGroup } from './consumer-group.ts';
import { isTopicName, type Topic, Topics } from './topics.ts';

export interface BrokerSettings {
  dataDir: string;
  autoCreateTopics: boolean;
  defaultPartitions: number;
  initialRebalanceDelayMs: number;
}

/** All that the broker knows: topics and committed offsets on disk, groups in memory. What the APIs work on. */
export class BrokerState {
  readonly settings: BrokerSettings;
  readonly topics: Topics;
  readonly offsets: CommittedOffsets;
  /** Where clients are told to come back to; the port is known once the broker listens. */
  advertised = { host: '', port: 0 };
  private readonly groups = new Map<string, ConsumerGroup>();
  private lastProducerId: number;

  constructor(settings: BrokerSettings) {
    this.settings = settings;
    this.topics = new Topics(settings.dataDir);
    this.offsets = new CommittedOffsets(settings.dataDir);
    const logs = this.topics.all().flatMap((topic) => topic.partitions);
    // Ids given before a restart and not yet used may come again: they have no sequence to clash with.
    this.lastProducerId = Math.max(999, ...logs.map((log) => log.sequences.highestId()));
  }

  nextProducerId(): number {
    this.lastProducerId += 1;
    return this.lastProducerId;
  }

  /** The topic, made now where that is allowed. */
  topic(name: string, mayCreate: boolean): Topic | undefined {
    const found = this.topics.find(name);
    if (found || !mayCreate || !this.settings.autoCreateTopics || !isTopicName(name)) return found;
    return this.topics.create(name, this.settings.defaultPartitions);
  }

  /** The group, made now where it is not known; groups with offsets but no members are known. */
  group(id: string): ConsumerGroup {
    const found = this.groups.get(id) ?? new ConsumerGroup(id, this.settings.initialRebalanceDelayMs);
    this.groups.set(id, found);
    return found;
  }

  findGroup(id: string): ConsumerGroup | undefined {
    return this.groups.get(id) ?? (this.offsets.of(id).length > 0 ? this.group(id) : undefined);
  }

  groupIds(): string[] {
    return [...new Set([...this.groups.keys(), ...this.offsets.groupIds()])];
  }

  deleteGroup(id: string): void {
    this.groups.get(id)?.close();
    this.groups.delete(id);
    this.offsets.deleteGroup(id);
  }

  close(): void {
    for (const group of this.groups.values()) group.close();
    this.topics.close();
  }
}
