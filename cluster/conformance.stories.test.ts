import { KubeConfig } from '@kubernetes/client-node';
import { execa } from 'execa';
import { KindTestLab } from './platforms/kind/testing/kind-test-lab.ts';
import { image } from './testing/conformance/app.ts';
import { compareTranscripts, tooSoon } from './testing/conformance/compare-transcripts.ts';
import { playAll } from './testing/conformance/play-all.ts';
import { readRecord, writeRecord } from './testing/conformance/records.ts';
import { stories } from './testing/conformance/stories.ts';

/** SHOPLAB_RECORD=1 makes the records anew. */
const records = process.env.SHOPLAB_RECORD === '1';
const lab = new KindTestLab();

let transcriptOf: ReturnType<typeof playAll>;
beforeAll(async () => {
  await lab.up('nothing');
  await execa('kind', ['load', 'docker-image', image, '--name', lab.name]);
  const config = new KubeConfig();
  config.loadFromFile(lab.kubeconfig);
  // More at a time, and containers start so slowly on two cores that probes find nobody.
  transcriptOf = playAll(config, stories, 3);
}, 600_000);

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
