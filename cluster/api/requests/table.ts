import { plainColumns } from '../../resources/columns.ts';
import type { Resource } from '../../resources/resource.ts';
import type { JsonObject, KubeObject } from '../object.ts';

/** Whether the client asks for rows instead of objects, as `kubectl get` does. */
export const wantsTable = (accept: string): boolean => accept.includes('as=Table;v=v1;');

/** Objects as rows. `include`: None, Metadata (the default) or Object, the query's includeObject. */
export function table(
  objects: KubeObject[],
  resource: Resource,
  metadata: JsonObject,
  include: string | null,
  now = Date.now(),
): JsonObject {
  const columns = resource.columns.length > 0 ? resource.columns : plainColumns;
  const object = (one: KubeObject): unknown =>
    include === 'Object' ? one : { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: one.metadata };
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(({ name, type = 'string', format = '', wide }) => ({
      name,
      type,
      format,
      description: '',
      priority: wide ? 1 : 0,
    })),
    rows: objects.map((one) => ({
      cells: columns.map((column) => column.cell(one, now)),
      ...(include !== 'None' && { object: object(one) }),
    })),
  } as JsonObject;
}
