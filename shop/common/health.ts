import { Router } from 'express';
import { onlyMethods } from './problem.ts';

export interface Health {
  /** `why` requests cannot be served, undefined where they can; and what is told of the service's parts beside that. */
  look(): Promise<{ why: string | undefined; components: Record<string, string> }>;
}

/** Answers that were asked for from outside, by the chaos port: a status in place of the true one. */
export interface HealthOverride {
  live?: number;
  ready?: number;
}

/** /health/live, /health/ready, and /actuator/health as the course's manifests name it. */
export function healthRoutes(health: Health, override: HealthOverride): Router {
  const router = Router();
  const ready = async (): Promise<{ code: number; body: object }> => {
    const { why, components } = await health.look();
    const code = override.ready ?? (why === undefined ? 200 : 503);
    const reason = override.ready === undefined ? why : `the chaos port has it answer ${override.ready}`;
    return { code, body: { status: code < 400 ? 'UP' : 'OUT_OF_SERVICE', ...(reason !== undefined && { reason }), components } };
  };
  const live = (): { code: number; body: object } => {
    const code = override.live ?? 200;
    return { code, body: { status: code < 400 ? 'UP' : 'DOWN' } };
  };
  for (const path of ['/health/live', '/actuator/health/liveness']) {
    router
      .route(path)
      .get((_request, response) => {
        const { code, body } = live();
        response.status(code).json(body);
      })
      .all(onlyMethods('GET', 'HEAD'));
  }
  for (const path of ['/health/ready', '/actuator/health/readiness', '/actuator/health']) {
    router
      .route(path)
      .get(async (_request, response) => {
        const { code, body } = await ready();
        response.status(code).json(body);
      })
      .all(onlyMethods('GET', 'HEAD'));
  }
  return router;
}
