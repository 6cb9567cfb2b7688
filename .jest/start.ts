import { chmodSync, mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inEngine } from './engine.ts';

/** Gives the run a folder of its own for all temporary files and state, and a mark that every process it starts inherits, so that leaks can be found. */
export default function start(): void {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'shoplab-test-'));
  // Some tests start things as another user, who has to get through to what is theirs.
  chmodSync(folder, 0o711);
  process.env.SHOPLAB_TEST_FOLDER = folder;
  process.env.SHOPLAB_TEST_RUN = folder;
  process.env.SHOPLAB_TEST_ENGINE = JSON.stringify(inEngine());
  process.env.TMPDIR = join(folder, 'tmp');
  process.env.XDG_STATE_HOME = join(folder, 'state');
  mkdirSync(process.env.TMPDIR, { mode: 0o1777 });
  mkdirSync(process.env.XDG_STATE_HOME, { mode: 0o700 });
}
