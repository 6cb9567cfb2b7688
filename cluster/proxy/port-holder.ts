import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** `node server.js (process 4711)`: who listens on a TCP port of this machine, at that address or at all; undefined where /proc does not say. */
export function portHolder(address: string, port: number): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const inodes = new Set([...listening('tcp', address, port), ...listening('tcp6', address, port)]);
  if (inodes.size === 0) return undefined;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (!holdsOneOf(pid, inodes)) continue;
    const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
    return `${command.length > 80 ? `${command.slice(0, 80)}…` : command} (process ${pid})`;
  }
  return undefined;
}

const LISTEN = '0A';

/** Inodes of the sockets that listen there. Addresses stand as hexadecimal in the order of the machine's bytes. */
function listening(table: 'tcp' | 'tcp6', address: string, port: number): string[] {
  const wanted = Buffer.from(address.split('.').map(Number)).reverse().toString('hex').toUpperCase();
  const ours = new Set([wanted, '00000000', '0'.repeat(32), `0000000000000000FFFF0000${wanted}`]);
  return read(`/proc/net/${table}`)
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      const [host = '', hexPort = ''] = local.split(':');
      return state === LISTEN && Number.parseInt(hexPort, 16) === port && ours.has(host) ? [`socket:[${inode}]`] : [];
    });
}

function holdsOneOf(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => inodes.has(readlinkSync(`/proc/${pid}/fd/${fd}`)));
  } catch {
    return false; // it ended meanwhile, or is another user's
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // as above, or a kernel without IPv6
  }
}
