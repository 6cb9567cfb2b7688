import { decideNextPhase, type NextPhase, type PhaseName } from './decide-next-phase.ts';
import { parseOnFailure } from './on-failure.ts';

const next = (phase: PhaseName, succeeded: boolean, onFailure?: string, failure = 'exit status 1', retried = 0): NextPhase =>
  decideNextPhase({ phase, succeeded, failure, retried, ...(onFailure !== undefined && { onFailure: parseOnFailure(onFailure) }) });

test.each<[PhaseName, boolean, string | undefined, NextPhase['value']]>([
  ['INSTALL', true, undefined, 'PRE_BUILD'],
  ['PRE_BUILD', true, undefined, 'BUILD'],
  ['BUILD', true, undefined, 'POST_BUILD'],
  ['POST_BUILD', true, undefined, 'UPLOAD_ARTIFACTS'],
  ['UPLOAD_ARTIFACTS', true, undefined, 'FINALIZING'],
  ['FINALIZING', true, undefined, 'COMPLETED'],
  // AWS, build phase transitions: none of pre_build, build and post_build after a failed install.
  ['INSTALL', false, undefined, 'FINALIZING'],
  ['PRE_BUILD', false, undefined, 'FINALIZING'],
  // POST_BUILD runs after BUILD whether it failed or not; UPLOAD_ARTIFACTS is always attempted, even if BUILD fails.
  ['BUILD', false, undefined, 'POST_BUILD'],
  ['POST_BUILD', false, undefined, 'UPLOAD_ARTIFACTS'],
  ['UPLOAD_ARTIFACTS', false, undefined, 'FINALIZING'],
  ['INSTALL', false, 'CONTINUE', 'PRE_BUILD'],
  ['PRE_BUILD', false, 'CONTINUE', 'BUILD'],
  ['BUILD', false, 'CONTINUE', 'POST_BUILD'],
  ['POST_BUILD', false, 'CONTINUE', 'UPLOAD_ARTIFACTS'],
  ['INSTALL', false, 'ABORT', 'FINALIZING'],
  ['PRE_BUILD', false, 'ABORT', 'FINALIZING'],
  ['BUILD', false, 'ABORT', 'UPLOAD_ARTIFACTS'],
  ['POST_BUILD', false, 'ABORT', 'UPLOAD_ARTIFACTS'],
  // on-failure says nothing where nothing failed.
  ['BUILD', true, 'ABORT', 'POST_BUILD'],
  ['INSTALL', true, 'RETRY', 'PRE_BUILD'],
  ['INSTALL', false, 'RETRY', 'RETRY'],
])('after %s (succeeded: %s, on-failure %s) comes %s', (phase, succeeded, onFailure, value) => {
  expect(next(phase, succeeded, onFailure).value).toBe(value);
});

test('a build is retried three times, or as often as its count says', () => {
  expect([0, 1, 2, 3].map((retried) => next('BUILD', false, 'RETRY', 'x', retried).value)).toEqual([
    'RETRY',
    'RETRY',
    'RETRY',
    'UPLOAD_ARTIFACTS',
  ]);
  expect(next('PRE_BUILD', false, 'RETRY-1', 'x', 1)).toMatchObject({ value: 'FINALIZING', reason: 'RetriesExhausted' });
  expect(next('PRE_BUILD', false, 'RETRY-0').value).toBe('FINALIZING');
});

test('a retry takes a failure that its pattern matches', () => {
  const pattern = 'RETRY-2-.*Unable to connect.*';
  expect(next('INSTALL', false, pattern, 'Error: Unable to connect to database\nexit status 1').value).toBe('RETRY');
  expect(next('INSTALL', false, pattern, 'syntax error')).toMatchObject({ value: 'FINALIZING', reason: 'RetryPatternUnmatched' });
  expect(next('INSTALL', false, 'RETRY-.*ECONN.*', 'ECONNRESET', 2).value).toBe('RETRY');
});

test.each(['abort', 'RETRY-101', 'RETRY-', 'RETRYING', 'RETRY-3-(', 'STOP'])('%s is no on-failure', (text) => {
  expect(() => parseOnFailure(text)).toThrow();
});
