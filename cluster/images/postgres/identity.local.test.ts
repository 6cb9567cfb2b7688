import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { usableBinaries } from './binaries.ts';

/** Of a user whom no machine knows by name. Only root can start something as another. */
const uid = 54_321;
const user = { uid, gid: uid, encoding: 'utf8', env: {} } as const;
const canTry = process.getuid?.() === 0 && spawnSync('/usr/bin/unshare', ['--user', '/bin/true'], user).status === 0;
let scratch: string;
// Where the test is skipped these are too.
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'identity-test-'));
});
afterAll(() => rmSync(scratch, { recursive: true }));

(canTry ? test : test.skip)(
  'initdb works for a uid without a name (skipped without root, or where user namespaces are refused)',
  async () => {
    chmodSync(scratch, 0o755);
    const module = join(scratch, 'identity.mjs');
    // The checkout may be unreadable for that user.
    copyFileSync(join(process.cwd(), 'dist/cluster/images/postgres/identity.js'), module);
    const data = join(scratch, 'data');
    mkdirSync(data);
    chownSync(data, uid, uid);
    const { initdb } = await usableBinaries();
    const args = ['-D', data, '-U', 'postgres', '--auth=trust', '--locale=C', '--no-sync'];

    expect(spawnSync(initdb, args, user)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('could not look up effective user ID'),
    });
    const code = `import { withName } from ${JSON.stringify(module)}; console.log(JSON.stringify(withName(...${JSON.stringify([initdb, args])})))`;
    const asked = spawnSync(process.execPath, ['--input-type=module', '-e', code], user);
    expect(asked.stderr).toBe('');
    const [command, words] = JSON.parse(asked.stdout) as [string, string[]];
    expect(spawnSync(command, words, user)).toMatchObject({ status: 0, stderr: '' });
    expect(statSync(join(data, 'PG_VERSION')).uid).toBe(uid);
  },
);
