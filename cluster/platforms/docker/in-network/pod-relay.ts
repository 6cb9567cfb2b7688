import { connect, createServer, type Socket } from 'node:net';
import { reset } from '../../../proxy/reset.ts';
import { onInputLine } from './input-lines.ts';
import { takeLine } from './take-line.ts';

/**
 * Runs in a container of the lab's network whose port is published, by the text of its bundle, where this machine is not in that network. A
 * connection begins with a line, `number host port`, and is answered with one: `ok`, and from then on it is that to the place, or the code of what
 * failed, and it ends. What forwards the port may make an orderly end of a reset: where the place resets, a line on stdout says so, `reset number`,
 * and the connection is left to whoever reads that. Ends with stdin.
 */
const goneAfterMs = 10_000;
const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => void relay(near));
server.listen(Number(process.env.PORT), () => process.stdout.write('ready\n'));
onInputLine(() => undefined);

async function relay(near: Socket): Promise<void> {
  let far: Socket | undefined;
  near.on('error', () => far && reset(far));
  near.once('close', (isBroken) => {
    if (isBroken || !near.readableEnded) far?.destroy();
  });
  const line = await takeLine(near).catch(() => undefined);
  if (line === undefined) return void near.destroy();
  const [number = '', host = '', port = ''] = line.split(' ');
  const opening = connect({ host, port: Number(port), allowHalfOpen: true, noDelay: true });
  far = opening;
  let isOpen = false;
  opening.once('connect', () => {
    isOpen = true;
    near.write('ok\n');
    near.pipe(opening);
    opening.pipe(near);
  });
  opening.on('error', (error: NodeJS.ErrnoException) => {
    if (!isOpen) near.end(`${error.code ?? 'EIO'}\n`);
    else {
      process.stdout.write(`reset ${number}\n`);
      // Who has read that closes it; who has gone does not.
      setTimeout(() => near.destroy(), goneAfterMs).unref();
    }
  });
}
