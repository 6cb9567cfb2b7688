import { z } from 'zod';
import type { LoadThreshold } from '../../engine/journal.ts';

/**
 * What k6 writes at its end (`--summary-export`): by metric its figures and its thresholds, of which true says that it was crossed. `handleSummary`
 * has both one level deeper, `values` and `{ ok }`.
 */
const summary = z.object({
  metrics: z.record(
    z.string(),
    z
      .object({ values: z.record(z.string(), z.number()).optional(), thresholds: z.record(z.string(), z.unknown()).optional() })
      .catchall(z.unknown()),
  ),
});
const told = z.union([z.boolean().transform((isCrossed) => !isCrossed), z.object({ ok: z.boolean() }).transform(({ ok }) => ok)]);

/** The thresholds of the script with what came of them. Throws where the text is no summary of k6's. */
export function k6Thresholds(text: string): LoadThreshold[] {
  const { metrics } = summary.parse(JSON.parse(text));
  return Object.entries(metrics).flatMap(([metric, { values, thresholds = {}, ...figures }]) =>
    Object.entries(thresholds).map(([expression, outcome]) => {
      const observed = observedOf(expression, values ?? figures);
      return { metric, expression, holds: told.parse(outcome), ...(observed !== undefined && { observed }) };
    }),
  );
}

/** The figure that a threshold is about; a rate is called `value` where figures stand beside thresholds. */
function observedOf(expression: string, figures: Record<string, unknown>): number | undefined {
  const aggregation = /^\s*([a-z]+(?:\([^)]*\))?)/.exec(expression)?.[1] ?? '';
  const figure = figures[aggregation] ?? (aggregation === 'rate' ? figures.value : undefined);
  return typeof figure === 'number' ? figure : undefined;
}
