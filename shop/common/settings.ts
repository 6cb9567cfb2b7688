import { hostname } from 'node:os';
import { z } from 'zod';

/** An empty text is not nothing: `Number('')` would be 0. */
const digits = z
  .string()
  .regex(/^\d{1,9}$/, 'must be a whole number')
  .transform(Number);
const whole = (otherwise: number) => digits.default(otherwise);
const atLeastOne = (otherwise: number) => digits.pipe(z.number().min(1)).default(otherwise);
const port = digits.pipe(z.number().min(1).max(65_535));
const onOff = z.enum(['on', 'off']).default('on');

/** What every service takes from its environment; an own service adds to it. */
export const commonSettings = z.object({
  PORT: port,
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }),
  KAFKA_BROKERS: z
    .string()
    .regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'must be HOST:PORT,HOST:PORT,…')
    .transform((text) => text.split(',')),
  /** Events that were taken once do nothing the second time. Off: a deliberate defect, for experiments to find. */
  DEDUPLICATION: onOff,
  /** The relay marks each Nth event as sent without sending it; 0: none. A deliberate defect, for experiments to find. */
  RELAY_DROP_EVERY: whole(0),
  /**
   * What is wrong with this version, built into its image: a deliberate defect, for pipelines to find. `unit-test`: product reads ids wrongly, so
   * that its unit tests fail; `crash`: it ends as it starts; `never-ready`: its readiness stays 503; `wrong-answer`: product does not find what is there.
   */
  DEFECT: z.enum(['none', 'unit-test', 'crash', 'never-ready', 'wrong-answer']).default('none'),
  /** How long a stopping service still serves, so that every proxy has seen that it is leaving. */
  SHUTDOWN_DELAY_MS: whole(500),
  /** How long requests in flight may take once it stops to accept. */
  SHUTDOWN_TIMEOUT_MS: whole(8000),
  /** How long it takes from the database being there until the service is ready, as caches that are filled or code that is compiled would. */
  WARMUP_MS: whole(0),
  /** Told in the header x-served-by; in Kubernetes it is the Pod's name. */
  HOSTNAME: z.string().default(hostname()),
  /** CPU time that each request of the API takes on top, in milliseconds, for experiments on scaling: the same on any machine. */
  REQUEST_COST_MS: whole(0),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** `1`: faults can be injected from inside, on CHAOS_PORT. */
  SHOPLAB_CHAOS: z.enum(['0', '1']).default('0'),
  CHAOS_PORT: port.default(8099),
});
export type CommonSettings = z.infer<typeof commonSettings>;

/** Order's own: how it is coupled to delivery. */
export const orderSettings = commonSettings.extend({
  /** `async`: by events. `sync`: by a call over HTTP that the order waits for. */
  COUPLING: z.enum(['async', 'sync']).default('async'),
  DELIVERY_URL: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }),
  /** 0: the call may take for ever. */
  SYNC_TIMEOUT_MS: whole(1000),
  /** So many calls at a time go out, each on a connection of its own; others wait for one to be free. 0: any number. */
  SYNC_CONNECTIONS: whole(0),
  /** Off: each call makes a connection of its own, so that what happens to connections happens to calls. */
  SYNC_KEEP_ALIVE: onOff,
  BREAKER: onOff,
  /** So many failures one after another open the breaker. */
  BREAKER_FAILURES: atLeastOne(5),
  /** How long it stays open before one call may try. */
  BREAKER_HALF_OPEN_MS: whole(5000),
  /** Where the call fails, the order is taken all the same, and its delivery follows by event. */
  FALLBACK: onOff,
  /** An order that is still being placed after this belonged to a Pod that ended, and is rejected. */
  PLACING_LIMIT_MS: atLeastOne(60_000),
});
export type OrderSettings = z.infer<typeof orderSettings>;

/** Delivery's own. */
export const deliverySettings = commonSettings.extend({
  /** How long it thinks about a call, evenly between two bounds, `400-620`; events are not delayed. A deliberate slowness. */
  DELAY_MS: z
    .string()
    .regex(/^\d{1,6}(-\d{1,6})?$/, 'must be MILLISECONDS or LEAST-MOST')
    .transform((text) => text.split('-').map(Number))
    .transform(([least = 0, most = least]) => ({ least, most }))
    .refine(({ least, most }) => least <= most, 'must not have its least above its most')
    .default({ least: 0, most: 0 }),
  /**
   * Text of an ES module whose `takeEvent` takes the events of new orders in place of delivery's own code, and keeps its own account of what it has
   * taken: for exercises and trials.
   */
  TAKE_EVENT: z.string().optional(),
});
export type DeliverySettings = z.infer<typeof deliverySettings>;

/** Reads a service's environment. Throws one Error that names every problem. */
export function readSettings<S extends z.ZodType>(schema: S, env: NodeJS.ProcessEnv): z.infer<S> {
  const read = schema.safeParse(env);
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(`the environment does not suffice:\n  ${problems.join('\n  ')}`);
}
