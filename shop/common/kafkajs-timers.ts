import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

/**
 * kafkajs 2.2.4 asks each connection a thousand times a second whether a request waits, also while none does: its timer is set for a moment that
 * is long past. For an idle Pod that is most of its CPU, which autoscalers see. What waits is looked for when something does.
 */
export function mendKafkajsTimers(): void {
  const schedule = RequestQueue.prototype.scheduleCheckPendingRequests;
  RequestQueue.prototype.scheduleCheckPendingRequests = function scheduleWhereSomethingWaits() {
    if (this.pending.length > 0) schedule.call(this);
  };
}
