import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Transcript } from './transcript.ts';

const folder = join(process.cwd(), 'cluster/testing/conformance/records');
const fileOf = (story: string): string => join(folder, `${story}.json`);

/** What genuine Kubernetes did. Throws where a story was never recorded. */
export const readRecord = (story: string): Transcript => JSON.parse(readFileSync(fileOf(story), 'utf8')) as Transcript;

export const writeRecord = (transcript: Transcript): void =>
  writeFileSync(fileOf(transcript.story), `${JSON.stringify(transcript, undefined, 2)}\n`);
