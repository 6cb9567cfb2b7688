import { exitCodeOf } from './kube-exec.ts';

test.each([
  ['Success', { status: 'Success' }, 0],
  [
    'a command that ended with 7',
    { status: 'Failure', reason: 'NonZeroExitCode', details: { causes: [{ reason: 'ExitCode', message: '7' }] } },
    7,
  ],
  ['a connection that ended without a word, as its container did', undefined, null],
  ['a command that could not be started', { status: 'Failure', reason: 'InternalError', message: 'no such file' }, undefined],
])('%s', (_name, status, exitCode) => {
  expect(exitCodeOf(status)).toBe(exitCode);
});
