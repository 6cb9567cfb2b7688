import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { html, Markup } from './markup.ts';

export interface PageParts {
  title: string;
  body: Markup;
  /** Whether the page has charts, and so needs the script that draws them. */
  hasCharts?: boolean;
}

/** One HTML file that holds all it needs: no request leaves it, and its own policy forbids any. */
export function pageOf({ title, body, hasCharts = false }: PageParts): string {
  const { scripts, styles } = assets(hasCharts);
  const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  const policy = [
    "default-src 'none'",
    `script-src ${hashes.join(' ') || "'none'"}`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
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
${body}
${scripts.map((script) => new Markup(`<script>${script}</script>\n`))}</body>
</html>
`.text;
}

const read = new Map<string, string>();

/** uPlot from its package, our script and style from beside this file; none of them holds the end of its own element. */
function assets(hasCharts: boolean): { scripts: string[]; styles: string[] } {
  const packages = createRequire(import.meta.url);
  const once = (key: string, file: () => string | URL): string => {
    const text = read.get(key) ?? readFileSync(file(), 'utf8');
    read.set(key, text);
    return text;
  };
  const own = (name: string): string => once(name, () => new URL(name, import.meta.url));
  const theirs = (name: string): string => once(name, () => packages.resolve(`uplot/dist/${name}`));
  if (!hasCharts) return { scripts: [], styles: [own('style.css')] };
  return { scripts: [theirs('uPlot.iife.min.js'), own('charts.js')], styles: [theirs('uPlot.min.css'), own('style.css')] };
}
