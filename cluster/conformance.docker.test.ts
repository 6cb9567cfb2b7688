import { KubeConfig } from '@kubernetes/client-node';
import type { Cluster } from './platform.ts';
import { docker } from './platforms/docker/docker.ts';
import { compareTranscripts, tooSoon } from './testing/conformance/compare-transcripts.ts';
import { knownDifferences } from './testing/conformance/known-differences.ts';
import { playAll } from './testing/conformance/play-all.ts';
import { readRecord } from './testing/conformance/records.ts';
import { stories } from './testing/conformance/stories.ts';

/** The stories as genuine Kubernetes went through them, with Pods that are containers. */
let cluster: Cluster;
let transcriptOf: ReturnType<typeof playAll>;
beforeAll(async () => {
  cluster = await docker.up({ name: `conformance-${process.pid}`, life: 'owner', autoscalerSyncMs: 1000 });
  const config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  // More at a time, and containers start so slowly on two cores that probes find nobody.
  transcriptOf = playAll(config, stories, 2);
}, 120_000);
afterAll(() => cluster?.stop());

test.each(stories)(
  '$name: $title',
  async (story) => {
    const transcript = await transcriptOf(story);
    const found = compareTranscripts(readRecord(story.name), transcript, story.toleranceMs);
    const known = knownDifferences.filter((one) => one.story === story.name);
    expect(found.filter((line) => !known.some((one) => line.includes(one.line)))).toEqual([]);
    expect(tooSoon(transcript, story.least)).toEqual([]);
  },
  600_000,
);
