import { formatDuration } from '../../reports/check-words.ts';
import { layOutTable } from '../../reports/text-table.ts';
import type { BuildResult, BuildStatus } from './build-result.ts';

const marks: Record<BuildStatus, string> = { SUCCEEDED: '✓', FAILED: '✗', STOPPED: '!', TIMED_OUT: '✗' };

/** A build for people: its phases, what was collected, and why it failed. */
export function renderBuild(result: BuildResult, width: number): string {
  const rows = result.phases.map(({ name, status, durationMs, context, retry }) => [
    marks[status],
    retry === 0 ? name : `${name} (retry ${retry})`,
    status,
    formatDuration(durationMs),
    context.message.split('\n')[0] ?? '',
  ]);
  const lines = [`${marks[result.status]} build ${result.status} in ${formatDuration(result.durationMs)}: ${result.buildspec}`, ''];
  lines.push(...layOutTable([['', 'phase', 'state', 'took', 'why'], ...rows], width));
  for (const { group, tests, files, folder, format } of result.reports) {
    const counts = tests
      ? `${tests.tests} tests, ${tests.failed + tests.errored} failed, ${tests.skipped} skipped`
      : `${files.length} files of ${format}`;
    lines.push('', `report ${group}: ${counts} (${folder})`);
  }
  for (const { name, files, folder } of result.artifacts)
    lines.push('', `artifact ${name}: ${files} file${files === 1 ? '' : 's'} (${folder})`);
  const exported = Object.entries(result.exportedVariables);
  if (exported.length > 0) lines.push('', ...exported.map(([name, value]) => `exported ${name}=${value}`));
  return lines.join('\n');
}
