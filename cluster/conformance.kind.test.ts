import { KubeConfig } from '@kubernetes/client-node';
import { execa } from 'execa';
import { image } from './testing/conformance/app.ts';
import { compareTranscripts, tooSoon } from './testing/conformance/compare-transcripts.ts';
import { playAll } from './testing/conformance/play-all.ts';
import { readRecord, writeRecord } from './testing/conformance/records.ts';
import { stories } from './testing/conformance/stories.ts';

const cluster = process.env.KIND_CLUSTER ?? 'rig';
/** SHOPLAB_RECORD=1 makes the records anew. */
const records = process.env.SHOPLAB_RECORD === '1';

let transcriptOf: ReturnType<typeof playAll>;
beforeAll(async () => {
  await execa('kind', ['load', 'docker-image', image, '--name', cluster]);
  const config = new KubeConfig();
  config.loadFromDefault();
  config.setCurrentContext(`kind-${cluster}`);
  // More at a time, and containers start so slowly on two cores that probes find nobody.
  transcriptOf = playAll(config, stories, 2);
});

test.each(stories)(
  'genuine Kubernetes does again what was recorded of it: $name',
  async (story) => {
    const transcript = await transcriptOf(story);
    if (records) writeRecord(transcript);
    expect(compareTranscripts(readRecord(story.name), transcript, story.toleranceMs)).toEqual([]);
    expect(tooSoon(transcript, story.least)).toEqual([]);
  },
  600_000,
);
