import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Journal } from '../../../experiments/engine/journal.ts';
import { formatDuration, formatNumber } from '../../../reports/check-words.ts';

/** What an experiment came to on one platform, with the mechanism in place. */
export interface PlatformRow {
  experiment: string;
  platform: string;
  kubernetes: string;
  date: string;
  outcome: string;
  requests: number;
  /** Requests of the treatment that were not answered as expected, by class. */
  errors: Record<string, number>;
  p95Ms: number | null;
  /** From apply to all Pods Ready, of the treatment. */
  readyMs: number | null;
  /** How long things took, beside what is implied, where it is. */
  windows: { title: string; observedMs: number | null; lowMs?: number; highMs?: number }[];
}

/** Measurements that tell, in seconds, how long the mechanism took where the manifests imply no window for it. */
const times = ['convergence', 'rollout-time', 'gate-timeout-observed'];

/** The row of a journal. */
export function platformRow(journal: Journal): PlatformRow {
  const treatment = journal.variants.find(({ name }) => name === 'treatment');
  const load = treatment?.loads[0];
  const ready = treatment?.phases.find(({ name }) => name === 'wait until ready');
  return {
    experiment: journal.experiment.name,
    platform: journal.platform.name,
    kubernetes: journal.platform.kubernetes,
    date: journal.startedAt.slice(0, 10),
    outcome: journal.outcome,
    requests: load?.requests ?? 0,
    errors: load?.errors ?? {},
    p95Ms: load?.latencyMs?.p95 ?? null,
    readyMs: ready ? Date.parse(ready.endedAt) - Date.parse(ready.startedAt) : null,
    windows: [
      ...(treatment?.windows ?? []).map(({ title, observedMs, impliedMs: { low, high } }) => ({
        ...{ title, observedMs, lowMs: low, highMs: high },
      })),
      ...(treatment?.measurements ?? []).flatMap(({ id, title, value }) =>
        times.includes(id) && value !== null ? [{ title, observedMs: value * 1000 }] : [],
      ),
    ],
  };
}

const platforms = ['local', 'docker', 'kind'];

/** A Markdown document: each experiment on each platform, beside each other. */
export function platformTable(rows: readonly PlatformRow[]): string {
  const experiments = [...new Set(rows.map(({ experiment }) => experiment))].sort();
  const of = (name: string) => platforms.flatMap((platform) => rows.filter((row) => row.experiment === name && row.platform === platform));
  const lost = ({ errors }: PlatformRow): string => {
    const total = Object.values(errors).reduce((sum, count) => sum + count, 0);
    const classes = Object.entries(errors).map(([name, count]) => `${name} ${formatNumber(count)}`);
    return total === 0 ? '0' : `${formatNumber(total)} (${classes.join(', ')})`;
  };
  const shown = (ms: number | null): string => (ms === null ? '-' : formatDuration(ms));
  return [
    '# The same experiments on each platform',
    '',
    'Each experiment of the catalog with its mechanism in place, as the tests last ran it; `SHOPLAB_KEEP_FIGURES=1` beside `npm run test:docker`, `test:kind` and `test:matrix` writes this page. Figures are of the treatment. Times stand beside what the manifests and the periods of that cluster imply.',
    '',
    '| experiment | platform | verdict | requests | not as expected | p95 | Pods Ready after |',
    '|---|---|---|--:|---|--:|--:|',
    ...experiments.flatMap((name) =>
      of(name).map((row) =>
        ['', name, row.platform, row.outcome, formatNumber(row.requests), lost(row), shown(row.p95Ms), shown(row.readyMs), '']
          .join(' | ')
          .trim(),
      ),
    ),
    '',
    '| experiment | time | local | docker | kind |',
    '|---|---|--:|--:|--:|',
    ...experiments.flatMap((name) => {
      const found = of(name);
      const titles = [...new Set(found.flatMap(({ windows }) => windows.map(({ title }) => title)))];
      return titles.map((title) => {
        const at = (platform: string) => found.find((row) => row.platform === platform)?.windows.find((window) => window.title === title);
        const cells = platforms.map((platform) => {
          const { observedMs = null, lowMs, highMs } = at(platform) ?? {};
          return `${shown(observedMs)}${highMs === undefined ? '' : ` (${shown(lowMs ?? 0)} to ${shown(highMs)})`}`;
        });
        return ['', name, title, ...cells, ''].join(' | ').trim();
      });
    }),
    '',
    'Taken:',
    '',
    ...platforms.flatMap((platform) => {
      const own = rows.filter((row) => row.platform === platform);
      const versions = [...new Set(own.map(({ kubernetes }) => kubernetes))].join(', ');
      const dates = [...new Set(own.map(({ date }) => date))].sort().join(', ');
      return own.length === 0 ? [] : [`- ${platform}: ${dates}, Kubernetes ${versions}`];
    }),
    '',
  ].join('\n');
}

/** With SHOPLAB_KEEP_FIGURES=1: keeps the journal's row in docs/, in place of what that platform had of the experiment, and writes the page anew. */
export function recordPlatformRow(journal: Journal | undefined): void {
  if (process.env.SHOPLAB_KEEP_FIGURES !== '1' || !journal || !platforms.includes(journal.platform.name)) return;
  const docs = (name: string): string => fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url));
  const store = docs('platforms.json');
  const before = existsSync(store) ? (JSON.parse(readFileSync(store, 'utf8')) as PlatformRow[]) : [];
  const row = platformRow(journal);
  const others = before.filter(({ experiment, platform }) => experiment !== row.experiment || platform !== row.platform);
  const rows = [...others, row].sort((a, b) => `${a.experiment} ${a.platform}`.localeCompare(`${b.experiment} ${b.platform}`));
  writeFileSync(store, `${JSON.stringify(rows, undefined, 2)}\n`);
  writeFileSync(docs('platforms.md'), platformTable(rows));
}
