import type { Journal } from '../../experiments/engine/journal.ts';
import { journals } from '../fixtures/journals.ts';
import { formats } from '../formats.ts';
import { renderSuiteHtml } from './html.ts';
import { checksAsExpected, decideSuite, makeSuite, phaseSums, tellingCheck, timeSpent } from './suite.ts';
import { renderSuiteTerminal } from './terminal.ts';

const named = (name: string, journal: Journal): Journal => ({ ...journal, experiment: { ...journal.experiment, name } });
const mixed = () =>
  makeSuite([
    named('hpa', journals.inconclusive()),
    named('async-decoupling', journals.passed()),
    named('liveness', journals.failed()),
    named('readiness', journals.failed()),
  ]);

describe('a suite', () => {
  test('has the worst outcome, and says in one sentence who is at fault', () => {
    expect(decideSuite(mixed())).toEqual({
      outcome: 'failed',
      sentence: '1 of 4 experiments passed; hpa proved nothing (inconclusive); liveness and readiness failed',
    });
    expect(decideSuite(makeSuite([journals.passed()]))).toEqual({ outcome: 'passed', sentence: '1 of 1 experiment passed' });
    expect(decideSuite(makeSuite([journals.interrupted()])).sentence).toBe('0 of 1 experiment passed; async-decoupling was interrupted');
    expect(decideSuite(makeSuite([journals.errored(), journals.failed()])).outcome).toBe('errored');
    expect(decideSuite(makeSuite([])).outcome).toBe('inconclusive');
  });

  test('is in the order in which its experiments ran, then by name', () => {
    const late = { ...named('a', journals.passed()), startedAt: '2026-03-02T09:00:00.000Z' };
    expect(makeSuite([late, ...mixed().journals]).journals.map(({ experiment }) => experiment.name)).toEqual([
      'async-decoupling',
      'hpa',
      'liveness',
      'readiness',
      'a',
    ]);
  });

  test('counts checks, finds the one that tells the variants apart, and says where the time went', () => {
    expect(checksAsExpected(journals.failed())).toEqual({ passed: 6, all: 7 });
    expect(tellingCheck(journals.passed())).toEqual({
      title: 'orders are accepted while delivery is down',
      by: { control: '61.92 %', treatment: '100 %' },
    });
    expect(phaseSums(mixed())[0]).toEqual({ name: 'method', ms: 8 * 40_000 });
  });
});

const step = (id: string, doing: string, startedMs: number, endedMs: number) => ({ id, do: doing, startedMs, endedMs, done: true });

test('waits that lie over each other take their time once', () => {
  const passed = journals.passed();
  const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString();
  const [control, treatment] = passed.variants;
  if (!control || !treatment) throw new Error('the fixture has two variants');
  const sideBySide = (from: number, ends: [number, number], over: number): Journal => ({
    ...passed,
    startedAt: at(from),
    endedAt: at(over),
    variants: [
      { ...control, startedAt: at(from + 5), phases: [], steps: [step('a', 'wait', 0, (ends[0] - from - 5) * 1000)] },
      { ...treatment, startedAt: at(from + 5), phases: [], steps: [step('a', 'wait', 0, (ends[1] - from - 5) * 1000)] },
    ],
  });
  const suite = makeSuite([sideBySide(0, [15, 25], 30), sideBySide(30, [41, 40], 45)]);
  expect(timeSpent(suite)).toEqual({ wallMs: 45_000, waitedMs: 26_000 });
  expect(renderSuiteTerminal(suite)).toContain('took 45 s, 1.73 times the 26 s that the methods wait');
});

test('of what a method declares the waits count, and not what its faults take', () => {
  const passed = journals.passed();
  const steps = [step('before', 'wait', 0, 2000), step('pipeline', 'inject', 2000, 12_000), step('back', 'await', 12_000, 15_000)];
  const [control] = passed.variants;
  if (!control) throw new Error('the fixture has a control');
  const suite = makeSuite([{ ...passed, variants: [{ ...control, steps }] }]);
  expect(timeSpent(suite).waitedMs).toBe(5000);
  expect(renderSuiteTerminal(suite).replace(/\s+/g, ' ')).toContain('times the 5 s that the methods wait; besides: faults 10 s');
  // Where one does not say, nothing is said of all.
  expect(timeSpent(makeSuite([{ ...passed, variants: [control] }])).waitedMs).toBeNull();
});

describe('the formats of a suite', () => {
  const hostile = () => makeSuite([journals.hostile()], ['</script><img src=x onerror=alert(1)> | \u001b[31m.json: it is not JSON']);

  test.each(Object.entries(formats))('%s is the same bytes each time, whatever the order of the files', (_, { renderSuite }) => {
    const { journals: all } = mixed();
    expect(renderSuite(makeSuite([...all].reverse()))).toBe(renderSuite(mixed()));
  });

  test('the index links to the reports beside it and to nothing else, and has no script', () => {
    const page = renderSuiteHtml(mixed());
    expect([...page.matchAll(/\s(?:src|href|action)="([^"]*)"/g)].map((match) => match[1])).toEqual([
      'data:,',
      'async-decoupling.html',
      'hpa.html',
      'liveness.html',
      'readiness.html',
    ]);
    expect(page).toContain('script-src &#39;none&#39;');
    expect(page).not.toContain('<script');
    expect(page.indexOf('1 of 4 experiments passed')).toBeLessThan(page.indexOf('class="suite"'));
  });

  test('no text of a journal or of a file name becomes markup, a mark or a control code', () => {
    const page = renderSuiteHtml(hostile());
    expect(page).not.toMatch(/<img|<script/);
    expect(formats.markdown.renderSuite(hostile())).not.toMatch(/<(?!\/?(code|br)>)/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the terminal must not be steered
    expect(renderSuiteTerminal(hostile())).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/);
  });

  test('an experiment whose name would lead elsewhere stays a file beside the page', () => {
    expect(renderSuiteHtml(makeSuite([named('../../x"y', journals.passed())]))).toContain('href="..%2F..%2Fx%22y.html"');
  });

  test('the terminal has one line an experiment, with marks and numbers', () => {
    const lines = renderSuiteTerminal(mixed()).split('\n');
    expect(lines.filter((line) => /^ {2}[✓✗?!] /.test(line)).map((line) => line.trim().split(/\s{2,}/))).toEqual([
      ['✓ async-decoupling', 'passed', '7 of 7', '61.92 %', '100 %', '1 min 36 s'],
      ['? hpa', 'inconclusive', '6 of 7', '61.92 %', '100 %', '1 min 36 s'],
      ['✗ liveness', 'failed', '6 of 7', '61.92 %', '100 %', '1 min 36 s'],
      ['✗ readiness', 'failed', '6 of 7', '61.92 %', '100 %', '1 min 36 s'],
    ]);
    expect(renderSuiteTerminal(mixed(), { colour: true })).toContain('\u001b[31m✗');
  });

  test('JUnit has the cases of all, and keeps the counts apart', () => {
    const xml = formats.junit.renderSuite(mixed());
    expect(/<testsuites [^>]*>/.exec(xml)?.[0]).toContain('tests="36" failures="2" errors="0" skipped="1"');
    expect(xml.match(/<testsuite /g)).toHaveLength(8);
  });
});
