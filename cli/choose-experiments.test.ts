import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseExperiments } from './choose-experiments.ts';
import { newExperiment } from './new-experiment.ts';

const chosen = async (...words: Parameters<typeof chooseExperiments>): Promise<string[]> =>
  (await chooseExperiments(...words)).map(({ experiment }) => experiment.name);

const home = mkdtempSync(join(tmpdir(), 'choose-experiments-'));
afterAll(() => rmSync(home, { recursive: true }));

test('files of one’s own stand beside names, and carry what they are relative to', async () => {
  const mine = join(home, 'mine');
  newExperiment(mine);
  expect(await chooseExperiments({ names: [mine, 'liveness'] })).toMatchObject([
    { word: mine, experiment: { name: 'mine' }, file: { folder: mine, imagesFile: join(mine, 'images.yaml') } },
    { word: 'liveness', experiment: { name: 'liveness' } },
  ]);
  const twin = join(home, 'twin');
  cpSync(mine, twin, { recursive: true });
  const both = chooseExperiments({ names: [mine, `${twin}/experiment.yaml`] });
  await expect(both).rejects.toThrow(`${mine} and ${twin}/experiment.yaml are both named mine`);
  expect(await chosen({ names: [mine, 'liveness'], skip: ['mine'] })).toEqual(['liveness']);
});

test('all, those that are named in their order, those of a tag, all but some', async () => {
  const all = await chosen({});
  expect(all).toEqual(expect.arrayContaining(['async-decoupling', 'liveness', 'readiness']));
  expect(await chosen({ names: ['readiness', 'async-decoupling', 'readiness'] })).toEqual(['readiness', 'async-decoupling']);
  expect(await chosen({ tags: ['outbox'] })).toEqual(['async-decoupling']);
  expect(await chosen({ skip: ['liveness'] })).toEqual(all.filter((name) => name !== 'liveness'));
  expect(await chosen({ names: ['liveness', 'readiness'], tags: ['zero-downtime'] })).toEqual(['readiness']);
});

test.each([
  [
    'unknown names, told together',
    { names: ['livenes'], skip: ['redines'] },
    "there is no experiment 'livenes', 'redines'",
    /Did you mean liveness\?/,
  ],
  ['an unknown tag', { tags: ['outbux'] }, "there is no tag 'outbux'", /Did you mean outbox\?/],
  ['nothing that is left', { names: ['liveness'], skip: ['liveness'] }, 'no experiment is left to run', /there are async-decoupling/],
])('%s', async (_name, choice, message, hint) => {
  await expect(chooseExperiments(choice)).rejects.toMatchObject({ message, hint: expect.stringMatching(hint) });
});
