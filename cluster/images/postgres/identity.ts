/** Whom PostgreSQL runs as: it refuses root, so a lab of root's runs it as nobody, as the image switches to its own user. */
export interface Identity {
  uid?: number;
  gid?: number;
}

const NOBODY = 65534;

/** Options for `spawn`; empty where this process is not root (also on Windows). */
export const databaseIdentity = (): Identity => (process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {});
