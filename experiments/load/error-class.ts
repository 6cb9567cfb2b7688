/** Why a request got no answer, as one word of few, so that failures can be counted apart. */
export function errorClass(error: unknown): string {
  const { code = '', name = '', cause } = error as { code?: string; name?: string; cause?: unknown };
  if (name === 'TimeoutError' || /TIMEOUT|TIMEDOUT/.test(code)) return 'timeout';
  if (code === 'ECONNREFUSED') return 'refused';
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET') return 'reset';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'no address';
  if (cause !== undefined && cause !== error) return errorClass(cause);
  return code ? code.toLowerCase() : name || 'unknown';
}
