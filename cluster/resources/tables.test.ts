import { readFileSync } from 'node:fs';
import { ApiError, badRequest } from '../api/errors.ts';
import { clean, isObject, type Json, type JsonObject, type KubeObject } from '../api/object.ts';
import { ObjectRegistry } from '../api/object-registry.ts';
import { LabNetwork } from '../network.ts';
import { checkFields, loadFieldModels } from './fields.ts';
import type { Column, Resource } from './resource.ts';
import { resources } from './resources.ts';

interface Case {
  id: string;
  in: JsonObject;
  out: { object?: JsonObject; status?: JsonObject; warnings?: string[]; generation?: number };
}
const cases = (name: string): [string, Case][] =>
  (JSON.parse(readFileSync(new URL(`./${name}.cases.json`, import.meta.url), 'utf8')) as Case[]).map((one) => [one.id, one]);

/** The tables hold no admission plugins, and their addresses are not of a loopback network. */
const unadmitted = resources.map((resource): Resource => ({ ...resource, admit: (object) => object }));
const anyAddress = Object.assign(new LabNetwork('127.37'), { isServiceIP: () => true });

const served = (apiVersion: Json | undefined, kind: Json | undefined): Resource => {
  const found = unadmitted.find((one) => one.kind === kind && `${one.group ? `${one.group}/` : ''}${one.version}` === apiVersion);
  if (!found) throw new Error(`no resource serves ${apiVersion} ${kind}`);
  return found;
};

/** RFC 7386. */
function merged(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}

/** Strict requests in namespace default, by the functions that the API server calls. */
function lab() {
  const registry = new ObjectRegistry({ resources: unadmitted, network: anyAddress });
  type Answer = { object?: KubeObject; status?: JsonObject };
  const write = (sent: JsonObject, act: (resource: Resource, object: KubeObject) => KubeObject): Answer => {
    const { kind, apiVersion } = sent;
    const resource = served(apiVersion, kind);
    try {
      const { unknown, wrongType } = checkFields(sent);
      const complaint = wrongType ?? unknown.map((field) => `strict decoding error: unknown field "${field}"`)[0];
      if (complaint) throw badRequest(`${kind} in version "${resource.version}" cannot be handled as a ${kind}: ${complaint}`);
      return {
        object: act(resource, { ...sent, metadata: { ...(sent.metadata as JsonObject), namespace: 'default' } } as unknown as KubeObject),
      };
    } catch (error) {
      if (error instanceof ApiError) return { status: error.toStatus() };
      throw error;
    }
  };
  return {
    create: (object: JsonObject) => write(object, (resource, sent) => registry.createObject(resource, sent)),
    update: (stored: KubeObject, patch: Json) =>
      write(merged(stored as unknown as Json, patch) as JsonObject, (resource, sent) => registry.updateObject(resource, sent)),
  };
}

/** What only the server's clock and allocators say is not in the tables. */
function withoutServerFields(object: KubeObject, sent: JsonObject): JsonObject {
  const copy = JSON.parse(JSON.stringify(object)) as JsonObject & { metadata: JsonObject; spec?: JsonObject & { ports?: JsonObject[] } };
  for (const field of ['uid', 'creationTimestamp', 'resourceVersion']) delete copy.metadata[field];
  if (object.kind === 'Service' && copy.spec) {
    for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) delete copy.spec[field];
    const asked = (sent.spec as { ports?: JsonObject[] }).ports ?? [];
    copy.spec.ports?.forEach((port, index) => {
      if (asked[index]?.nodePort === undefined) delete port.nodePort;
    });
  }
  return copy;
}

/** Status without what every one has. */
const essence = ({ kind: _kind, apiVersion: _version, metadata: _metadata, ...status }: JsonObject): JsonObject => status;

/** Of a diff of Kubernetes' internal types only the changed lines are ours: where in those types they stand tells nobody anything. */
const withoutContext = (value: Json): Json => {
  if (typeof value === 'string')
    return value
      .split('\n')
      .filter((line) => !/^(@@| )/.test(line))
      .join('\n');
  if (Array.isArray(value)) return value.map(withoutContext);
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutContext(each)])) : value;
};

