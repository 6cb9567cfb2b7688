import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ArtifactResult, ReportResult } from './build-result.ts';
import type { ArtifactSpec, Buildspec, ReportSpec } from './buildspec.ts';
import { chooseFiles, copyFiles } from './collect-files.ts';
import { countJunit, type TestCounts } from './junit-counts.ts';

export interface Collected {
  artifacts: ArtifactResult[];
  reports: ReportResult[];
  warnings: string[];
  /** Why the phase failed; '' where it did not. */
  failure: string;
}

/**
 * What CodeBuild does in UPLOAD_ARTIFACTS: reports and artifacts go to the output folder. Artifacts that match nothing fail the phase (`no
 * matching artifact paths found`), reports without a file do not. `expand` gives names that hold shell words, as `x-$(date +%F)`.
 */
export async function collectOutput(
  spec: Buildspec,
  { source, output, expand }: { source: string; output: string; expand(text: string): Promise<string> },
): Promise<Collected> {
  const collected: Collected = { artifacts: [], reports: [], warnings: [], failure: '' };
  for (const [group, report] of Object.entries(spec.reports ?? {})) collectReport(group, report, source, output, collected);
  const { 'secondary-artifacts': secondary = {}, ...primary } = spec.artifacts ?? { files: [] };
  const wanted: [string, ArtifactSpec][] = spec.artifacts ? [['artifact', primary], ...Object.entries(secondary)] : [];
  for (const [identifier, artifact] of wanted) {
    const chosen = chooseFiles(source, artifact, output);
    if (chosen.length === 0) {
      collected.failure ||= `no matching artifact paths found for ${identifier === 'artifact' ? 'artifacts' : identifier}: ${artifact.files.join(', ')}`;
      continue;
    }
    const name = artifact.name === undefined ? identifier : await expand(artifact.name);
    const folder = join(output, 'artifacts', name.replace(/^\/+|(^|\/)\.\.(?=\/|$)/g, ''));
    rmSync(folder, { recursive: true, force: true });
    copyFiles(chosen, folder, artifact['enable-symlinks']);
    collected.artifacts.push({ name, folder, files: chosen.length });
  }
  return collected;
}

function collectReport(group: string, report: ReportSpec, source: string, output: string, { reports, warnings }: Collected): void {
  const format = report['file-format'] ?? 'JUNITXML';
  const chosen = chooseFiles(source, report, output);
  if (chosen.length === 0) {
    warnings.push(`report group ${group}: no report file found in ${report.files.join(', ')}`);
    return;
  }
  const folder = join(output, 'reports', group.replace(/[^\w.-]+/g, '-'));
  rmSync(folder, { recursive: true, force: true });
  copyFiles(chosen, folder);
  const counted = format === 'JUNITXML' ? chosen.map(({ from }) => ({ from, counts: countJunit(readFileSync(from, 'utf8')) })) : [];
  for (const { from, counts } of counted) if (!counts) warnings.push(`report group ${group}: ${from} is no JUnit file`);
  const sum = (key: keyof TestCounts): number => counted.reduce((total, { counts }) => total + (counts?.[key] ?? 0), 0);
  const tests = { tests: sum('tests'), failed: sum('failed'), errored: sum('errored'), skipped: sum('skipped') };
  reports.push({ group, format, files: chosen.map(({ to }) => to), folder, ...(format === 'JUNITXML' && { tests }) });
}
