import { createHash } from 'node:crypto';
import type { Resource } from '../../resources/resource.ts';
import type { JsonObject } from '../object.ts';
import { groupVersion } from '../store/served-resources.ts';
import { type Served, subresourcesOf, virtual } from './served.ts';

const unique = <T>(values: T[]): T[] => [...new Set(values)];

/** Of the contents, so that a client's cache notices another server on the same port. */
export const digest = (document: JsonObject): string => createHash('sha256').update(JSON.stringify(document)).digest('hex');

/** Content type of the aggregated form; kubectl 1.27 asks for v2beta1 only, and gets the form that is not aggregated. */
export const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** The documents by which clients find out what is served. The order of versions is that of preference. */
export class Discovery {
  private readonly served: Served[];
  constructor(resources: readonly Resource[]) {
    this.served = [...resources, ...virtual];
  }
  private groups(): string[] {
    return unique(this.served.map(({ group }) => group)).filter((group) => group !== '');
  }
  private versions(group: string): string[] {
    return unique(this.served.filter((one) => one.group === group).map(({ version }) => version));
  }
  private of(group: string, version: string): Served[] {
    return this.served.filter((one) => one.group === group && one.version === version);
  }
  /** Group and version of all, each once. */
  groupVersions(): { group: string; version: string }[] {
    return ['', ...this.groups()].flatMap((group) => this.versions(group).map((version) => ({ group, version })));
  }

  /** /api */
  core(): JsonObject {
    return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  }

  /** /apis */
  groupList(): JsonObject {
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: this.groups().map((name) => this.groupOf(name)) };
  }

  /** /apis/GROUP */
  group(name: string): JsonObject | undefined {
    return this.groups().includes(name) ? { kind: 'APIGroup', apiVersion: 'v1', ...this.groupOf(name) } : undefined;
  }

  private groupOf(name: string): JsonObject {
    const versions = this.versions(name).map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions, preferredVersion: versions[0] ?? null };
  }

  /** /api/v1, /apis/GROUP/VERSION */
  resourceList(group: string, version: string): JsonObject | undefined {
    const found = this.of(group, version);
    if (found.length === 0) return undefined;
    const resources = found.flatMap(({ plural, singular, namespaced, kind, verbs, shortNames, categories, ...one }) => [
      { name: plural, singularName: singular, namespaced, kind, verbs, shortNames, categories },
      ...subresourcesOf(one).map(([sub, { group: of, version: in_, kind: form = kind, verbs: can }]) => ({
        name: `${plural}/${sub}`,
        singularName: '',
        namespaced,
        ...(of && { group: of, version: in_ }),
        kind: form,
        verbs: can,
      })),
    ]);
    return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: groupVersion({ group, version }), resources };
  }

  /** Everything of /api or of /apis in one document; without it clients ask once for each group and version. */
  aggregated(isCore: boolean): JsonObject {
    const items = (isCore ? [''] : this.groups()).map((name) => ({
      metadata: (name ? { name } : {}) as JsonObject,
      versions: this.versions(name).map((version) => ({
        version,
        freshness: 'Current',
        resources: this.of(name, version).map(aggregatedResource),
      })),
    }));
    return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
  }
}

const aggregatedResource = (one: Served): JsonObject => ({
  resource: one.plural,
  responseKind: { group: '', version: '', kind: one.kind },
  scope: one.namespaced ? 'Namespaced' : 'Cluster',
  singularResource: one.singular,
  verbs: one.verbs,
  shortNames: one.shortNames,
  categories: one.categories,
  subresources: subresourcesOf(one).map(([subresource, { group, version, kind = one.kind, verbs }]) => ({
    subresource,
    responseKind: { group, version, kind },
    verbs,
  })),
});
