import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findExercise } from './exercises.ts';
import { Learner } from './testing/learner.ts';

/** One exercise from its start to its solution; `npm run test:workshop` plays all of them, with their wrong answers. */
const exercise = findExercise('order-and-delivery');
const { name } = exercise;
const learner = new Learner();
afterAll(() => {
  expect(learner.runs.labs()).toEqual([]);
  learner.runs.remove();
});

const status = async () => JSON.parse((await learner.shoplab('exercise', 'status', '--json')).out) as { name: string; state: string }[];

test('the commands of the text run, and print what it says', async () => {
  expect((await learner.shoplab('exercise', 'check', name)).err).toContain(`${name} has not been started`);
  expect(await learner.shoplab('exercise', 'start', name)).toMatchObject({ code: 0 });
  await learner.expectCommands(exercise);
  learner.answer(exercise, 'start');
}, 120_000);

test('the start fails its check, whatever is done beside the answer', async () => {
  const own = join(learner.folder, name);
  // Control, load and checks of the learner's own making.
  for (const folder of ['proof', 'ours', 'control', `overlays/exercise-${name}/ours`]) {
    mkdirSync(join(own, folder), { recursive: true });
    writeFileSync(join(own, folder, 'kustomization.yaml'), 'resources: []\n');
  }
  const proof = readFileSync(join(exercise.folder, 'proof/experiment.yaml'), 'utf8');
  writeFileSync(join(own, 'proof/experiment.yaml'), proof.replace('atLeast: 95', 'atLeast: 1').replace('rate: 30', 'rate: 1'));
  cpSync(join(own, 'proof/experiment.yaml'), join(own, 'experiment.yaml'));
  const frame = join(own, 'frame/kustomization.yaml');
  writeFileSync(
    frame,
    readFileSync(frame, 'utf8').replace('FALLBACK: "off"', 'FALLBACK: "on"').replace('COUPLING: sync', 'COUPLING: async'),
  );
  rmSync(join(learner.folder, 'base'), { recursive: true });

  const { code, result } = await learner.check(name);
  expect({ code, result }).toMatchObject({
    ...{ code: 4, result: { outcome: 'not-yet', explained: exercise.start, unread: ['frame/kustomization.yaml'] } },
  });
  expect((await status())[0]).toMatchObject({ name, state: 'started', checks: 1, hints: 0 });
}, 300_000);

test('hints are counted, and the solution passes', async () => {
  const hint = await learner.shoplab('exercise', 'hint', name, '--lang', 'ko');
  expect(hint.out).toContain(exercise.hints[0]?.ko);
  learner.answer(exercise, 'solution');
  expect(await learner.check(name)).toMatchObject({ code: 0, result: { outcome: 'solved', means: exercise.solved.en } });
  expect((await status())[0]).toMatchObject({ name, state: 'solved', checks: 2, hints: 1 });
}, 300_000);

test('an instructor sees it', async () => {
  const { code, out } = await learner.shoplab('exercise', 'report', '.', '--json');
  expect(code).toBe(0);
  const [{ solved, exercises }] = JSON.parse(out);
  expect([solved, exercises[0]]).toMatchObject([1, { exercise: name, state: 'solved', checks: 2, hints: 1 }]);
  expect(readFileSync(join(learner.runs.folder, 'shoplab-report/workshop.csv'), 'utf8')).toContain(`,${name},solved,2,1,`);
  expect(readFileSync(join(learner.runs.folder, 'shoplab-report/workshop.html'), 'utf8')).toContain('<span aria-label="solved">');
});
