import type { Evidence, Lab } from '../engine/experiment.ts';
import { release } from '../faults/release.ts';
import { computeStage, type PipelineStage, stoppedAt } from './stopped-at.ts';

const failing = (command: string) => ({
  failed: { phase: 'BUILD', command, exitCode: 1, durationMs: 10, lines: [command === 'candidate.js again' ? 'AlreadyExists' : 'why'] },
});

test.each([
  ['node --test dist/shop/product/unit-test.js', 'unit tests'],
  ['if [ "$GATE" = on ]; then CANDIDATE=begun; node dist/shop/release/candidate.js a b; fi', 'candidate'],
  ['if [ "$GATE" = on ]; then node dist/shop/release/smoke.js "$NAMESPACE" "$SERVICE" "pods/$SERVICE-candidate"; fi', 'smoke test'],
  ['kubectl rollout status deployment/x --timeout=8s', 'rollout'],
  ['docker build .', 'elsewhere'],
])('%s fails at: %s', (command, stage) => {
  expect(computeStage(failing(command))).toBe(stage);
});

/** A lab whose pipeline fails at a command, or nowhere, and leaves that image. */
async function verdict(command: string | null, imageAfter: string, stage: PipelineStage): Promise<string | undefined> {
  let image = 'product:1';
  const container = () => ({ spec: { template: { spec: { containers: [{ name: 'product', image }] } } } });
  const lab = {
    namespace: 'n',
    signal: new AbortController().signal,
    kube: { request: async (_method: string, path: string) => (path.includes('configmaps') ? { data: {} } : container()) },
    runPipeline: async () => {
      image = imageAfter;
      return {
        status: command ? 'FAILED' : 'SUCCEEDED',
        failed: null,
        durationMs: 10,
        exported: { IMAGE: 'product:2' },
        ...(command && failing(command)),
      };
    },
  } as unknown as Lab;
  const fault = release({ id: 'r', service: 'product', version: '2', defect: 'crash' });
  await fault.inject(lab, await fault.plan(lab));
  const [draft] = await stoppedAt({ release: 'r', stage, reason: /^why$/ }).evaluate(lab, {
    measure: () => undefined,
  } as unknown as Evidence);
  return draft?.result;
}

test.each<[string, string | null, string, PipelineStage, string]>([
  ['stopped where it has to be', 'candidate.js', 'product:1', 'candidate', 'true'],
  ['let through', null, 'product:2', 'candidate', 'false'],
  ['stopped later', 'rollout status', 'product:1', 'candidate', 'false'],
  ['stopped sooner, by something else', 'unit-test', 'product:1', 'candidate', 'unknown'],
  ['stopped there for another reason', 'candidate.js again', 'product:1', 'candidate', 'unknown'],
  ['stopped by what is no gate', 'npm ci', 'product:1', 'candidate', 'unknown'],
  ['stopped, but the new version stays', 'rollout status', 'product:2', 'rollout', 'false'],
])('a version that is %s', async (_, command, imageAfter, stage, result) => {
  expect(await verdict(command, imageAfter, stage)).toBe(result);
});
