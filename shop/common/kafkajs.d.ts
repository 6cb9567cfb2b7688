/** A part of kafkajs that its own types do not tell of: what `mendKafkajsTimers` needs of it. */
declare module 'kafkajs/src/network/requestQueue/index.js' {
  export default class RequestQueue {
    pending: unknown[];
    scheduleCheckPendingRequests(): void;
  }
}
