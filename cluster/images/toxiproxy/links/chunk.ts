/** What was read from a socket at once. */
export interface Chunk {
  data: Buffer;
  /** performance.now() when it was read; a latency toxic counts from it and moves it on. */
  atMs: number;
}
