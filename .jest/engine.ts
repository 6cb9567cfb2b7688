import { execFileSync } from 'node:child_process';

/** Containers, networks and volumes of the Docker engine, a line each; [] where tests do not use one. testcontainers' own reaper goes by itself. */
export function inEngine(): string[] {
  if (process.env.SHOPLAB_TEST_COST !== 'docker') return [];
  const ask = (...words: string[]): string[] =>
    execFileSync('docker', words, { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('container testcontainers-ryuk-'));
  return [
    ...ask('ps', '--all', '--format', 'container {{.Names}}'),
    ...ask('network', 'ls', '--format', 'network {{.Name}}'),
    ...ask('volume', 'ls', '--format', 'volume {{.Name}}'),
  ];
}
