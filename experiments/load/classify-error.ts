const classes: Record<string, string> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset', // the other side closed before it answered
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENOTFOUND: 'unknown name',
  EAI_AGAIN: 'unknown name',
};

/** The class of a request that got no whole answer: refused, reset, timeout, unreachable, unknown name, else the code of the error. */
export function classifyError(error: unknown): string {
  const { name, code, cause, errors } = error as { name?: string; code?: string; cause?: unknown; errors?: unknown[] };
  if (name === 'TimeoutError') return 'timeout';
  if (name === 'AbortError') return 'unanswered'; // cut by the graceful stop
  if (code && classes[code]) return classes[code];
  // An AggregateError has one for each address that was tried.
  const inner = errors?.[0] ?? cause;
  return inner ? classifyError(inner) : (code ?? name ?? 'error').toString();
}
