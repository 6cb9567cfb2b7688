/** Rejects with the signal's reason when it aborts, at once where it has; never resolves. For `Promise.race`. */
export const rejectsOnAbort = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
