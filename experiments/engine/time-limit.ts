/**
 * A signal that aborts with a TimeoutError after so long, or when another one does; `clear` it when what it bounds is over. What `AbortSignal.any`
 * makes of `AbortSignal.timeout` is no bound: in Node 20 the garbage collector takes the timer with it, and it never fires.
 */
export function timeLimit(ms: number, other?: AbortSignal): { signal: AbortSignal; clear(): void } {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new DOMException(`no answer within ${ms / 1000} s`, 'TimeoutError')), ms);
  const onAbort = (): void => {
    clearTimeout(timer);
    limit.abort(other?.reason);
  };
  if (other?.aborted) onAbort();
  other?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: limit.signal,
    clear: () => {
      clearTimeout(timer);
      other?.removeEventListener('abort', onAbort);
    },
  };
}
