import type { Finding } from '../../platform.ts';
import { connectEngine } from './engine.ts';

/** Which Docker engine answers, for clusters that are containers of it. */
export async function engineFinding(): Promise<Finding> {
  try {
    const { ServerVersion, MemTotal } = await (await connectEngine()).info();
    const gib = Math.round((MemTotal / 1024 ** 3) * 10) / 10;
    return { level: 'ok', title: 'Docker engine', detail: `${ServerVersion}, ${gib} GiB`, advice: '' };
  } catch (error) {
    return problem('Docker engine', error);
  }
}

/** What an error says that stands in the way. */
export function problem(title: string, error: unknown): Finding {
  const { message, hint = '' } = error as Error & { hint?: string };
  return { level: 'problem', title, detail: message, advice: hint };
}
