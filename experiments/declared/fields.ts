import { z } from 'zod';

const unitsMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const part = /(\d+(?:\.\d+)?)(ms|s|m|h)/g;

/** A duration as k6 writes it (`500ms`, `30s`, `1m30s`); comes out in milliseconds. */
export const duration = z
  .string({ error: 'is a duration, for example 500ms, 30s or 1m30s' })
  .regex(/^(\d+(\.\d+)?(ms|s|m|h))+$/, 'is a duration, for example 500ms, 30s or 1m30s')
  .transform((text) => [...text.matchAll(part)].reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitsMs[unit ?? ''] ?? 0), 0));

/** A name as Kubernetes gives them. */
export const name = z
  .string({ error: 'is a name' })
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'is a name of small letters, digits and hyphens');

/** A text that says something. */
export const filled = z.string({ error: 'is a text' }).min(1, 'must not be empty');

export const port = z.int({ error: 'is a port' }).min(1, 'is a port').max(65_535, 'is a port');

export const positive = z.number({ error: 'is a number' }).positive('is above 0');

const percentage = (what: string) => z.number({ error: `is ${what}` }).min(0, `is ${what}`);

export const share = (what: string): z.ZodNumber => percentage(what).max(100, `is ${what}`);

/** A percentage of requests that enough of them can prove: of all of them no number does. */
export const provableShare = percentage('a percentage').lt(
  100,
  'is a percentage below 100: no number of requests proves that all succeed, but 3,838 prove 99.9 %',
);
