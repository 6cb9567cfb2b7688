#!/usr/bin/env node
import { userInfo } from 'node:os';
import { flush } from '@oclif/core/flush';
import { run } from '@oclif/core/run';
import { settings } from '@oclif/core/settings';

// The build is what runs, also where a tsconfig.json lies beside it.
settings.enableAutoTranspile = false;
// oclif asks Node for the user's shell where SHELL is not set, and Node throws for a uid that has no name (`docker run --user 1234`).
if (!process.env.SHELL) process.env.SHELL = shell();
// stderr is the story: a reader that has gone (`| head`, a closed terminal) must not keep a run from undoing what it did.
process.stderr.on('error', () => undefined);
try {
  await run(process.argv.slice(2), import.meta.url);
  await flush();
} catch (error) {
  const { exitCodeOfError } = await import('./exit-code.ts');
  if ((error as { code?: unknown }).code !== 'EEXIT') {
    const [{ renderError }, { readConfig }] = await Promise.all([import('./error-printer.ts'), import('./config.ts')]);
    const { colourErr, debug } = readConfig();
    process.stderr.write(renderError(error, { debug, paint: (word) => (colourErr ? `\u001b[31m${word}\u001b[39m` : word) }));
  }
  await flush();
  process.exit(exitCodeOfError(error));
}

function shell(): string {
  try {
    return userInfo().shell ?? 'unknown';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SYSTEM_ERROR') return 'unknown';
    throw error;
  }
}
