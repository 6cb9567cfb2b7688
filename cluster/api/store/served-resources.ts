import type { Resource } from '../../resources/resource.ts';

/** `v1`, `apps/v1`. */
export const groupVersion = (resource: { group: string; version: string }): string =>
  resource.group ? `${resource.group}/${resource.version}` : resource.version;

/** The kinds that are served, found by what a request or a controller names. */
export class ServedResources {
  readonly all: readonly Resource[];
  constructor(all: readonly Resource[]) {
    this.all = all;
  }

  /** By the words of a path; `version` as asked. */
  byPath(group: string, version: string, plural: string): Resource | undefined {
    return this.all.find((each) => each.group === group && each.version === version && each.plural === plural);
  }

  /** The version that is stored, of the resource or of a kind. */
  stored(of: Resource): Resource {
    const version = of.conversion?.storedVersion ?? of.version;
    const found = this.byPath(of.group, version, of.plural);
    if (!found) throw new Error(`${of.kind} is stored as ${version}, which is not served`);
    return found;
  }

  find(kind: string): Resource | undefined {
    return this.all.find((each) => each.kind === kind && !each.conversion);
  }

  get(kind: string): Resource {
    const found = this.find(kind);
    if (!found) throw new Error(`no resource of kind ${kind} is served: ${this.all.map((each) => each.kind).join(', ')}`);
    return found;
  }
}
