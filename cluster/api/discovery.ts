import { createHash } from 'node:crypto';
import type { Resource } from '../resources/resource.ts';
import type { JsonObject } from './object.ts';
import { groupVersion } from './object-registry.ts';

/** kubectl compares this with its own version; some builds even start another kubectl for it. */
export const version: JsonObject = {
  major: '1',
  minor: '34',
  gitVersion: 'v1.34.4+shoplab',
  gitTreeState: 'clean',
  goVersion: '',
  compiler: 'node',
  platform: 'node',
};

const unique = <T>(values: T[]): T[] => [...new Set(values)];
const scaleKind = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
const verbsOf = (subresource: string): string[] =>
  ({ scale: ['get', 'patch', 'update'], status: ['get', 'patch', 'update'], log: ['get'], eviction: ['create'], binding: ['create'] })[
    subresource
  ] ?? ['create', 'get'];
const readOnly = ['get', 'list'];
const nothing = { shortNames: [], categories: [], subresources: [] };

/** What is served without being stored: measured when asked for, or decided at once. */
const virtual = [
  {
    group: 'metrics.k8s.io',
    version: 'v1beta1',
    kind: 'NodeMetrics',
    plural: 'nodes',
    singular: '',
    namespaced: false,
    verbs: readOnly,
    ...nothing,
  },
  {
    group: 'metrics.k8s.io',
    version: 'v1beta1',
    kind: 'PodMetrics',
    plural: 'pods',
    singular: '',
    namespaced: true,
    verbs: readOnly,
    ...nothing,
  },
  {
    group: 'authorization.k8s.io',
    version: 'v1',
    kind: 'SelfSubjectAccessReview',
    plural: 'selfsubjectaccessreviews',
    singular: 'selfsubjectaccessreview',
    namespaced: false,
    verbs: ['create'],
    ...nothing,
  },
];
type Served = Pick<
  Resource,
  'group' | 'version' | 'kind' | 'plural' | 'singular' | 'namespaced' | 'verbs' | 'shortNames' | 'categories' | 'subresources'
>;

/** Of the contents, so that a client's cache notices another server on the same port. */
export const digest = (document: JsonObject): string => createHash('sha256').update(JSON.stringify(document)).digest('hex');

/** The documents by which clients find out what is served; made once from the resources. */
export class Discovery {
  private readonly served: Served[];
  constructor(resources: Resource[]) {
    this.served = [...resources, ...virtual];
  }
  private groups(): string[] {
    return unique(this.served.map(({ group }) => group)).filter((group) => group !== '');
  }
  private versions(group: string): string[] {
    return unique(this.served.filter((one) => one.group === group).map(({ version: each }) => each));
  }
  private of(group: string, ver: string): Served[] {
    return this.served.filter((one) => one.group === group && one.version === ver);
  }

  /** /api */
  core(): JsonObject {
    return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  }

  /** /apis */
  groupList(): JsonObject {
    const groups = this.groups().map((name) => {
      const versions = this.versions(name).map((each) => ({ groupVersion: `${name}/${each}`, version: each }));
      return { name, versions, preferredVersion: versions[0] ?? null };
    });
    return { kind: 'APIGroupList', apiVersion: 'v1', groups };
  }

  /** /api/v1, /apis/GROUP/VERSION */
  resourceList(group: string, ver: string): JsonObject | undefined {
    const found = this.of(group, ver);
    const first = found[0];
    if (!first) return undefined;
    const resources = found.flatMap((one) => [
      {
        name: one.plural,
        singularName: one.singular,
        namespaced: one.namespaced,
        kind: one.kind,
        verbs: one.verbs,
        shortNames: one.shortNames,
        categories: one.categories,
      },
      ...one.subresources.map((sub) => ({
        name: `${one.plural}/${sub}`,
        singularName: '',
        namespaced: one.namespaced,
        verbs: verbsOf(sub),
        ...(sub === 'scale' ? scaleKind : sub === 'eviction' ? { group: 'policy', version: 'v1', kind: 'Eviction' } : { kind: one.kind }),
      })),
    ]);
    return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: groupVersion(first), resources };
  }

  /** Everything of /api or of /apis in one document; without it clients ask once for each group and version. */
  aggregated(isCore: boolean): JsonObject {
    const items = (isCore ? [''] : this.groups()).map((name) => ({
      metadata: (name ? { name } : {}) as JsonObject,
      versions: this.versions(name).map((each) => ({
        version: each,
        freshness: 'Current',
        resources: this.of(name, each).map((one) => ({
          resource: one.plural,
          responseKind: { group: '', version: '', kind: one.kind },
          scope: one.namespaced ? 'Namespaced' : 'Cluster',
          singularResource: one.singular,
          verbs: one.verbs,
          shortNames: one.shortNames,
          categories: one.categories,
          subresources: one.subresources.map((sub) => ({
            subresource: sub,
            responseKind: sub === 'scale' ? scaleKind : { group: '', version: '', kind: one.kind },
            verbs: verbsOf(sub),
          })),
        })),
      })),
    }));
    return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
  }

  /** Enough of OpenAPI for kubectl to leave validation to the server: that PATCH of the kind takes fieldValidation. */
  openapi(group: string, ver: string): JsonObject {
    const paths: JsonObject = {};
    for (const one of this.of(group, ver)) {
      const path = `/${group ? 'apis' : 'api'}/${groupVersion(one)}/${one.namespaced ? 'namespaces/{namespace}/' : ''}${one.plural}/{name}`;
      paths[path] = {
        patch: {
          parameters: [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }],
          'x-kubernetes-group-version-kind': { group, version: ver, kind: one.kind },
          responses: {},
        },
      };
    }
    return { openapi: '3.0.0', info: { title: 'shoplab', version: '1' }, paths };
  }

  /** /openapi/v3 */
  openapiIndex(): JsonObject {
    const paths: JsonObject = {};
    for (const { group, version: ver } of this.served) {
      const path = `${group ? 'apis' : 'api'}/${groupVersion({ group, version: ver })}`;
      paths[path] ??= { serverRelativeURL: `/openapi/v3/${path}?hash=${digest(this.openapi(group, ver))}` };
    }
    return { paths };
  }
}

/** Content type of the aggregated form; a client must ask for just this version of it. */
export const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
