import type { Answer } from './kubectl.ts';

export interface Container {
  name: string;
  image: string;
  [field: string]: unknown;
}
export interface Deployment {
  spec: { template: { metadata?: { labels?: Record<string, string> }; spec: { containers: Container[]; [field: string]: unknown } } };
}
export interface CandidatePod {
  apiVersion: 'v1';
  kind: 'Pod';
  metadata: { name: string; labels: Record<string, string> };
  spec: { containers: Container[]; [field: string]: unknown };
}
interface Ended {
  exitCode?: number;
  reason?: string;
}
export interface Pod {
  status?: {
    containerStatuses?: {
      restartCount: number;
      state?: { running?: object; waiting?: { reason?: string; message?: string }; terminated?: Ended };
      lastState?: { terminated?: Ended };
    }[];
  };
}

/** The Deployment's Pod with another image and labels that no Service selects: nobody but the pipeline asks it. */
export function computeCandidate(
  { spec: { template } }: Deployment,
  { service, name, image }: { service: string; name: string; image: string },
): CandidatePod {
  const containers = template.spec.containers.map((container) => (container.name === service ? { ...container, image } : container));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: `${service}-candidate` } },
    spec: { ...template.spec, containers },
  };
}

/** What a candidate is doing. `serving`: it answers, rightly or not; `crashed`: its program has ended, which one that serves never does. */
export function decideCandidate({ status }: Pod, answer: Answer): { value: 'serving' | 'crashed' | 'starting'; message: string } {
  const [container] = status?.containerStatuses ?? [];
  const ended = container?.state?.terminated ?? container?.lastState?.terminated;
  if (ended || (container?.restartCount ?? 0) > 0)
    return {
      value: 'crashed',
      message: `its program ended with exit code ${ended?.exitCode ?? 'unknown'} (${ended?.reason ?? 'unknown'})`,
    };
  const waiting = container?.state?.waiting;
  if (waiting?.reason && /^(Err|Image|Invalid|Create)/.test(waiting.reason))
    return { value: 'starting', message: `${waiting.reason}: ${waiting.message ?? ''}` };
  if (!container?.state?.running) return { value: 'starting', message: 'its container does not run yet' };
  if (answer.ok) return { value: 'serving', message: 'it answers' };
  // Until its database is there it answers 503; anything else is an answer, and whether it is right the smoke test says.
  const isStarting = /ServiceUnavailable|starting|503|unable to handle|error trying to reach|refused|no such host|EOF|timeout/i.test(
    answer.error,
  );
  return isStarting ? { value: 'starting', message: answer.error } : { value: 'serving', message: `it answers: ${answer.error}` };
}
