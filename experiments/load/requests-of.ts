import type { Sample } from '../engine/experiment.ts';
import type { Answer, Asked } from './exchange.ts';
import type { LoaderOptions } from './loader.ts';
import { jsonTemplateOf, type Template, templateOf } from './request-template.ts';

type Described = Pick<LoaderOptions, 'scenario' | 'origin' | 'seed' | 'keepsBodies'>;

/** The requests of a scenario by their index, from 0. Throws a TemplateError where a placeholder cannot be filled in. */
export function requestsOf({ scenario, origin, seed, keepsBodies }: Described): (index: number) => Asked {
  const { request, rows, noConnectionReuse: closes = false } = scenario;
  const { method, headers: given = {}, timeoutMs } = request;
  const data = { seed, ...(rows && { rows }) };
  const path = templateOf(request.path, data, encodeURIComponent);
  const bodies = bodiesOf(request, data);
  const named = Object.keys(given).some((name) => name.toLowerCase() === 'content-type');
  const headers = bodies.length > 0 && !named ? { 'content-type': 'application/json', ...given } : given;
  return (index) => {
    const body = bodies[index % bodies.length]?.(index) ?? null;
    return { origin, path: path(index), method, headers, body, timeoutMs, closes, keepsBody: keepsBodies };
  };
}

function bodiesOf({ body, bodies, text }: LoaderOptions['scenario']['request'], data: Parameters<typeof templateOf>[1]): Template[] {
  if (text !== undefined) return [templateOf(text, data)];
  if (bodies && bodies.length > 0) return bodies.map((one) => jsonTemplateOf(one, data));
  return body === undefined ? [] : [jsonTemplateOf(body, data)];
}

/** What an answer is to a scenario: a success where its status is expected. */
export function outcomeOf(
  { status, error, text, servedBy }: Answer,
  { scenario, keepsBodies }: Described,
): Pick<Sample, 'status' | 'error' | 'body' | 'servedBy'> {
  if (error !== '') return { status: 0, error };
  const told = servedBy === undefined ? {} : { servedBy };
  if (!scenario.expectStatuses.includes(status)) return { status, error: `status ${status}`, ...told };
  return { status, error: '', ...(keepsBodies && { body: parse(text) }), ...told };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // not everything is JSON, and what is not is told as it came
  }
}
