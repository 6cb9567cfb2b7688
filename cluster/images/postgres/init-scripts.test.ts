import { statements } from './init-scripts.ts';
import { hostPath } from './mounts.ts';

describe('init scripts', () => {
  it('are split at semicolons outside of quotes, dollar quotes and comments', () => {
    const sql = `-- a; b\nCREATE ROLE "a;b" PASSWORD 'it''s;';/* ; */ DO $x$ BEGIN; END; $x$;\nSELECT $1; SELECT 2`;
    expect(statements(sql)).toEqual([`CREATE ROLE "a;b" PASSWORD 'it''s;'`, 'DO $x$ BEGIN; END; $x$', 'SELECT $1', 'SELECT 2']);
  });
});

describe('paths of the container', () => {
  const mounts = JSON.stringify({ '/var/lib/postgresql/data': '/a', '/var/lib/postgresql/data/inner': '/b' });
  it('are found under the longest mount that holds them', () => {
    expect(hostPath('/var/lib/postgresql/data/pgdata', mounts)).toBe('/a/pgdata');
    expect(hostPath('/var/lib/postgresql/data/inner/x', mounts)).toBe('/b/x');
    expect(hostPath('/var/lib/postgresql/data', mounts)).toBe('/a');
  });
  it('are nowhere without a mount', () => {
    expect(hostPath('/var/lib/postgresql/database', mounts)).toBeUndefined();
    expect(hostPath('/x', undefined)).toBeUndefined();
  });
});
