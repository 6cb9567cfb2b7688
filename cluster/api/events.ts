import { randomBytes } from 'node:crypto';
import { type KubeObject, timestamp } from './object.ts';
import type { EventDraft } from './registry.ts';

const burst = 25;
const refillMs = 300_000;

/**
 * Folds Events as client-go's recorder does: equal ones become one with a count, and for each source and object 25 come through at once, then
 * one in 5 minutes (client-go tools/record/events_cache.go).
 */
export class EventFolder {
  private readonly known = new Map<string, { name: string; namespace: string }>();
  private readonly tokens = new Map<string, { left: number; atMs: number }>();

  /** The Event to write now: `name` is that of an existing one where it is to be counted on. Undefined: it is held back. */
  fold(
    about: KubeObject,
    draft: EventDraft,
    nowMs: number,
    find: (namespace: string, name: string) => KubeObject | undefined,
  ): KubeObject | undefined {
    const { kind, apiVersion } = about;
    const { name, uid, namespace = '', resourceVersion } = about.metadata;
    if (!this.take(`${draft.component}/${uid}`, nowMs)) return undefined;
    const key = [uid, draft.type, draft.reason, draft.message, draft.component, draft.fieldPath ?? ''].join('\n');
    const at = timestamp(nowMs);
    const former = this.known.get(key);
    const existing = former && find(former.namespace, former.name);
    if (existing) return { ...existing, count: Number(existing.count ?? 1) + 1, lastTimestamp: at };
    const home = namespace || 'default';
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${randomBytes(8).toString('hex')}`, namespace: home, uid: '', resourceVersion: '', creationTimestamp: at },
      involvedObject: { kind, namespace, name, uid, apiVersion, resourceVersion, ...(draft.fieldPath && { fieldPath: draft.fieldPath }) },
      reason: draft.reason,
      message: draft.message,
      source: { component: draft.component },
      firstTimestamp: at,
      lastTimestamp: at,
      count: 1,
      type: draft.type,
      reportingComponent: draft.component,
      reportingInstance: '',
    };
    this.known.set(key, { name: event.metadata.name, namespace: home });
    return event;
  }

  /** Forgets what was said of an object that is gone. */
  forget(uid: string): void {
    for (const key of this.known.keys()) if (key.startsWith(`${uid}\n`)) this.known.delete(key);
    for (const key of this.tokens.keys()) if (key.endsWith(`/${uid}`)) this.tokens.delete(key);
  }

  private take(key: string, nowMs: number): boolean {
    const bucket = this.tokens.get(key) ?? { left: burst, atMs: nowMs };
    const left = Math.min(burst, bucket.left + (nowMs - bucket.atMs) / refillMs);
    this.tokens.set(key, { left: left >= 1 ? left - 1 : left, atMs: nowMs });
    return left >= 1;
  }
}
