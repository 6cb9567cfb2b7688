import type { Journal } from '../experiments/engine/journal.ts';

/** The journal itself: what `shoplab report` reads again. */
export function renderJson(journal: Journal): string {
  return `${JSON.stringify(journal, null, 2)}\n`;
}
