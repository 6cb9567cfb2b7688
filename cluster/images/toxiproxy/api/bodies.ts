import { toxicKinds } from '../toxics/catalog.ts';
import type { PlacedToxic } from '../toxics/placed-toxic.ts';
import type { Attributes, ToxicKind } from '../toxics/toxic.ts';
import { ApiError, badBody } from './api-error.ts';
import { type Json, parseGoJson } from './go-json.ts';
import { kindOf, readStruct } from './go-struct.ts';

export interface ProxyBody {
  name: string;
  listen: string;
  upstream: string;
  enabled: boolean;
}

const proxyFields = { name: 'string', listen: 'string', upstream: 'string', enabled: 'bool' } as const;
const proxyStruct = { type: 'toxiproxy.Proxy', name: 'Proxy', fields: proxyFields };
const populated = 'struct { toxiproxy.Proxy; Enabled *bool "json:\\"enabled\\"" }';

/** What fails while a body is read is its sender's fault. */
function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw badBody((error as Error).message);
  }
}

/** A proxy of POST /proxies. Throws 400. */
export function newProxyBody(text: string): ProxyBody {
  const body = { name: '', listen: '', upstream: '', enabled: true, ...reading(() => readStruct(proxyStruct, parseGoJson(text))) };
  for (const field of ['name', 'upstream'] as const) if (!body[field]) throw missing(field);
  return body;
}

/** A change to a proxy; what it does not name stays. Throws 400. */
export const proxyChangeBody = (text: string, now: Omit<ProxyBody, 'name'>): Omit<ProxyBody, 'name'> => {
  const { listen, upstream, enabled } = now;
  return { listen, upstream, enabled, ...reading(() => readStruct(proxyStruct, parseGoJson(text))) };
};

/** The proxies of POST /populate. Throws 400. */
export function populateBody(text: string): ProxyBody[] {
  const bodies = reading(() => {
    const sent = parseGoJson(text);
    if (sent === null) return [];
    if (!Array.isArray(sent)) throw new Error(`json: cannot unmarshal ${kindOf(sent)} into Go value of type []${populated}`);
    return sent.map((one) => ({
      ...{ name: '', listen: '', upstream: '', enabled: true },
      ...readStruct({ type: populated, name: '', fields: proxyFields }, one),
    }));
  });
  for (const [index, body] of bodies.entries())
    for (const field of ['name', 'upstream'] as const) if (!body[field]) throw missing(`${field} at proxy ${index + 1}`);
  return bodies;
}

const missing = (what: string): ApiError => new ApiError(400, `missing required field: ${what}`);

const toxicStruct = {
  type: 'toxics.ToxicWrapper',
  name: 'ToxicWrapper',
  fields: { attributes: 'object', name: 'string', type: 'string', stream: 'string', toxicity: 'float32' },
  objectType: 'toxics.NoopToxic',
} as const;

/** A toxic of POST /proxies/{proxy}/toxics. Throws 400. */
export function newToxicBody(text: string): PlacedToxic {
  const sent = reading(() => readStruct(toxicStruct, parseGoJson(text)));
  const { type = '', stream = 'downstream', toxicity = 1 } = sent;
  const direction = stream.toLowerCase();
  if (direction !== 'upstream' && direction !== 'downstream')
    throw new ApiError(400, 'stream was invalid, can be either upstream or downstream');
  const kind = toxicKinds.get(type);
  if (!kind) throw new ApiError(400, 'invalid toxic type');
  const attributes = { ...Object.fromEntries(kind.attributes.map((key) => [key, 0])), ...attributesOf(kind, sent.attributes) };
  return { kind, attributes, name: sent.name || `${type}_${stream}`, stream, direction, toxicity };
}

/** What a change sets of a toxic: its toxicity and those attributes that it names. Throws 400. */
export function toxicChangeBody(text: string, kind: ToxicKind): { attributes: Attributes; toxicity?: number } {
  return reading(() => {
    const fields = { attributes: 'object', toxicity: 'float32' } as const;
    const sent = readStruct({ type: 'struct', name: '', fields, objectType: `toxics.${kind.goName}` }, parseGoJson(text));
    return { attributes: attributesOf(kind, sent.attributes), ...(sent.toxicity !== undefined && { toxicity: sent.toxicity }) };
  });
}

const attributesOf = (kind: ToxicKind, sent: Json | undefined): Attributes =>
  reading(() => {
    const fields = Object.fromEntries(kind.attributes.map((key) => [key, 'int64' as const]));
    return readStruct({ type: `toxics.${kind.goName}`, name: kind.goName, path: 'attributes.', fields }, sent ?? null) as Attributes;
  });
