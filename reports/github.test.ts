import { journals } from './fixtures/journals.ts';
import { renderGithub, renderSuiteGithub } from './github.ts';

/** What the runner makes of a line: level, title and text. */
function annotation(line: string): { level: string; title: string; text: string } {
  const [, level = '', title = '', text = ''] = /^::(error|warning|notice) title=([^:,]*)::(.*)$/.exec(line) ?? [];
  const plain = (escaped: string) =>
    escaped.replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');
  return { level, title: plain(title), text: plain(text) };
}
const annotations = (text: string) => text.trimEnd().split('\n').map(annotation);

test('a run that passed is one notice', () => {
  const journal = journals.passed();
  expect(annotations(renderGithub(journal))).toEqual([
    { level: 'notice', title: `${journal.experiment.name}: passed`, text: journal.reason },
  ]);
});

test('each check that failed is an error with what exactly was wrong, and so is the run', () => {
  const journal = journals.failed();
  const told = annotations(renderGithub(journal));
  const failed = journal.variants.flatMap(({ name, checks }) =>
    checks.filter(({ verdict }) => verdict === 'fail').map((check) => ({ name, check })),
  );
  expect(failed.length).toBeGreaterThan(0);
  for (const { name, check } of failed) {
    const one = told.find(({ title }) => title === `${journal.experiment.name}, ${name}: ${check.title}`);
    expect(one?.level).toBe('error');
    for (const line of [check.message, ...(check.findings ?? [])]) expect(one?.text).toContain(line);
  }
  expect(told.at(-1)).toEqual({ level: 'error', title: `${journal.experiment.name}: failed`, text: journal.reason });
});

test('what could not be said is a warning', () => {
  const told = annotations(renderGithub(journals.inconclusive()));
  expect(told.at(-1)?.level).toBe('warning');
  expect(told.some(({ level }) => level === 'error')).toBe(false);
});

test('what a run that proves nothing came out otherwise is a warning', () => {
  const told = annotations(renderGithub({ ...journals.failed(), outcome: 'inconclusive' }));
  expect(told.length).toBeGreaterThan(1);
  expect(new Set(told.map(({ level }) => level))).toEqual(new Set(['warning']));
});

test('a lab that broke is an error with what to do', () => {
  const journal = journals.errored();
  const error = journal.variants.find((variant) => variant.error)?.error;
  expect(annotations(renderGithub(journal)).find(({ title }) => title.endsWith('the lab broke'))).toMatchObject({
    level: 'error',
    text: expect.stringContaining(error?.message ?? 'no error'),
  });
});

test('nothing in a text ends its line or its title', () => {
  const journal = journals.passed();
  const [line = ''] = renderGithub({ ...journal, reason: '100 %\r\nof: 3, 4', experiment: { ...journal.experiment, name: 'a:b,c' } }).split(
    '\n',
  );
  expect(line).toBe('::notice title=a%3Ab%2Cc%3A passed::100 %25%0D%0Aof: 3, 4');
});

test('several runs one after the other', () => {
  const [one, other] = [journals.passed(), journals.failed()];
  expect(renderSuiteGithub({ journals: [one, other] })).toBe(renderGithub(one) + renderGithub(other));
});
