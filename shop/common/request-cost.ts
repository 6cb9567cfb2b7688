import type { RequestHandler } from 'express';

/**
 * Makes each request take so much CPU time of this process before it goes on. It is CPU time, not time on the clock, so that a Pod which is
 * held to its limit takes longer for it.
 */
export const requestCost =
  (milliseconds: number): RequestHandler =>
  (_request, _response, next) => {
    const before = process.cpuUsage();
    for (;;) {
      const { user, system } = process.cpuUsage(before);
      if ((user + system) / 1000 >= milliseconds) return next();
    }
  };
