// Imported by Node where a Pod of the lab's own runs as a process of this machine, which has no paths of its own.
import { createServer } from 'node:http';
import { register } from 'node:module';

const resolveMounted = `
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
export async function resolve(specifier, context, next) {
  if (!specifier.startsWith('file:')) return next(specifier, context);
  const path = fileURLToPath(specifier);
  for (const [mount, folder] of Object.entries(JSON.parse(process.env.SHOPLAB_MOUNTS ?? '{}')))
    if (path.startsWith(mount + '/')) return next(pathToFileURL(join(folder, path.slice(mount.length))).href, context);
  return next(specifier, context);
}`;
register(`data:text/javascript,${encodeURIComponent(resolveMounted)}`);
// The switch would read its token where none is: it is enough that it says that it is ready.
if (process.env.LEASE !== undefined) {
  createServer((_request, response) => response.end()).listen(Number(process.env.PORT), process.env.SHOPLAB_POD_IP);
  await new Promise(() => undefined);
}
