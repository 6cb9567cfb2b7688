import type { Readable } from 'node:stream';

/** Keeps the last of what comes; answers how to read it. */
export function keepComplaint(stderr: Readable | null): () => string {
  let complaint = '';
  stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  return () => complaint;
}
