import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { usableBinaries } from './binaries.ts';

test('the copy needs nothing of the checkout that it was made from: every link leads into it', async () => {
  const { folder, postgres } = await usableBinaries();
  const copy = join(postgres, '../..');
  expect(copy.startsWith(folder)).toBe(true);
  const links = readdirSync(copy, { recursive: true, withFileTypes: true }).filter((entry) => entry.isSymbolicLink());
  expect(links.length).toBeGreaterThan(0);
  const outside = links
    .map((entry) => realpathSync(join(entry.parentPath ?? entry.path, entry.name)))
    .filter((file) => !file.startsWith(realpathSync(copy)));
  expect(outside).toEqual([]);
});
