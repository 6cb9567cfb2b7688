import { z } from 'zod';
import { criterionShape } from './criterion-shapes.ts';
import { faultShape } from './fault-shapes.ts';
import { duration, filled, name, port, positive } from './fields.ts';
import { probeShape } from './probe-shapes.ts';

const request = z.strictObject({
  service: name,
  port,
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
  path: z.string().regex(/^\//, 'begins with /').default('/'),
  headers: z.record(filled, z.coerce.string()).optional(),
  body: z
    .unknown()
    .optional()
    .describe('sent as JSON; its texts, and the path, may have {{uuid}}, {{randomInt 1 3}}, {{index}}, {{csv.COLUMN}}'),
  timeout: duration.default(5000),
});

const stages = z.array(z.strictObject({ target: z.number({ error: 'is a number' }).min(0, 'is 0 or above'), duration })).min(1);
const vus = z.int({ error: 'is a whole number' }).positive('is above 0');

const loadFields = {
  gracefulStop: duration.default(5000).describe('how long answers are waited for after the last request'),
  noConnectionReuse: z.boolean().optional().describe('each request on a connection of its own'),
  data: filled.optional().describe('a CSV file, relative to this file: {{csv.COLUMN}} takes its rows in turn'),
  request,
  expectStatuses: z.array(z.int().min(100).max(599)).min(1).default([200]).describe('statuses that count as success'),
};
const arrivalFields = {
  maxVUs: positive.default(100).describe('requests in flight at once; beyond that the load counts as saturated'),
  maxLateness: duration.optional().describe('how late requests may leave (p99) before the loader counts as saturated; 100ms if absent'),
  connections: positive.optional().describe('so many kept-alive connections take turns; absent: any that is free'),
  ...loadFields,
};
const byExecutor = z.discriminatedUnion('executor', [
  z.strictObject({ executor: z.literal('constant-arrival-rate'), rate: positive.describe('requests a second'), ...arrivalFields }),
  z.strictObject({
    executor: z.literal('ramping-arrival-rate'),
    startRate: positive,
    timeUnit: duration.default(1000),
    stages,
    ...arrivalFields,
  }),
  z.strictObject({
    executor: z.literal('constant-vus'),
    vus: vus.describe('users who send their next request when the one before is answered'),
    ...loadFields,
  }),
  z.strictObject({ executor: z.literal('ramping-vus'), startVUs: vus.default(1), stages, ...loadFields }),
]);

/** A load that is a script of the reader's own. */
const scripted = z.strictObject({
  k6: filled.describe(
    'a script for k6, relative to this file; it gets the address as __ENV.ORIGIN, and has to last longer than the method',
  ),
  service: name,
  port,
  gracefulStop: duration.default(5000).describe('how long k6 may take to stop'),
});
const load = z.union([byExecutor, scripted], { error: 'begins with executor: constant-arrival-rate, …, or with k6: ./script.js' });

const only = { only: z.enum(['control', 'treatment']).optional().describe('left out in the other variant') };
const step = z.union(
  [
    z.strictObject({ wait: duration, title: filled.optional(), ...only }),
    z.strictObject({ inject: faultShape, ...only }),
    z.strictObject({ undo: name.describe('id of the fault'), ...only }),
    z.strictObject({ await: probeShape, id: name, within: duration, title: filled.optional(), ...only }),
  ],
  { error: 'is one of: wait: 3s; inject: {id, fault, …}; undo: <id of a fault>; await: {…} with id and within' },
);

const variant = z.strictObject({
  manifests: filled.describe('a kustomization folder, relative to this file'),
  difference: filled.describe('what this variant is, in a few words'),
});

type OneVariant = 'control' | 'treatment' | undefined;
const among = (names: Map<string, unknown>): string => (names.size === 0 ? '' : `, but ${[...names.keys()].join(', ')}`);

/** An experiment as people write it in YAML: the same model as those of the catalog. `shoplab schema experiment` prints it. */
export const experimentFileShape = z
  .strictObject(
    {
      name,
      title: filled,
      description: z.string().default(''),
      tags: z.array(filled).default([]),
      hypothesis: filled.describe('what is claimed, in one sentence'),
      images: filled
        .optional()
        .describe('an images.yaml, relative to this file: what the images of the manifests run as on platform local'),
      control: variant.describe('the mechanism removed: it has to fail as predicted'),
      treatment: variant.describe('the mechanism in place: it has to hold'),
      blastRadius: z.strictObject({
        services: z.array(name).min(1).describe('what the faults may touch'),
        pods: filled.describe('which Pods, in words'),
        mostPods: z.int().min(0).optional().describe('how many may be broken at the same time; absent: all of the services'),
        maxDuration: duration.describe('the method is stopped and undone after it'),
      }),
      steadyState: z.array(probeShape).min(1).describe('must hold before the load and after the method'),
      abortOn: z
        .array(z.strictObject({ unless: probeShape, longerThan: duration.optional().describe('it may be broken for less than this') }))
        .default([])
        .describe('must hold while the method runs; else it is stopped and undone'),
      load,
      method: z.array(step).min(1).describe('what is done, in order, while the load runs'),
      criteria: z.array(criterionShape).min(1).describe('asked when the load has ended'),
    },
    { error: 'an experiment is a mapping that begins with name: …; `shoplab new experiment` makes one that runs' },
  )
  .superRefine((file, context) => {
    const complain = (path: PropertyKey[], message: string): void => void context.addIssue({ code: 'custom', path, message });
    // By id, in which variant alone.
    const faults = new Map<string, OneVariant>();
    const steps = new Map<string, OneVariant>();
    for (const [at, one] of file.method.entries()) {
      if ('inject' in one) {
        const { id } = one.inject;
        if (faults.has(id)) complain(['method', at, 'inject', 'id'], `there is a fault ${id} already`);
        faults.set(id, one.only);
        const touched = 'service' in one.inject ? one.inject.service : one.inject.deployment;
        if (!file.blastRadius.services.includes(touched))
          complain(
            ['method', at, 'inject'],
            `touches ${touched}, which is not among blastRadius.services (${file.blastRadius.services.join(', ')})`,
          );
      }
      if ('undo' in one && !faults.has(one.undo))
        complain(['method', at, 'undo'], `no fault ${one.undo} is injected before${among(faults)}`);
      if ('await' in one) {
        if (steps.has(one.id)) complain(['method', at, 'id'], `there is a step ${one.id} already`);
        steps.set(one.id, one.only);
      }
    }
    if (faults.size === 0) complain(['method'], 'injects no fault, so nothing would be proven');
    for (const [at, one] of file.criteria.entries()) {
      const about =
        'availability' in one
          ? (['availability', one.availability] as const)
          : 'latency' in one
            ? (['latency', one.latency] as const)
            : 'noneLost' in one
              ? (['noneLost', one.noneLost] as const)
              : undefined;
      if (!about) continue;
      const [kind, { during }] = about;
      if (!faults.has(during)) complain(['criteria', at, kind, 'during'], `the method has no fault ${during}${among(faults)}`);
      const { until } = about[1];
      if (until !== undefined && !steps.has(until))
        complain(['criteria', at, kind, 'until'], `no await of the method has the id ${until}${among(steps)}`);
      const alone = [faults.get(during), until === undefined ? undefined : steps.get(until)];
      // A control that need not fail may be spared the fault: what is asked then is asked of the treatment.
      const where = alone.includes('control')
        ? 'control'
        : one.control === 'fails' && alone.includes('treatment')
          ? 'treatment'
          : undefined;
      if (where)
        complain(
          ['criteria', at, kind],
          `is about what the method does in the ${where} alone (only: ${where}), so it is not asked in the ${where === 'control' ? 'treatment, which has to hold' : 'control, which has to fail'}`,
        );
    }
    if (!file.criteria.some((one) => one.control === 'fails'))
      complain(
        ['criteria'],
        'none is expected to fail in the control, and an experiment that cannot fail proves nothing: add `control: fails` to one',
      );
  });

export type ExperimentFile = z.output<typeof experimentFileShape>;

/** What can stand in such a file, as JSON Schema 2020-12: for editors, and for `shoplab schema experiment`. */
export const experimentJsonSchema = (): unknown => z.toJSONSchema(experimentFileShape, { io: 'input', unrepresentable: 'any' });
