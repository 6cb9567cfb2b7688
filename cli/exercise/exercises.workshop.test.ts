import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type FoundExercise, listExercises } from './exercises.ts';
import { Learner } from './testing/learner.ts';
import { record } from './testing/recording.ts';

/**
 * Each exercise as its learner plays it: start, the commands of the text, check fails, hint, mend, check passes; and three typical wrong answers.
 * SHOPLAB_RECORD=1 keeps what the runs came to, for the tests that only grade.
 */
const learner = new Learner();
afterAll(() => {
  expect(learner.runs.labs()).toEqual([]);
  learner.runs.remove();
});

const check = async ({ name }: FoundExercise, answer: string) => {
  const { code, result, err, journal } = await learner.check(name);
  if (process.env.SHOPLAB_RECORD && journal && result?.run) record(name, answer, result.run, journal);
  return { code, ...(result ? { outcome: result.outcome, explained: result.explained } : { err }) };
};

describe.each(listExercises().map((exercise) => [exercise.name, exercise] as const))('%s', (name, exercise) => {
  beforeAll(async () => expect(await learner.shoplab('exercise', 'start', name)).toMatchObject({ code: 0 }));

  test('the commands of its text run, and print what it says', async () => {
    await learner.expectCommands(exercise);
    learner.answer(exercise, 'start');
  }, 600_000);

  test('its start fails for the reason that the text says', async () => {
    expect(await check(exercise, 'start')).toEqual({ code: 4, outcome: 'not-yet', explained: exercise.start });
    expect((await learner.shoplab('exercise', 'hint', name)).code).toBe(0);
  }, 600_000);

  test.each(readdirSync(join(exercise.folder, 'wrong')))(
    'the wrong answer %s gets its message',
    async (id) => {
      learner.answer(exercise, `wrong/${id}`);
      expect(await check(exercise, `wrong/${id}`)).toEqual({ code: 4, outcome: 'not-yet', explained: id });
    },
    600_000,
  );

  test('its solution passes', async () => {
    learner.answer(exercise, 'solution');
    expect(await check(exercise, 'solution')).toEqual({ code: 0, outcome: 'solved', explained: null });
  }, 600_000);
});
