import { type PlatformRow, platformTable } from './platform-table.ts';

const row = (platform: string, more: Partial<PlatformRow> = {}): PlatformRow => ({
  experiment: 'liveness',
  platform,
  kubernetes: 'v1.34.0',
  date: '2026-01-01',
  outcome: 'passed',
  requests: 1234,
  errors: {},
  p95Ms: 12,
  readyMs: 3000,
  windows: [{ title: 'from the fault to the restart', observedMs: 9000, lowMs: 8000, highMs: 11_000 }],
  ...more,
});

test('platforms stand beside each other, with what was lost and what was seen of each window', () => {
  const table = platformTable([row('kind', { windows: [], errors: { timeout: 83 } }), row('local'), row('docker')]);
  const lines = table.split('\n');
  expect(lines).toContain('| liveness | local | passed | 1234 | 0 | 12 ms | 3 s |');
  expect(lines).toContain('| liveness | kind | passed | 1234 | 83 (timeout 83) | 12 ms | 3 s |');
  expect(lines).toContain('| liveness | from the fault to the restart | 9 s (8 s to 11 s) | 9 s (8 s to 11 s) | - |');
  const other = { windows: [{ title: 'convergence', observedMs: 4000 }] };
  expect(platformTable([row('local', other)])).toContain('| liveness | convergence | 4 s | - | - |');
  expect(lines.findIndex((line) => line.includes('| local |'))).toBeLessThan(lines.findIndex((line) => line.includes('| kind |')));
});
