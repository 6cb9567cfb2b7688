import { readFileSync } from 'node:fs';
import { expand } from './expansion.ts';

type Case = { id: string; in: { env: Record<string, string>; text: string }; out: { expanded: string } };
const cases = JSON.parse(readFileSync(new URL('expansion.cases.json', import.meta.url), 'utf8')) as Case[];

test.each(cases.map((one) => [one.id, one] as const))('%s', (_, { in: { env, text }, out }) => {
  expect(expand(text, (name) => env[name])).toBe(out.expanded);
});
