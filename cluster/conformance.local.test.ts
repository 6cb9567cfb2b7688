import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import type { Cluster } from './platform.ts';
import { local } from './platforms/local/local.ts';
import { compareTranscripts, tooSoon } from './testing/conformance/compare-transcripts.ts';
import { conformanceDocument } from './testing/conformance/conformance-document.ts';
import { knownDifferences } from './testing/conformance/known-differences.ts';
import { playAll } from './testing/conformance/play-all.ts';
import { readRecord } from './testing/conformance/records.ts';
import { stories } from './testing/conformance/stories.ts';

let folder: string;
let cluster: Cluster;
let transcriptOf: ReturnType<typeof playAll>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'conformance-test-'));
  writeFileSync(join(folder, 'images.yaml'), 'node:24-slim: { command: [node] }\n');
  cluster = await local.up({ name: 'conformance-test', life: 'owner', imagesFile: join(folder, 'images.yaml'), autoscalerSyncMs: 1000 });
  const config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  transcriptOf = playAll(config, stories, 6);
});
afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Lines that were told of on purpose, by story. */
const known = (story: string) => knownDifferences.filter((one) => one.story === story);

test.each(stories)('$name: $title', async (story) => {
  const transcript = await transcriptOf(story);
  const found = compareTranscripts(readRecord(story.name), transcript, story.toleranceMs);
  expect(found.filter((line) => !known(story.name).some((one) => line.includes(one.line)))).toEqual([]);
  expect(tooSoon(transcript, story.least)).toEqual([]);
  // What does not differ any more has no place in the list.
  expect(known(story.name).filter((one) => !found.some((line) => line.includes(one.line)))).toEqual([]);
});

test('what the platform is held to, and where it differs, is written down', () => {
  const file = join(process.cwd(), 'cluster/CONFORMANCE.md');
  const [before, now] = [existsSync(file) ? readFileSync(file, 'utf8') : '', conformanceDocument(stories, knownDifferences)];
  if (before !== now) writeFileSync(file, now);
  // It is as it should be now: it wants to be committed.
  expect(before).toBe(now);
});