beforeAll(loadFieldModels);

describe('an object is taken, defaulted or refused as Kubernetes does', () => {
  it.each(cases('api-create'))('%s', (_id, { in: sent, out }) => {
    const { object, status } = lab().create(sent);
    if (out.status) expect(essence(status ?? {})).toEqual(out.status);
    else expect(object && withoutServerFields(object, sent)).toEqual(clean(out.object));
  });
});

describe('an update is taken or refused as Kubernetes does', () => {
  it.each(cases('api-update'))('%s', (_id, { in: { old, mergePatch = {} }, out }) => {
    const { create, update } = lab();
    const created = create(old as JsonObject);
    if (!created.object) throw new Error(`the old object is refused: ${created.status?.message}`);
    const { object, status } = update(created.object, mergePatch);
    if (out.status) expect(essence(status ?? {})).toEqual(withoutContext(out.status));
    else expect(object?.metadata.generation ?? 0).toBe(out.generation);
  });
});

const now = Date.parse('2026-01-02T03:04:05Z');
const ago = (seconds: Json | undefined): string => new Date(now - Number(seconds) * 1000).toISOString();

/** A container's status from the table's short form. */
function containerStatus(
  { state, reason, exitCode = 0, lastEnded, restartCount = 0, ready, started, name }: JsonObject,
  finishedAt: string,
): JsonObject {
  const terminated = { exitCode, reason: reason ?? null, finishedAt };
  const states: Record<string, JsonObject> = {
    running: { running: {} },
    waiting: { waiting: { reason: reason ?? null } },
    terminated: { terminated },
  };
  const ended = lastEnded || Number(restartCount) > 0 ? { lastState: { terminated: { exitCode, finishedAt } } } : {};
  return clean({ name, ready, started, restartCount, state: states[String(state)] ?? {}, ...ended }) as JsonObject;
}

function podOf(row: JsonObject): JsonObject {
  const finishedAt = ago(row.lastFinishedSecondsAgo);
  const of = (list: Json | undefined) => (Array.isArray(list) ? (list as JsonObject[]) : []);
  const inits = of(row.initContainers);
  return clean({
    spec: {
      nodeName: 'n1',
      containers: of(row.containers).map(({ name }) => ({ name })),
      initContainers: inits.map(({ name, sidecar }) => ({ name, ...(sidecar ? { restartPolicy: 'Always' } : {}) })),
    },
    status: {
      phase: row.phase,
      reason: row.statusReason,
      podIP: '10.0.0.1',
      conditions: [{ type: 'Initialized', status: row.initialized }],
      containerStatuses: of(row.containers).map(({ status }) => containerStatus(status as JsonObject, finishedAt)),
      // The table's init containers remember no former instance.
      initContainerStatuses: inits.map(({ status }) => ({ ...containerStatus(status as JsonObject, finishedAt), lastState: {} })),
    },
  } as JsonObject);
}

describe('a row of a table shows what Kubernetes shows', () => {
  it.each(cases('table-rows'))('%s', (_id, { in: row, out }) => {
    const resource = resources.find(({ kind }) => kind === row.kind);
    const { Name: name, ...cells } = (out as unknown as { cells: JsonObject }).cells;
    const metadata = { name, creationTimestamp: ago(row.createdSecondsAgo), ...(row.deleting && { deletionTimestamp: ago(0) }) };
    const object = { ...(row.kind === 'Pod' ? podOf(row) : (row.object as JsonObject)), metadata } as unknown as KubeObject;
    const columns = resource?.columns ?? [];
    const shown = (column: Column) => [column.name, column.cell(object, now)] as const;
    expect(Object.fromEntries(columns.map(shown))).toEqual({ Name: name, ...cells });
    expect(columns.filter(({ wide }) => wide).map((column) => column.name)).toEqual(
      (out as unknown as { wideOnly: string[] | null }).wideOnly ?? [],
    );
  });
});
