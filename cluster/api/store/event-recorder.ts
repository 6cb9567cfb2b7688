import { isApiError } from '../errors.ts';
import { type KubeObject, timestamp } from '../object.ts';
import type { EventDraft } from '../registry.ts';
import { EventCorrelator } from './event-correlator.ts';
import type { Objects } from './objects.ts';

/** Events are forgotten an hour after their last time, as kube-apiserver's --event-ttl has it. */
const keptMs = 3_600_000;
/** Of the object's name so much that the Event's own, with a dot and 16 digits more, is still one. */
const longestName = 253 - 17;
const sweepEachMs = 60_000;

/** Writes core/v1 Events about objects. */
export class EventRecorder {
  private readonly objects: Objects;
  private readonly now: () => number;
  private readonly correlator = new EventCorrelator();
  private serial = 0;
  private sweptMs = 0;
  constructor(objects: Objects, now: () => number) {
    this.objects = objects;
    this.now = now;
  }

  record(about: KubeObject, draft: EventDraft): void {
    const resource = this.objects.served.get('Event');
    const nowMs = this.now();
    this.sweep(nowMs);
    const namespace = about.metadata.namespace || 'default';
    const found = this.correlator.correlate(about, draft, nowMs);
    if (found.dropped) return;
    const before = found.name === undefined ? undefined : this.objects.find(resource, namespace, found.name);
    const now = { message: found.message, count: found.count, lastTimestamp: timestamp(nowMs) };
    try {
      if (before) this.objects.update(resource, { ...before, ...now });
      else this.correlator.created(found, this.objects.create(resource, { ...this.eventOf(about, draft, nowMs), ...now }).metadata.name);
    } catch (error) {
      // client-go's recorder too gives up on an Event that the server rejects: its namespace is going or gone.
      if (!isApiError(error, 'NotFound', 'Forbidden')) throw error;
    }
  }

  private eventOf(about: KubeObject, draft: EventDraft, nowMs: number): KubeObject {
    const { name, namespace, uid, resourceVersion } = about.metadata;
    this.serial += 1;
    const suffix = (BigInt(nowMs) * 1_000_000n + BigInt(this.serial % 1_000_000)).toString(16);
    const time = timestamp(nowMs);
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name.slice(0, longestName)}.${suffix}`, namespace: namespace || 'default' } as KubeObject['metadata'],
      involvedObject: {
        kind: about.kind,
        ...(namespace && { namespace }),
        name,
        uid,
        apiVersion: about.apiVersion,
        resourceVersion,
        ...(draft.fieldPath && { fieldPath: draft.fieldPath }),
      },
      reason: draft.reason,
      source: { component: draft.component },
      firstTimestamp: time,
      type: draft.type,
      eventTime: null,
      reportingComponent: draft.component,
      reportingInstance: '',
    };
  }

  private sweep(nowMs: number): void {
    if (nowMs - this.sweptMs < sweepEachMs) return;
    this.sweptMs = nowMs;
    const resource = this.objects.served.get('Event');
    for (const event of this.objects.list(resource)) {
      const last = Date.parse(String(event.lastTimestamp ?? event.metadata.creationTimestamp));
      if (nowMs - last > keptMs) this.objects.delete(resource, event.metadata.namespace ?? '', event.metadata.name);
    }
  }
}
