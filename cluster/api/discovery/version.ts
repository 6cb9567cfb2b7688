import type { JsonObject } from '../object.ts';

/** /version: the Kubernetes whose rules are followed. kubectl compares it with its own; some builds even start another kubectl for it. */
export const version: JsonObject = {
  major: '1',
  minor: '34',
  gitVersion: 'v1.34.0+shoplab',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: 'node',
  platform: `${process.platform}/${process.arch}`,
};
