import { createInterface } from 'node:readline/promises';
import { chooseContext } from '../cluster/platforms/context/choose-context.ts';
import { UsageError } from './errors/usage-error.ts';

/**
 * Says on stderr what will be done to the cluster of a context, and asks whether to go on. Not of a cluster that shoplab created, nor with `yes`.
 * Throws a UsageError where the answer is no, or where nobody is there to be asked.
 */
export async function requireConsent(context: string, effects: string[], yes: boolean): Promise<void> {
  const { server, isOurs } = chooseContext(context);
  if (isOurs) return;
  const lines = [`Context ${context} (${server}) is a cluster that shoplab did not create.`, ...effects];
  process.stderr.write(`${lines.join('\n  ')}\n`);
  if (yes) return;
  if (!process.stdin.isTTY) throw new UsageError(`nobody is here to agree to that for context ${context}`, { hint: 'add --yes' });
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asking.question('Go on? [y/N] ');
    if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError('nothing was done', { hint: 'answer y to go on' });
  } finally {
    asking.close();
  }
}
