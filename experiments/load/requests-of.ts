import type { Dispatcher } from 'undici';
import type { Sample } from '../engine/experiment.ts';
import { parseBody } from '../engine/parse-body.ts';
import type { Answer, Asked } from './exchange.ts';
import type { LoaderOptions } from './loader.ts';
import { isConstant, jsonTemplateOf, type Template, templateOf } from './request-template.ts';

type Described = Pick<LoaderOptions, 'scenario' | 'origin' | 'seed'>;

/** The requests of a scenario by their index, from 0. Throws a TemplateError where a placeholder cannot be filled in. */
export function requestsOf({ scenario, origin, seed }: Described): (index: number) => Asked {
  const { request, rows, noConnectionReuse: reset = false } = scenario;
  const data = { seed, ...(rows && { rows }) };
  const path = templateOf(request.path, data, encodeURIComponent);
  const bodies = bodiesOf(request, data);
  const headers = headersOf(request, bodies.length > 0);
  const method = request.method as Dispatcher.HttpMethod;
  const askedAt = (index: number): Asked => {
    const body = bodies[index % bodies.length]?.(index) ?? null;
    return { origin, path: path(index), method, headers, body, reset, headersTimeout: 0, bodyTimeout: 0 };
  };
  if (!isConstant(path) || bodies.length > 1 || !bodies.every(isConstant)) return askedAt;
  const always = askedAt(0);
  return () => always;
}

/** The headers of a request: what has a body and does not say of what type is JSON. */
export function headersOf({ headers = {} }: LoaderOptions['scenario']['request'], hasBody: boolean): Record<string, string> {
  const named = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  return hasBody && !named ? { 'content-type': 'application/json', ...headers } : headers;
}

function bodiesOf({ body, bodies, text }: LoaderOptions['scenario']['request'], data: Parameters<typeof templateOf>[1]): Template[] {
  if (text !== undefined) return [templateOf(text, data)];
  if (bodies && bodies.length > 0) return bodies.map((one) => jsonTemplateOf(one, data));
  return body === undefined ? [] : [jsonTemplateOf(body, data)];
}

/** The sample of a request: a success where its status is expected. Times are in ms, as a sample has them. */
export function sampleOf(
  { status, error, text, servedBy }: Answer,
  times: { dueMs: number; lateMs: number; latencyMs: number },
  { scenario, keepsBodies }: Pick<LoaderOptions, 'scenario' | 'keepsBodies'>,
): Sample {
  const { dueMs, lateMs, latencyMs } = times;
  const expected = error === '' && scenario.expectStatuses.includes(status);
  const sample: Sample = { dueMs, lateMs, latencyMs, status, error: error === '' && !expected ? `status ${status}` : error };
  if (servedBy !== undefined && status !== 0) sample.servedBy = servedBy;
  if (expected && keepsBodies) sample.body = parseBody(text);
  return sample;
}
