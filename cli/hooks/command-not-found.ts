import type { Hook } from '@oclif/core';
import { UsageError } from '../errors/usage-error.ts';
import { suggestion } from '../nearest.ts';

/** A command that there is not: exit code 2 and the one that was most likely meant. */
const hook: Hook.CommandNotFound = async ({ id, config }) => {
  const typed = id.replaceAll(':', ' ');
  const known = config.commands.filter((command) => !command.hidden).map((command) => command.id.replaceAll(':', ' '));
  throw new UsageError(`there is no command '${typed}'`, {
    hint: `${suggestion(typed, known.sort())} (shoplab --help says what each does)`,
  });
};
export default hook;
