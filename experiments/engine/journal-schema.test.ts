import { z } from 'zod';
import { journals } from '../../reports/fixtures/journals.ts';
import { journalJsonSchema, journalShape } from './journal-schema.ts';

/** As the file has it: through JSON, read by what knows nothing of how it was made. */
const published = z.fromJSONSchema(JSON.parse(JSON.stringify(journalJsonSchema())));

describe('the published JSON Schema of the journal', () => {
  test.each(Object.entries(journals))('takes a run that %s', (_, make) => {
    expect(published.safeParse(JSON.parse(JSON.stringify(make()))).error?.issues ?? []).toEqual([]);
  });

  test.each<[string, (journal: ReturnType<typeof journals.passed>) => unknown]>([
    ['another schema', (journal) => ({ ...journal, schema: 'shoplab.dev/journal/v2' })],
    ['an outcome that there is not', (journal) => ({ ...journal, outcome: 'great' })],
    ['a journal without variants', ({ variants: _, ...rest }) => rest],
    ['a time that is none', (journal) => ({ ...journal, startedAt: 'yesterday' })],
    ['a verdict that there is not', (journal) => change(journal, 'checks', { verdict: 'perhaps' })],
    ['a point that is text', (journal) => change(journal, 'series', { points: [[0, 'x']] })],
    ['more successes than are countable', (journal) => change(journal, 'checks', { sample: { successes: -1, trials: 1 } })],
  ])('refuses %s', (_, spoil) => {
    const spoilt = JSON.parse(JSON.stringify(spoil(journals.passed())));
    expect(published.safeParse(spoilt).success).toBe(false);
    expect(journalShape.safeParse(spoilt).success).toBe(false);
  });

  test('says what each part is for', () => {
    const text = JSON.stringify(journalJsonSchema());
    expect(text).toContain('"$schema":"https://json-schema.org/draft/2020-12/schema"');
    expect(text.match(/"description":/g)?.length).toBeGreaterThan(20);
  });

  test('allows what later versions add', () => {
    expect(published.safeParse({ ...journals.passed(), weather: 'fine' }).success).toBe(true);
  });
});

function change(journal: ReturnType<typeof journals.passed>, part: 'checks' | 'series', spoilt: object): unknown {
  const [first, ...rest] = journal.variants;
  return { ...journal, variants: [{ ...first, [part]: [{ ...first?.[part][0], ...spoilt }] }, ...rest] };
}
