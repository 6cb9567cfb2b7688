import { describeError, renderError } from './error-printer.ts';
import { UsageError } from './errors/usage-error.ts';

test('says what, what to try and where to read more', () => {
  const error = new UsageError('no such experiment: x', { hint: 'shoplab list', reference: 'README.md' });
  expect(renderError(error)).toBe('Error: no such experiment: x\nTry this: shoplab list\nReference: README.md\n');
});

test('shows the last lines of what failed', () => {
  const error = Object.assign(new Error('order is not available'), { logs: ['connect ECONNREFUSED', 'exit 1'], hint: 'look there' });
  expect(renderError(error)).toBe('Error: order is not available\n    connect ECONNREFUSED\n    exit 1\nTry this: look there\n');
});

test('shows the stack with DEBUG alone', () => {
  expect(renderError(new Error('boom'))).toBe('Error: boom\n');
  expect(renderError(new Error('boom'), { debug: true })).toContain('error-printer.test.ts');
});

test('tells the cause where the sentence does not', () => {
  expect(describeError(new Error('cannot write', { cause: new Error('ENOSPC') })).message).toBe('cannot write: ENOSPC');
  expect(describeError(new Error('cannot write: ENOSPC', { cause: new Error('ENOSPC') })).message).toBe('cannot write: ENOSPC');
  expect(describeError('thrown text').message).toBe('thrown text');
});

test('suggests the flag and the value that were meant', () => {
  const unknown = Object.assign(new Error('Nonexistent flag: --sead\nSee more help with --help'), {
    flags: ['--sead'],
    parse: { input: { flags: { seed: {}, rate: {} } } },
  });
  expect(describeError(unknown)).toEqual({ message: 'unknown flag: --sead', hint: 'Did you mean --seed?' });
  const value = Object.assign(new Error('Expected --format=juint to be one of: html, junit\nSee more help with --help'), { parse: {} });
  expect(describeError(value)).toEqual({ message: 'Expected --format=juint to be one of: html, junit', hint: 'Did you mean junit?' });
});
