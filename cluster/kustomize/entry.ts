import type { JsonObject } from '../api/object.ts';

/** A Kubernetes object as a manifest has it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    [field: string]: unknown;
  };
  [field: string]: unknown;
}

/** An object on its way through a kustomization, with what it was called on the way: patches and references may use any of its names. */
export interface Entry {
  object: Manifest;
  /** Names that it had before, latest first. */
  former: Identity[];
  /** The hash of its content is added to its name in the end. */
  needsHash: boolean;
}

export interface Identity {
  name: string;
  namespace: string;
}

export const entryOf = (object: Manifest, needsHash = false): Entry => ({ object, former: [], needsHash });

/** An object without a namespace is in `default`, so far as names go. */
export const identityOf = ({ metadata }: Manifest): Identity => ({ name: metadata.name, namespace: metadata.namespace || 'default' });

/** All that the entry may be called by. */
export const identities = (entry: Entry): Identity[] => [identityOf(entry.object), ...entry.former];

/** Gives the object another name or namespace, and remembers the one it had. */
export function rename(entry: Entry, change: { name?: string; namespace?: string }): void {
  entry.former.unshift(identityOf(entry.object));
  Object.assign(entry.object.metadata, change);
}

export const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '');
export const versionOf = (apiVersion: string): string => apiVersion.slice(apiVersion.indexOf('/') + 1);

/** Whether both are the same object of the same kind, by the names of now. */
export const isSame = (one: Manifest, other: Manifest): boolean =>
  groupOf(one.apiVersion) === groupOf(other.apiVersion) &&
  one.kind === other.kind &&
  identityOf(one).name === identityOf(other).name &&
  identityOf(one).namespace === identityOf(other).namespace;

/** `Deployment order`, for messages. */
export const titleOf = ({ kind, metadata }: Manifest): string =>
  `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`;

/** The object as JSON, for functions over JSON of any shape. */
export const asJson = (object: Manifest): JsonObject => object as unknown as JsonObject;
