import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PartitionLog } from './partition-log.ts';

export interface Topic {
  readonly name: string;
  readonly partitions: PartitionLog[];
  config: Map<string, string>;
}

/** Kafka's rule for a topic's name. */
export const isTopicName = (name: string): boolean => /^[\w.-]{1,249}$/.test(name) && name !== '.' && name !== '..';

/** The topics on disk: a folder each (`topics/<name>`), with a folder for each partition and the topic's own settings beside. */
export class Topics {
  private readonly folder: string;
  private readonly topics = new Map<string, Topic>();

  constructor(dataDir: string) {
    this.folder = join(dataDir, 'topics');
    mkdirSync(this.folder, { recursive: true });
    for (const name of readdirSync(this.folder)) this.open(name);
  }

  all(): Topic[] {
    return [...this.topics.values()];
  }

  find(name: string): Topic | undefined {
    return this.topics.get(name);
  }

  partition(name: string, index: number): PartitionLog | undefined {
    return this.topics.get(name)?.partitions[index];
  }

  create(name: string, partitions: number, config: ReadonlyMap<string, string> = new Map()): Topic {
    // Made whole beside, then moved: a kill in between leaves no topic with half of its partitions.
    const making = join(this.folder, `.${name}.making`);
    rmSync(making, { recursive: true, force: true });
    for (let index = 0; index < partitions; index += 1) mkdirSync(join(making, String(index)), { recursive: true });
    writeFileSync(join(making, 'config.json'), JSON.stringify(Object.fromEntries(config)));
    renameSync(making, join(this.folder, name));
    return this.open(name) as Topic;
  }

  grow(topic: Topic, partitions: number): void {
    for (let index = topic.partitions.length; index < partitions; index += 1) {
      const folder = join(this.folder, topic.name, String(index));
      mkdirSync(folder);
      topic.partitions.push(new PartitionLog(folder));
    }
  }

  configure(topic: Topic, config: ReadonlyMap<string, string>): void {
    topic.config = new Map(config);
    writeFileSync(join(this.folder, topic.name, 'config.json'), JSON.stringify(Object.fromEntries(config)));
  }

  delete(topic: Topic): void {
    this.topics.delete(topic.name);
    for (const partition of topic.partitions) partition.close();
    rmSync(join(this.folder, topic.name), { recursive: true });
  }

  close(): void {
    for (const topic of this.all()) for (const partition of topic.partitions) partition.close();
  }

  private open(name: string): Topic | undefined {
    const folder = join(this.folder, name);
    if ((name.startsWith('.') && name.endsWith('.making')) || !existsSync(join(folder, 'config.json'))) {
      rmSync(folder, { recursive: true, force: true });
      return undefined;
    }
    const config = new Map(Object.entries(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as Record<string, string>));
    const partitions: PartitionLog[] = [];
    for (let index = 0; existsSync(join(folder, String(index))); index += 1) partitions.push(new PartitionLog(join(folder, String(index))));
    const topic = { name, partitions, config };
    this.topics.set(name, topic);
    return topic;
  }
}
