/** What a phase's `on-failure` asks for; absent: the transitions of CodeBuild's own. */
export type OnFailure =
  | { action: 'ABORT' }
  | { action: 'CONTINUE' }
  /** The whole build again, at most `retries` times, where the failure's message matches. */
  | { action: 'RETRY'; retries: number; pattern: RegExp };

const defaultRetries = 3;
const mostRetries = 100;

/** `ABORT`, `CONTINUE`, `RETRY`, `RETRY-count`, `RETRY-regex`, `RETRY-count-regex` (AWS: buildspec reference, on-failure). Throws an Error that says what is wrong. */
export function parseOnFailure(text: string): OnFailure {
  if (text === 'ABORT' || text === 'CONTINUE') return { action: text };
  const [, count, pattern = '.*'] = /^RETRY(?:-(\d+)(?=-|$))?(?:-(.+))?$/s.exec(text) ?? [];
  if (!/^RETRY(-.+)?$/s.test(text))
    throw new Error(`'${text}' is none of ABORT, CONTINUE, RETRY, RETRY-count, RETRY-regex, RETRY-count-regex`);
  const retries = count === undefined ? defaultRetries : Number(count);
  if (retries > mostRetries) throw new Error(`${retries} retries are too many: 0 to ${mostRetries}`);
  return { action: 'RETRY', retries, pattern: new RegExp(pattern, 's') };
}
