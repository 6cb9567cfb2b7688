import { program } from './program.ts';
import type { Manifest } from './story.ts';

/** Every story's image: on real clusters the real one, on the local platform `node` of this machine. */
export const image = 'node:24-slim';

interface AppOptions {
  replicas?: number;
  env?: Record<string, string>;
  /** Laid over the container. */
  container?: Record<string, unknown>;
  /** Laid over the Pod's spec. */
  pod?: Record<string, unknown>;
  /** Laid over the Deployment's spec. */
  spec?: Record<string, unknown>;
}

const envOf = (env: Record<string, string>): { name: string; value: string }[] =>
  Object.entries(env).map(([name, value]) => ({ name, value }));

export function container({ env = {}, container: more = {} }: AppOptions): Record<string, unknown> {
  return { name: 'app', image, command: ['node', '-e', program], env: envOf(env), ...more };
}

/** A Deployment of the program of the stories. */
export function deployment(name: string, options: AppOptions = {}): Manifest {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: options.replicas ?? 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { terminationGracePeriodSeconds: 5, containers: [container(options)], ...options.pod },
      },
      ...options.spec,
    },
  };
}

/** A Pod of its own. */
export function pod(name: string, options: AppOptions = {}): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: { terminationGracePeriodSeconds: 5, containers: [container(options)], ...options.pod },
  };
}

/** The strategic merge patch that gives a Deployment's container another environment, and what else is named. */
export const newVersion = (env: Record<string, string>, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  spec: { template: { spec: { containers: [{ name: 'app', env: envOf(env), ...more }] } } },
});

const get = (path: string) => ({ httpGet: { path, port: 8080 } });
/** Looks once a second, so that a story is short; not before the program listens, so that the first look is the same everywhere. */
const often = { periodSeconds: 1, initialDelaySeconds: 2 };
export const readiness = { readinessProbe: { ...get('/ready'), ...often, failureThreshold: 2 } };
export const liveness = { livenessProbe: { ...get('/live'), ...often, failureThreshold: 3 } };
