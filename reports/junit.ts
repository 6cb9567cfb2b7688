import type { Check, Journal, VariantRecord } from '../experiments/engine/journal.ts';
import { blastRadiusText, intervalText, isFinding, sampleText, thresholdText, verdictWords } from './check-words.ts';
import { element, escapeXml } from './xml.ts';

type Result = 'failure' | 'error' | 'skipped' | undefined;
interface Case {
  xml: string;
  result: Result;
}
interface Suite {
  xml: string;
  tests: number;
  count: (result: Result) => number;
}

/**
 * JUnit's XML: a suite for each variant, a case for each check. A finding is a failure, a lab that broke an error, and what could not be
 * said, or says nothing of the system, is skipped, so that a CI system keeps the three apart.
 */
export function renderJunit(journal: Journal): string {
  return documentOf(`shoplab ${journal.experiment.name}`, seconds(journal.startedAt, journal.endedAt), suitesOf(journal));
}

/** Several runs in one document: for a CI system that takes one file. */
export function renderSuiteJunit({ journals }: { journals: Journal[] }): string {
  const time = journals.reduce((sum, { startedAt, endedAt }) => sum + Number(seconds(startedAt, endedAt)), 0);
  return documentOf('shoplab', time.toFixed(3), journals.flatMap(suitesOf));
}

function documentOf(name: string, time: string, suites: Suite[]): string {
  const total = (result: Result): number => suites.reduce((sum, suite) => sum + suite.count(result), 0);
  const root = element(
    'testsuites',
    {
      name,
      tests: suites.reduce((sum, suite) => sum + suite.tests, 0),
      failures: total('failure'),
      errors: total('error'),
      skipped: total('skipped'),
      time,
    },
    suites.map((suite) => suite.xml),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}

function suitesOf(journal: Journal): Suite[] {
  const name = journal.experiment.name;
  const run = element('properties', {}, [
    property('outcome', journal.outcome),
    property('reason', journal.reason),
    property('seed', String(journal.seed)),
    property('platform', journal.platform.name),
    property('command', journal.command),
    property('blast-radius', blastRadiusText(journal)),
  ]);
  const suites = journal.variants.map((variant) => suiteOf(`${name}.${variant.name}`, variant, run, variantCases(journal, variant)));
  const lab = labCases(journal);
  if (lab.length > 0 || suites.length === 0) suites.push(suiteOf(`${name}.lab`, journal, run, lab));
  return suites;
}

function suiteOf(name: string, span: { startedAt: string; endedAt: string }, run: string, cases: Case[]): Suite {
  const count = (result: Result): number => cases.filter((one) => one.result === result).length;
  const attributes = {
    name,
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
    time: seconds(span.startedAt, span.endedAt),
    timestamp: span.startedAt,
  };
  return {
    xml: element('testsuite', attributes, [run, ...cases.map((one) => one.xml)]),
    tests: cases.length,
    count,
  };
}

function variantCases(journal: Journal, variant: VariantRecord): Case[] {
  const classname = `${journal.experiment.name}.${variant.name}`;
  const ran = testCase(classname, 'runs to its end', variant.error ? 'error' : undefined, variant.error?.message ?? '', [
    variant.error?.hint ?? '',
    ...(variant.error?.logs ?? []),
  ]);
  return [ran, ...variant.checks.map((check) => checkCase(classname, check, isFinding(journal, variant.name, check)))];
}

function checkCase(classname: string, check: Check, isFinding: boolean): Case {
  const result = check.verdict === 'pass' ? undefined : isFinding ? 'failure' : 'skipped';
  const details = [
    `observed: ${check.observed.text}`,
    thresholdText(check) ? `threshold: ${thresholdText(check)}` : '',
    `${verdictWords(check)}; ${intervalText(check) ?? 'no interval'}`,
    sampleText(check) ? `sample: ${sampleText(check)}` : '',
    ...(check.findings ?? []),
  ];
  return testCase(classname, `${check.id}: ${check.title}`, result, check.message, details);
}

/** What went wrong with the run as a whole: a signal, a fault that could not be undone, an error that belongs to no variant. */
function labCases(journal: Journal): Case[] {
  const classname = `${journal.experiment.name}.lab`;
  const cases = journal.undoFailures.map((failure) => testCase(classname, 'every fault is undone', 'error', failure, []));
  if (journal.interrupted !== null)
    cases.push(testCase(classname, 'is not interrupted', 'error', `interrupted by ${journal.interrupted}`, []));
  const said = cases.length > 0 || journal.variants.some((variant) => variant.error !== null);
  if (journal.outcome === 'errored' && !said) cases.push(testCase(classname, 'runs to its end', 'error', journal.reason, []));
  return cases;
}

function testCase(classname: string, name: string, result: Result, message: string, details: string[]): Case {
  const body = details.filter((line) => line !== '').map(escapeXml);
  const children = result
    ? [element(result, { message, ...(result === 'skipped' ? {} : { type: result }) }, body)]
    : body.length > 0
      ? [element('system-out', {}, body)]
      : [];
  return { xml: element('testcase', { classname, name }, children), result };
}

const property = (name: string, value: string): string => element('property', { name, value });
const seconds = (from: string, to: string): string => (Math.max(0, Date.parse(to) - Date.parse(from)) / 1000).toFixed(3);
