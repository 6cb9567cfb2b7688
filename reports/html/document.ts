import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Journal } from '../../experiments/engine/journal.ts';
import { outcomeMarks, outcomeWord } from '../check-words.ts';
import { chartsSection } from './charts-section.ts';
import { checksSection } from './checks-section.ts';
import { html, Markup } from './markup.ts';
import { numbersSection } from './numbers-section.ts';
import { reproduceSection } from './reproduce-section.ts';
import { verdictSection } from './verdict-section.ts';
import { windowsSection } from './windows-section.ts';

/**
 * One HTML file that holds all it needs: no request leaves it, and its own policy forbids any. The same journal gives the same bytes.
 * Without JavaScript it still says everything, as tables.
 */
export function renderHtml(journal: Journal): string {
  const { scripts, styles } = assets();
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`).join(' ')}`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const title = `${outcomeMarks[journal.outcome]} ${journal.experiment.name}: ${outcomeWord(journal)}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title}</title>
${styles.map((style) => new Markup(`<style>${style}</style>\n`))}</head>
<body>
<a class="skip" href="#checks">Skip to the checks</a>
<main>
${verdictSection(journal)}
${checksSection(journal)}
${windowsSection(journal)}
${chartsSection(journal)}
${numbersSection(journal)}
${reproduceSection(journal)}
</main>
${scripts.map((script) => new Markup(`<script>${script}</script>\n`))}</body>
</html>
`.text;
}

let read: { scripts: string[]; styles: string[] } | undefined;

/** uPlot from its package, our script and style from beside this file; none of them holds the end of its own element. */
function assets(): { scripts: string[]; styles: string[] } {
  const packages = createRequire(import.meta.url);
  const own = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
  const theirs = (name: string): string => readFileSync(packages.resolve(`uplot/dist/${name}`), 'utf8');
  read ??= { scripts: [theirs('uPlot.iife.min.js'), own('charts.js')], styles: [theirs('uPlot.min.css'), own('style.css')] };
  return read;
}
