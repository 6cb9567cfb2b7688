import { html } from '../../reports/html/markup.ts';
import { pageOf } from '../../reports/html/page.ts';
import type { LearnerResult } from './class-results.ts';
import type { FoundExercise } from './exercises.ts';

const marks = { solved: '✓', gaveUp: '◐', started: '…', 'not started': '' } as const;
const said = { solved: 'solved', gaveUp: 'solution shown', started: 'started', 'not started': 'not started' } as const;

/** A page for an instructor: who is where, and what the exercises were hard about. */
export function classPage(learners: LearnerResult[], exercises: FoundExercise[]): string {
  const all = learners.flatMap(({ exercises: results }) => results);
  const stumbles = exercises.map(({ name, explain }) => {
    const explained = all.filter(({ exercise }) => exercise === name).map(({ lastExplained }) => lastExplained);
    const counts = explain.map(({ id }) => ({ id, count: explained.filter((one) => one === id).length }));
    return { name, most: counts.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count) };
  });
  return pageOf({
    title: `shoplab workshop: ${learners.length} learners`,
    body: html`<main>
<header><p class="eyebrow">shoplab workshop</p><h1>${learners.length} ${learners.length === 1 ? 'learner' : 'learners'}, ${exercises.length} exercises</h1></header>
<section aria-label="Results"><div class="scroll" tabindex="0" role="group" aria-label="Results"><table class="data">
<caption>✓ solved (checks, hints, minutes), ◐ solution shown, … started</caption>
<thead><tr><th scope="col">learner</th><th scope="col">solved</th>${exercises.map(({ name }) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${learners.map(
      ({ learner, solved, exercises: results }) => html`<tr><th scope="row">${learner}</th><td>${solved}</td>${results.map(
        ({ state, checks, hints, minutes }) =>
          html`<td><span aria-label="${said[state]}">${marks[state]}</span> ${checks > 0 && `${checks}/${hints}${minutes === null ? '' : `/${minutes}`}`}</td>`,
      )}</tr>
`,
    )}</tbody></table></div></section>
<section class="narrow"><h2>Where they stumbled</h2><table class="data"><caption>By the last answer that did not hold</caption>
<thead><tr><th scope="col">exercise</th><th scope="col">what it came from</th></tr></thead>
<tbody>${stumbles.map(({ name, most }) => html`<tr><th scope="row">${name}</th><td>${most.length === 0 ? '–' : most.map(({ id, count }) => `${id}: ${count}`).join(', ')}</td></tr>`)}</tbody></table></section>
</main>`,
  });
}

/** A row for each learner and exercise (RFC 4180). */
export function classCsv(learners: LearnerResult[]): string {
  // What begins like a formula is none for a spreadsheet.
  const cell = (value: string | number | null): string => {
    const text = String(value ?? '');
    const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const rows = learners.flatMap(({ learner, exercises }) =>
    exercises.map(({ exercise, state, checks, hints, minutes, lastExplained }) => [
      learner,
      exercise,
      said[state],
      checks,
      hints,
      minutes,
      lastExplained,
    ]),
  );
  const head = ['learner', 'exercise', 'state', 'checks', 'hints', 'minutes', 'last explanation'];
  return [head, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
