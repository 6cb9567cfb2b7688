import { html } from '../../reports/html/markup.ts';
import { pageOf } from '../../reports/html/page.ts';
import type { LearnerResult } from './class-results.ts';
import type { FoundExercise } from './exercises.ts';

const marks = { solved: '✓', gaveUp: '◐', started: '…', 'not started': '' } as const;
const said = { solved: 'solved', gaveUp: 'solution shown', started: 'started', 'not started': 'not started' } as const;

/** A page for an instructor: who is where, and what the exercises were hard about. */
export function classPage(learners: LearnerResult[], exercises: FoundExercise[]): string {
  const many = `${learners.length} ${learners.length === 1 ? 'learner' : 'learners'}`;
  return pageOf({
    title: `shoplab workshop: ${many}`,
    body: html`<main>
<header><p class="eyebrow">shoplab workshop</p><h1>${many}, ${exercises.length} exercises</h1></header>
<section aria-label="Results"><div class="scroll" tabindex="0" role="group" aria-label="Results"><table class="data">
<caption>Exercises by their numbers. ✓ solved (checks/hints/minutes), ◐ solution shown, … started</caption>
<thead><tr><th scope="col">learner</th><th scope="col">solved</th>${exercises.map(({ number, name }) => html`<th scope="col"><abbr title="${name}">${number}</abbr></th>`)}</tr></thead>
<tbody>${learners.map(
      ({ learner, solved, exercises: results }) => html`<tr><th scope="row">${learner}</th><td>${solved}</td>${results.map(
        ({ state, checks, hints, minutes }) =>
          html`<td><span aria-label="${said[state]}">${marks[state]}</span> ${checks > 0 && `${checks}/${hints}${minutes === null ? '' : `/${minutes}`}`}</td>`,
      )}</tr>
`,
    )}</tbody></table></div></section>
<section class="narrow"><h2>By exercise</h2>
<ol>${exercises.map(
      ({ number, name, explain }) => html`<li value="${number}"><strong>${name}</strong>: ${summaryOf(learners, name, explain)}</li>
`,
    )}</ol></section>
</main>`,
  });
}

/** How many solved an exercise, and what answers that did not hold came from. */
function summaryOf(learners: LearnerResult[], name: string, explain: FoundExercise['explain']): string {
  const results = learners.flatMap(({ exercises }) => exercises.filter(({ exercise }) => exercise === name));
  const solved = results.filter(({ state }) => state === 'solved').length;
  const stumbles = explain
    .map(({ id }) => ({ id, count: results.filter(({ lastExplained }) => lastExplained === id).length }))
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count)
    .map(({ id, count }) => `${id} (${count})`);
  return `solved by ${solved} of ${learners.length}${stumbles.length === 0 ? '' : `; last stumbled over ${stumbles.join(', ')}`}`;
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
