import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildKustomization } from '../../cluster/kustomize/build.ts';
import type { Journal } from '../../experiments/engine/journal.ts';
import { chooseExperiments } from '../choose-experiments.ts';
import { parseJournal } from '../read-journal.ts';
import { type FoundExercise, findExercise, listExercises, solutionOf, taskOf } from './exercises.ts';
import { grade, gradeWords } from './explain.ts';
import { gradedRuns, treatmentRun } from './graded-folder.ts';
import { languageOf } from './language.ts';
import { Workshop } from './progress.ts';
import { readAnswers } from './read-answers.ts';
import { resetExercise, startExercise } from './start-exercise.ts';
import { notPrinted, typedBlocks } from './testing/learner.ts';
import { readRecording } from './testing/recording.ts';

const manifests = fileURLToPath(new URL('../../manifests', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'shoplab-exercises-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const folder = (name: string): string => join(scratch, name);

const exercises = listExercises();
const byName = exercises.map((exercise) => [exercise.name, exercise] as const);

test('they are in the order of the course', () => {
  expect(exercises.map(({ number }) => number)).toEqual([...exercises.map(({ number }) => number)].sort((a, b) => a - b));
  expect(new Set(exercises.map(({ number }) => number)).size).toBe(exercises.length);
});

test.each(byName)(
  '%s: it has a text in each language, a solution, and three wrong answers that each have their explanation',
  (_name, exercise) => {
    for (const language of ['en', 'ko'] as const) {
      const task = taskOf(exercise, language);
      expect(task).toContain(`shoplab exercise check ${exercise.name}`);
      for (const { file } of exercise.answers) expect(task).toContain(file);
      for (const { id, when } of exercise.explain) if (when.answer) expect([id, Object.keys(when.answer).length]).not.toEqual([id, 1]);
    }
    // A journal that is to be read can be.
    const journal = join(exercise.folder, 'start/journal.json');
    if (existsSync(journal)) expect(parseJournal(readFileSync(journal, 'utf8')).journal).toBeDefined();
    // The same commands in both, and the same that they print.
    const blocks = (text: string) => typedBlocks(text).map(({ code, prints }) => ({ code: code.replace(/\s+#.*$/gm, ''), prints }));
    expect(blocks(taskOf(exercise, 'ko'))).toEqual(blocks(taskOf(exercise, 'en')));
    // Whoever types them can see whether it came as it should.
    const [first] = blocks(taskOf(exercise, 'en'));
    if (!first?.code.startsWith('shoplab exercise check')) expect(first?.prints).not.toBe('');
    expect(Object.keys(solutionOf(exercise))).toEqual(exercise.answers.map(({ file }) => file));
    const wrong = readdirSync(join(exercise.folder, 'wrong'));
    expect(wrong).toHaveLength(3);
    const explained = exercise.explain.map(({ id }) => id);
    for (const id of wrong) expect(explained).toContain(id);
  },
);

test('what a text says that commands print is looked for, line by line and in its order', () => {
  const text = '```sh\nls\n```\n\nYou see:\n\n```text\nNAME    READY\n…\norder-… 1/1 (50 %)\n```\n\n```sh\nend\n```\n';
  const [first, second] = typedBlocks(text);
  expect([first?.code, second]).toEqual(['ls\n', { code: 'end\n', prints: '' }]);
  const missing = (printed: string) => notPrinted({ code: '', prints: first?.prints ?? '', printed });
  expect(missing('before\nNAME READY\nx\norder-5f7 1/1 (50 %)\nafter\n')).toBeUndefined();
  expect(missing('NAME READY\norder-5f7 0/1 (50 %)\n')).toBe('order-… 1/1 (50 %)');
  expect(missing('order-5f7 1/1 (50 %)\nNAME READY\n')).toBe('order-… 1/1 (50 %)');
});

/** Of the exercise: its start, its solution, and what is wrong. */
const sourcesOf = ({ folder: source }: FoundExercise): string[] => [
  join(source, 'start'),
  join(source, 'solution'),
  ...readdirSync(join(source, 'wrong')).map((id) => join(source, 'wrong', id)),
];
const sorted = (all: object[]): string[] => all.map((one) => JSON.stringify(one)).sort();

test.each(byName)('%s: each answer can be read, and is graded beside a control that is ours', async (name, exercise) => {
  const workshop = Workshop.open(folder(`read-${name}`));
  startExercise(exercise, workshop, { manifests, language: 'en' });
  const own = workshop.folderOf(name);
  expect(readFileSync(join(own, 'TASK.md'), 'utf8')).toBe(taskOf(exercise, 'en'));
  for (const [at, source] of sourcesOf(exercise).entries()) {
    for (const { file } of exercise.answers) writeFileSync(join(own, file), readFileSync(join(source, file)));
    const runs = gradedRuns(exercise, readAnswers(exercise, own), manifests, folder(`graded-${name}-${at}`));
    expect(runs.map(({ expected }) => expected)).toEqual(expectedOf(exercise));
    for (const { experiment, manifests: all } of runs) {
      const [chosen] = await chooseExperiments({ names: [experiment] });
      const { control, treatment } = chosen?.experiment.variants ?? {};
      const base = chosen?.file?.folder ?? all;
      if ('experiment' in exercise.proof && existsSync(join(own, 'kustomization.yaml')))
        // What the learner brings up by kubectl is what is graded.
        expect(sorted(await buildKustomization(join(base, treatment?.overlay ?? '')))).toEqual(sorted(await buildKustomization(own)));
      expect(sorted(await buildKustomization(join(base, control?.overlay ?? '')))).toEqual(sorted(await originalControl(exercise)));
    }
  }
});

const expectedOf = ({ proof }: FoundExercise): string[] =>
  'words' in proof ? [] : 'sabotages' in proof ? ['passed', ...proof.sabotages.map(() => 'failed')] : ['passed'];

/** As the package has it. */
async function originalControl(exercise: FoundExercise): Promise<object[]> {
  const { proof, name } = exercise;
  if ('experiment' in proof && !proof.experiment.startsWith('./'))
    return buildKustomization(join(manifests, 'overlays', proof.experiment, 'control'));
  const target = folder(`original-${name}`);
  rmSync(target, { recursive: true, force: true });
  cpSync(join(exercise.folder, 'start'), join(target, name), { recursive: true });
  cpSync(join(manifests, 'base'), join(target, 'base'), { recursive: true });
  return buildKustomization(join(target, name, 'sabotages' in proof ? 'control' : ''));
}

describe('what is read of an answer', () => {
  const exercise = findExercise('liveness');
  const own = folder('answers');
  const product = solutionOf(exercise)['product.yaml'] ?? '';
  const read = (text: string) => {
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'product.yaml'), text);
    return readAnswers(exercise, own);
  };

  test('is the objects that were asked for', () => {
    expect(Object.keys(read(product).objects)).toEqual(['Deployment/product']);
  });
  test.each([
    ['nothing', '', /has to declare Deployment\/product and nothing else; it declares nothing/],
    [
      'something beside it',
      `${product}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop}\n`,
      /it declares Deployment\/product, ConfigMap\/shop/,
    ],
    ['something else', product.replace('kind: Deployment', 'kind: DaemonSet'), /it declares DaemonSet\/product/],
    ['a namespace', product.replace('  name: product', '  name: product\n  namespace: shop'), /names a namespace/],
    ['what is no YAML', 'a: [', /product\.yaml: /],
  ])('is refused with %s', (_what, text, message) => {
    expect(() => read(text)).toThrow(message);
  });
  test('is refused where it is not there', () => {
    expect(() => readAnswers(exercise, folder('nowhere'))).toThrow(/there is no .*product\.yaml/);
  });
});

describe('how an answer is graded', () => {
  const exercise = findExercise('liveness');
  const answersOf = (product: unknown) => ({ files: {}, objects: { 'Deployment/product': product } });
  const withProbe = (livenessProbe?: object) => answersOf({ spec: { template: { spec: { containers: [{ livenessProbe }] } } } });
  const check = (id: string, result: 'true' | 'false' | 'unknown') => ({ id, result, message: `${id} was seen` });
  const journal = (outcome: Journal['outcome'], checks: object[] = [], events: object[] = []) =>
    ({
      outcome,
      reason: 'the reason',
      variants: [
        { name: 'control', checks: [], events: [] },
        { name: 'treatment', checks, events },
      ],
    }) as unknown as Journal;
  const ran = (one: Journal) => [{ run: treatmentRun, expected: 'passed' as const, journal: one }];
  const failed = journal('failed', [check('restarted', 'false')]);

  test('a run that passed is solved', () => {
    expect(grade(exercise, ran(journal('passed')), withProbe())).toEqual({ outcome: 'solved', observed: 'the reason' });
  });
  test.each([
    ['no-probe', withProbe(), failed],
    ['asks-the-port', withProbe({ tcpSocket: {} }), failed],
    ['too-late', withProbe({ httpGet: {} }), failed],
    ['too-late', withProbe({ httpGet: {} }), journal('inconclusive', [check('restarted', 'unknown')])],
  ])('%s is told by what was seen and what was deployed', (id, answers, seen) => {
    expect(grade(exercise, ran(seen), answers)).toMatchObject({ outcome: 'not-yet', observed: 'restarted was seen', explanation: { id } });
  });
  test('an event explains, too', () => {
    const message = 'Liveness probe failed: HTTP probe failed with statuscode: 404';
    const seen = journal('errored', [], [{ object: 'Pod/product-1', message }]);
    expect(grade(exercise, ran(seen), withProbe({ httpGet: {} }))).toMatchObject({
      ...{ outcome: 'not-yet', observed: `Pod/product-1: ${message}`, explanation: { id: 'asks-for-nothing' } },
    });
  });
  test('what nobody can explain is not yet solved where the run failed, and says nothing where it proved nothing', () => {
    expect(grade(exercise, ran(journal('failed', [check('lost-share', 'false')])), withProbe({}))).toEqual({
      outcome: 'not-yet',
      observed: 'the reason',
    });
    expect(grade(exercise, ran(journal('inconclusive')), withProbe({}))).toEqual({ outcome: 'unclear', observed: 'the reason' });
    expect(grade(exercise, ran(journal('errored')), withProbe({}))).toEqual({ outcome: 'unclear', observed: 'the reason' });
  });
});

describe('what was recorded of true runs is graded as the exercise says', () => {
  const answersFrom = ({ answers, folder: source }: FoundExercise, from: string) => readAnswers({ answers }, join(source, from));
  const cases = exercises.flatMap((exercise) => [
    [exercise.name, 'start', exercise.start, exercise] as const,
    ...readdirSync(join(exercise.folder, 'wrong')).map((id) => [exercise.name, `wrong/${id}`, id, exercise] as const),
    [exercise.name, 'solution', undefined, exercise] as const,
  ]);
  test.each(cases)('%s, %s', (name, from, id, exercise) => {
    const answers = answersFrom(exercise, from);
    if ('words' in exercise.proof) {
      expect(gradeWords(exercise, answers).explanation?.id).toBe(id);
      return;
    }
    const recorded = readRecording(name)[from];
    if (!recorded) throw new Error(`nothing is recorded: SHOPLAB_RECORD=1 npm run test:workshop -- -t ${name}`);
    const expected = recorded.run === treatmentRun ? 'passed' : 'failed';
    const graded = grade(exercise, [{ run: recorded.run, expected, journal: recorded.journal as Journal }], answers);
    expect(graded).toMatchObject({ outcome: id === undefined ? 'solved' : 'not-yet' });
    expect(graded.explanation?.id).toBe(id);
  });
});

test('progress is kept, a start overwrites nothing, and a reset forgets', () => {
  const exercise = findExercise('liveness');
  const options = { manifests, language: 'ko' as const };
  const workshop = Workshop.open(folder('progress'));
  expect(workshop.exists).toBe(false);
  expect(() => workshop.started('liveness')).toThrow(/liveness has not been started/);
  startExercise(exercise, workshop, options);
  workshop.keep('liveness', { ...workshop.started('liveness'), hints: 2 });
  expect(Workshop.open(folder('progress')).started('liveness').hints).toBe(2);
  expect(() => startExercise(exercise, workshop, options)).toThrow(/is there already/);

  writeFileSync(join(workshop.folderOf('liveness'), 'product.yaml'), 'mine');
  resetExercise(exercise, workshop, options);
  expect(Workshop.open(folder('progress')).started('liveness')).toMatchObject({ hints: 0, checks: [] });
  expect(readFileSync(join(workshop.folderOf('liveness'), 'product.yaml'), 'utf8')).not.toBe('mine');
  expect(existsSync(join(folder('progress'), 'base', 'product.yaml'))).toBe(true);

  writeFileSync(join(folder('progress'), '.shoplab-workshop.json'), '{"workshop":2}');
  expect(() => Workshop.open(folder('progress'))).toThrow(/cannot be read/);
});

test('the workshop that one is in is found from anywhere in it', () => {
  const exercise = findExercise('liveness');
  const path = folder('found/shoplab-workshop');
  startExercise(exercise, Workshop.open(path), { manifests, language: 'en' });
  expect(Workshop.find(undefined, join(path, 'liveness')).folder).toBe(path);
  expect(Workshop.find(undefined, folder('found')).folder).toBe(path);
  expect(Workshop.find(folder('other'), join(path, 'liveness')).folder).toBe(folder('other'));
});

test('an exercise that there is none of is told with the nearest', () => {
  expect(() => findExercise('livenes')).toThrow(/there is no exercise livenes\. Did you mean liveness\?/);
});

test.each([
  [{ LANG: 'ko_KR.UTF-8' }, 'ko'],
  [{ LANG: 'en_US.UTF-8' }, 'en'],
  [{ LANG: 'en_US.UTF-8', LC_ALL: 'ko_KR' }, 'ko'],
  [{ LC_ALL: '', LANG: 'ko' }, 'ko'],
  [{}, 'en'],
])('%o is %s', (environment, language) => {
  expect(languageOf(environment)).toBe(language);
});
