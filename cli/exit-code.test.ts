import { KustomizeError } from '../cluster/kustomize/kustomize-error.ts';
import { PlatformUnavailable } from '../cluster/platform.ts';
import type { Journal } from '../experiments/engine/journal.ts';
import { Interrupted } from './errors/interrupted.ts';
import { ShoplabError } from './errors/shoplab-error.ts';
import { UsageError } from './errors/usage-error.ts';
import { exitCodeOfError, exitCodeOfJournals } from './exit-code.ts';

const ended = (
  outcome: 'passed' | 'failed' | 'inconclusive' | 'errored',
  more: { interrupted?: string; undoFailures?: string[]; platformGone?: true } = {},
) => ({
  outcome,
  interrupted: null,
  undoFailures: [],
  variants: [{ error: more.platformGone ? { message: 'x', platformGone: true } : null }] as Journal['variants'],
  ...more,
});

test.each([
  ['nothing was run', [], 0],
  ['all passed', [ended('passed'), ended('passed')], 0],
  ['one is inconclusive', [ended('passed'), ended('inconclusive')], 3],
  ['a finding is worse than a doubt', [ended('inconclusive'), ended('failed')], 4],
  ['a broken lab is worse than a finding', [ended('failed'), ended('errored'), ended('passed')], 1],
  ['a platform that was gone is worse than a broken lab', [ended('errored'), ended('errored', { platformGone: true })], 5],
  ['a fault that is still in is worst', [ended('errored'), ended('passed', { undoFailures: ['x'] })], 6],
  ['interrupted', [ended('errored', { interrupted: 'SIGINT' })], 130],
  ['interrupted, and a fault is still in', [ended('errored', { interrupted: 'SIGINT', undoFailures: ['x'] })], 6],
])('%s', (_, journals, code) => {
  expect(exitCodeOfJournals(journals)).toBe(code);
});

test('where only findings are to fail a run, an inconclusive one counts as passed, and nothing else does', () => {
  expect(exitCodeOfJournals([ended('passed'), ended('inconclusive')], 'failed')).toBe(0);
  expect(exitCodeOfJournals([ended('inconclusive'), ended('failed')], 'failed')).toBe(4);
  expect(exitCodeOfJournals([ended('inconclusive'), ended('errored')], 'failed')).toBe(1);
});

test.each([
  [new UsageError('x'), 2],
  [new PlatformUnavailable('x', 'y'), 5],
  [new Interrupted('SIGINT'), 130],
  [new KustomizeError('x'), 2],
  [new ShoplabError('x'), 1],
  [new Error('x'), 1],
  ['thrown text', 1],
  [Object.assign(new Error('x'), { oclif: { exit: 2 } }), 2],
  [new Error('around', { cause: new PlatformUnavailable('x', 'y') }), 5],
  [new UsageError('around', { cause: new Error('ENOTDIR') }), 2],
])('%s exits with %i', (error, code) => {
  expect(exitCodeOfError(error)).toBe(code);
});
