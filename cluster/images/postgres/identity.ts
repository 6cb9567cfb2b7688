import { userInfo } from 'node:os';

/** Whom PostgreSQL runs as: it refuses root, so a lab of root's runs it as nobody, as the image switches to its own user. */
export interface Identity {
  uid?: number;
  gid?: number;
}

const NOBODY = 65534;

/** Options for `spawn`; empty where this process is not root (also on Windows). */
export const databaseIdentity = (): Identity => (process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {});

/** Whether this process's user has a name: a uid given by number alone (`docker run --user 1234`) may have none. */
export function hasName(): boolean {
  try {
    userInfo();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SYSTEM_ERROR') return false;
    throw error;
  }
}

/**
 * The command as a user who has a name, which `initdb` and `postgres --single` insist on (the server does not). Without one it runs in a user
 * namespace, where it is nobody; what it writes belongs to this user all the same. Not by PATH: only util-linux' own knows `--map-user`.
 */
export function withName(command: string, args: string[]): [string, string[]] {
  if (process.platform !== 'linux' || process.getuid?.() === 0 || hasName()) return [command, args];
  return ['/usr/bin/unshare', ['--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, command, ...args]];
}
