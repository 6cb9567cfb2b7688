import { createHash } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';

const waitMs = 90_000;
const lookEveryMs = 50;
const port = 10_054;

/**
 * Runs `work` while no other process brings up or ends the lab of that folder. The lock is an address that is bound exclusively: the kernel
 * frees it however its holder ends. Labs have 127.10 and up. Two folders of one address wait for each other, no more.
 */
export async function withLabLock<T>(folder: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  const hash = createHash('sha256').update(folder).digest();
  const address = `127.9.${hash[0]}.${hash[1]}`;
  const until = Date.now() + waitMs;
  let lock = await bind(address);
  while (!lock) {
    if (Date.now() > until) throw new Error(`another shoplab has been starting or ending the lab in ${folder} for ${waitMs / 1000} s`);
    await setTimeout(lookEveryMs, undefined, { signal });
    lock = await bind(address);
  }
  try {
    return await work();
  } finally {
    lock.close();
  }
}

async function bind(address: string): Promise<Socket | undefined> {
  const socket = createSocket('udp4');
  try {
    const bound = once(socket, 'listening');
    socket.bind({ address, port, exclusive: true });
    await bound;
    return socket.unref();
  } catch (error) {
    socket.close();
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
}
