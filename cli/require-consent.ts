import { createInterface } from 'node:readline/promises';
import { chooseContext } from '../cluster/platforms/context/choose-context.ts';
import { Interrupted } from './errors/interrupted.ts';
import { UsageError } from './errors/usage-error.ts';

/** Where the question is asked and answered. */
export interface Terminal {
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  output: NodeJS.WritableStream;
}

/**
 * Says on stderr what will be done to the cluster of a context, and asks whether to go on. Not of a cluster that shoplab created, nor with `yes`.
 * Throws a UsageError where the answer is no, or where nobody is there to be asked, and Interrupted at Ctrl-C.
 */
export async function requireConsent(
  context: string,
  effects: string[],
  yes: boolean,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<void> {
  const { server, isOurs } = chooseContext(context);
  if (isOurs) return;
  const lines = [`Context ${context} (${server}) is a cluster that shoplab did not create.`, ...effects];
  output.write(`${lines.join('\n  ')}\n`);
  if (yes) return;
  if (!input.isTTY) throw new UsageError(`nobody is here to agree to that for context ${context}`, { hint: 'add --yes' });
  if (!/^y(es)?$/i.test((await ask({ input, output }, 'Go on? [y/N] ')).trim()))
    throw new UsageError('nothing was done', { hint: 'answer y to go on' });
}

/** A line; '' where the input ends without one. */
async function ask({ input, output }: Terminal, question: string): Promise<string> {
  const asking = createInterface({ input, output, terminal: true });
  const ended = new AbortController();
  asking.on('SIGINT', () => ended.abort(new Interrupted('SIGINT')));
  asking.on('close', () => ended.abort());
  try {
    return await asking.question(question, { signal: ended.signal });
  } catch (error) {
    if (ended.signal.reason instanceof Interrupted) throw ended.signal.reason;
    if (ended.signal.aborted) return '';
    throw error;
  } finally {
    asking.close();
  }
}
