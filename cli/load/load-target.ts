import { UsageError } from '../errors/usage-error.ts';
import { readBody } from './read-body.ts';

/** What a load asks for, as it was typed. */
export interface LoadTarget {
  /** Of http or https, with what was left out. */
  url: string;
  /** `http://localhost:8081` */
  origin: string;
  host: string;
  port: number;
  /** With the query; placeholders are still in it. */
  path: string;
  /** Siege's way of saying method and body behind the URL; undefined where there is none. */
  method: string | undefined;
  body: string | undefined;
}

const verbs = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const hint = `write a URL, for example http://localhost:8081/orders, or as siege has it 'http://localhost:8081/orders POST {"productId":1}'`;

/**
 * Reads a URL, alone or with method and body behind it (`URL POST {…}`, `URL POST <file`); `http://` may be left out. Throws a UsageError.
 */
export function parseTarget(text: string): LoadTarget {
  const [, address = '', verb, rest = ''] = /^\s*((?:\{\{[^{}]*\}\}|\S)+)(?:\s+([A-Z]+)(?:\s+([\s\S]*))?)?\s*$/.exec(text) ?? [];
  if (address === '') throw new UsageError(`'${text.trim()}' is no URL`, { hint });
  if (verb !== undefined && !verbs.includes(verb)) throw new UsageError(`${verb} is no method of HTTP`, { hint: verbs.join(', ') });
  return { ...addressOf(address), method: verb, body: rest.trim() === '' ? undefined : bodyOf(rest.trim()) };
}

function addressOf(address: string): Omit<LoadTarget, 'method' | 'body'> {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(address) ? address : `http://${address}`;
  // Braces would be escaped, so something that is not stands in for placeholders.
  const placeholders: string[] = [];
  const plain = whole.replace(/\{\{[^{}]*\}\}/g, (found) => `--placeholder-${placeholders.push(found) - 1}--`);
  const url = URL.canParse(plain) ? new URL(plain) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) throw new UsageError(`'${address}' is no URL of http or https`, { hint });
  const path = `${url.pathname}${url.search}`.replace(/--placeholder-(\d+)--/g, (_found, at) => placeholders[Number(at)] ?? '');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  return { url: `${url.origin}${path}`, origin: url.origin, host: url.hostname, port, path };
}

/** `<file`: what is in it. */
const bodyOf = (text: string): string => (text.startsWith('<') ? readBody(text.slice(1).trim()) : text);
