import { z } from 'zod';
import type { Criterion } from '../engine/experiment.ts';
import { availabilityDuring } from '../probes/availability-during.ts';
import { holdsAtEnd } from '../probes/holds-at-end.ts';
import { latencyDuring } from '../probes/latency-during.ts';
import { noneLost } from '../probes/none-lost.ts';
import { duration, filled, name, provableShare, share } from './fields.ts';
import { probeOf, probeShape } from './probe-shapes.ts';

const during = {
  during: name.describe('id of the fault: the time from when it bit until it was undone'),
  until: name.optional().describe('id of an await: the time from the injection until the end of that step, for what heals by itself'),
};
const common = {
  title: filled.optional().describe('what must be true, in a few words'),
  control: z.enum(['fails', 'holds']).describe('what has to come out in the control'),
};

/** What is asked when the load has ended. */
export const criterionShape = z.union(
  [
    z.strictObject({
      availability: z.strictObject({
        id: name.optional(),
        ...during,
        atLeast: provableShare.describe('of the requests, in %, with 95 % confidence'),
      }),
      ...common,
    }),
    z.strictObject({
      latency: z.strictObject({ ...during, percentile: share('a percentile'), atMost: duration }),
      ...common,
    }),
    z.strictObject({
      noneLost: z.strictObject({
        during: during.during,
        until: name.describe('id of an await: requests count from the injection until the end of that step'),
        enoughFor: provableShare.default(99.9).describe('so many % must the requests be able to prove; 99.9 takes 3,838 of them'),
      }),
      ...common,
    }),
    z.strictObject({ state: probeShape.describe('holds when the method is over'), ...common }),
  ],
  {
    error:
      'is one of: availability: {during, atLeast}; latency: {during, percentile, atMost}; noneLost: {during, until}; state: {…}; each with control: fails or holds',
  },
);

/** The criterion that is meant. `what`: what the requests are, for sentences. */
export function criterionOf(declared: z.output<typeof criterionShape>, what: string): Criterion {
  const expectedInControl = declared.control === 'fails' ? 'false' : 'true';
  if ('availability' in declared) {
    const { id, during: fault, until, atLeast } = declared.availability;
    return availabilityDuring({
      ...(id !== undefined && { id }),
      fault,
      ...(until !== undefined && { until }),
      title: declared.title ?? `requests are answered during ${fault}`,
      what: `${what} answered`,
      threshold: atLeast / 100,
      expectedInControl,
    });
  }
  if ('latency' in declared) {
    const { during: fault, until, percentile, atMost } = declared.latency;
    return latencyDuring({
      fault,
      ...(until !== undefined && { until }),
      title: declared.title ?? `p${percentile} keeps to ${atMost} ms during ${fault}`,
      what,
      percentile,
      atMostMs: atMost,
      expectedInControl,
    });
  }
  if ('noneLost' in declared) {
    const { during: fault, until, enoughFor } = declared.noneLost;
    return noneLost({ fault, until, when: `from ${fault} until ${until}`, threshold: enoughFor / 100, expectedInControl });
  }
  const probe = probeOf(declared.state);
  return holdsAtEnd(declared.title === undefined ? probe : { ...probe, title: declared.title }, expectedInControl);
}
