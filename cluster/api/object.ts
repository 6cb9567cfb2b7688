import type { V1ObjectMeta } from '@kubernetes/client-node';

/** Any JSON value, as the API carries it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** A type of @kubernetes/client-node as it stands on the wire: times are RFC 3339 strings. Types only: that package is never loaded here. */
export type Wire<T> = T extends Date ? string : T extends (infer U)[] ? Wire<U>[] : T extends object ? { [K in keyof T]: Wire<T[K]> } : T;

/** Metadata of an object that the store holds. */
export type Metadata = Wire<V1ObjectMeta> & { name: string; uid: string; resourceVersion: string; creationTimestamp: string };

/** A stored object of a known kind, for example `Stored<V1Pod>`. */
export type Stored<T> = Omit<Wire<T>, 'metadata' | 'apiVersion' | 'kind'> & { apiVersion: string; kind: string; metadata: Metadata };

/** A stored object of any kind. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
  [field: string]: unknown;
}

/** RFC 3339 without fractions, as Kubernetes writes times. */
export const timestamp = (milliseconds = Date.now()): string => new Date(milliseconds).toISOString().replace(/\.\d+/, '');
