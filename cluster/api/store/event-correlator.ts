import type { KubeObject } from '../object.ts';
import type { EventDraft } from '../registry.ts';

/** Told `count` times so far; `name`: the Event to add to, absent where none was made yet. `dropped`: said too often, tell nobody. */
export interface Correlation {
  key: string;
  message: string;
  count: number;
  name?: string;
  dropped: boolean;
}

/** Sources may tell 25 Events of one object at once, then one in five minutes. */
const burst = 25;
const refillMs = 300_000;
/** More than so many different messages of one reason within ten minutes become one Event. */
const differentMessages = 10;
const similarForMs = 600_000;
/** Objects that are remembered; client-go's caches have this size. */
const objectsRemembered = 4096;

interface Similar {
  messages: Set<string>;
  lastMs: number;
}

/** Folds Events as client-go's recorder does: spam filter, aggregation, counting. client-go:tools/record/events_cache.go. */
export class EventCorrelator {
  private readonly tokens = new Map<string, { left: number; atMs: number }>();
  private readonly similar = new Map<string, Similar>();
  private readonly told = new Map<string, { count: number; name?: string }>();

  correlate(about: KubeObject, event: EventDraft, nowMs: number): Correlation {
    const { uid, namespace = '', name } = about.metadata;
    const subject = [event.component, about.kind, namespace, name, uid, about.apiVersion];
    const group = JSON.stringify([...subject, event.type, event.reason]);
    const known = this.similar.get(group);
    const record = known && nowMs - known.lastMs <= similarForMs ? known : { messages: new Set<string>(), lastMs: nowMs };
    record.messages.add(event.message);
    record.lastMs = nowMs;
    remember(this.similar, group, record);
    const many = record.messages.size >= differentMessages;
    if (many) record.messages.delete(record.messages.values().next().value ?? '');
    const message = many ? `(combined from similar events): ${event.message}` : event.message;
    const key = many ? group : JSON.stringify([...subject, event.fieldPath, event.type, event.reason, event.message]);
    const told = { ...this.told.get(key), count: (this.told.get(key)?.count ?? 0) + 1 };
    remember(this.told, key, told);
    return { key, message, ...told, dropped: !this.mayTell(JSON.stringify(subject), nowMs) };
  }

  /** Says under which name the Event of a key was created. */
  created({ key, count }: Correlation, name: string): void {
    remember(this.told, key, { count, name });
  }

  private mayTell(subject: string, nowMs: number): boolean {
    const { left, atMs } = this.tokens.get(subject) ?? { left: burst, atMs: nowMs };
    const now = Math.min(burst, left + (nowMs - atMs) / refillMs);
    remember(this.tokens, subject, { left: now < 1 ? now : now - 1, atMs: nowMs });
    return now >= 1;
  }
}

/** The least recently used goes first. */
function remember<T>(cache: Map<string, T>, key: string, value: T): void {
  cache.delete(key);
  cache.set(key, value);
  if (cache.size > objectsRemembered) cache.delete(cache.keys().next().value ?? '');
}
