import { z } from 'zod';
import type { Journal } from '../experiments/engine/journal.ts';
import { journalShape } from '../experiments/engine/journal-schema.ts';

/**
 * The journal itself: what `shoplab report` reads again. Throws where that could not: JSON has no number that is none, so one that came of a
 * division by nothing would be lost without a word.
 */
export function renderJson(journal: Journal): string {
  const { error } = journalShape.safeParse(journal);
  if (error) throw new Error(`the journal of ${journal.experiment.name} is not as its schema says:\n${z.prettifyError(error)}`);
  return `${JSON.stringify(journal, null, 2)}\n`;
}
