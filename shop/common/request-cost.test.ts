import type { Request, Response } from 'express';
import { requestCost } from './request-cost.ts';

test.each([5, 40])('a request takes %i ms of CPU time before it goes on', (milliseconds) => {
  const before = process.cpuUsage();
  let usedMs = 0;
  requestCost(milliseconds)({} as Request, {} as Response, () => {
    const { user, system } = process.cpuUsage(before);
    usedMs = (user + system) / 1000;
  });
  expect(usedMs).toBeGreaterThanOrEqual(milliseconds);
  expect(usedMs).toBeLessThan(milliseconds + 30);
});
