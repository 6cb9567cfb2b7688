import type { KubeObject } from '../api/object.ts';
import type { Draft, Kind } from '../api/registry.ts';
import type { PodsAre } from './not-honoured.ts';

/** One thing wrong with an object, as Status.details.causes has it. */
export interface Cause {
  /** Path, for example `spec.template.spec.containers[0].image`. */
  field: string;
  /** Kubernetes' own words, for example `Invalid value: -1: must be greater than or equal to 0`. */
  message: string;
  /** `FieldValueRequired`, `FieldValueInvalid`, `FieldValueForbidden`, `FieldValueNotSupported`, `FieldValueDuplicate`, `FieldValueTooLong`, … */
  reason: string;
}

/** A column of `kubectl get`. */
export interface Column {
  name: string;
  type?: 'string' | 'integer';
  format?: 'name';
  /** Shown with -o wide only (priority 1). */
  wide?: boolean;
  /** `now` in milliseconds since the epoch, for ages. */
  cell(object: KubeObject, now: number): string | number;
}

/**
 * What the API knows of one kind in one version: its names, rules and columns. The API server is generic over this; a kind is added by adding
 * a file that exports one. Every function is pure: it answers a new object and leaves its argument alone.
 */
export interface Resource {
  /** '' for the core group. */
  group: string;
  version: string;
  kind: string;
  plural: string;
  singular: string;
  shortNames: string[];
  /** `all`, … */
  categories: string[];
  namespaced: boolean;
  verbs: string[];
  /** `status`, `scale`, `log`, … */
  subresources: string[];
  /** Whether metadata.generation is kept: 1 at creation, +1 where `generationChanged` says so. */
  hasGeneration: boolean;
  /** Whether an update counts as a new generation: spec differs (for Deployments annotations as well). */
  generationChanged(old: KubeObject, object: KubeObject): boolean;
  /** Fills in what clients may leave out (pkg/apis/<group>/<version>/defaults.go), the same at every write. */
  applyDefaults(object: KubeObject): KubeObject;
  /** Strategy.PrepareForCreate: drops status and what clients may not set, makes status what it begins with (a Pod: phase Pending, QoS class). */
  prepareForCreate(object: KubeObject): KubeObject;
  /** What admission plugins add at creation (service account, tolerations, …); identity for most. */
  admit(object: KubeObject): KubeObject;
  /** Strategy.PrepareForUpdate for a write of the main resource: status and what may not be touched come from `old`. */
  prepareForUpdate(object: KubeObject, old: KubeObject): KubeObject;
  /** All that is wrong with a new object, already defaulted. */
  validate(object: KubeObject): Cause[];
  /** All that is wrong with an update. */
  validateUpdate(object: KubeObject, old: KubeObject): Cause[];
  /** Sentences about fields that are deprecated, or that this cluster takes but does not honour: sent as Warning headers. */
  warnings(object: KubeObject, podsAre: PodsAre): string[];
  columns: Column[];
  /** Where the kind is stored in another version (autoscaling/v1): to and from that one. */
  conversion?: { storedVersion: string; toStored(object: KubeObject): KubeObject; fromStored(object: KubeObject): KubeObject };
}

/** A draft of a kind as plain JSON. */
export type AnyDraft = Draft<Kind>;
