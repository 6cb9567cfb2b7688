import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Main of the Pod that deletes the namespace it runs in when nobody renews its Lease any more. Renewals are timed by this Pod's own clock, from when a
 * new one is seen: nobody's clock has to agree with another's. While the API server does not answer nobody can renew, so that time does not count.
 */
const folder = '/var/run/secrets/kubernetes.io/serviceaccount';
const lookEveryMs = 2000;
const answerWithinMs = 5000;
const namespace = readFileSync(`${folder}/namespace`, 'utf8').trim();
const leasePath = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${process.env.LEASE}`;

interface Lease {
  spec?: { renewTime?: string; leaseDurationSeconds?: number };
}

let renewTime: string | undefined;
let seenMs = performance.now();
for (;;) {
  const lookedMs = performance.now();
  await pause(lookEveryMs);
  try {
    const { spec } = JSON.parse(await ask('GET', leasePath)) as Lease;
    if (spec?.renewTime !== renewTime) {
      renewTime = spec?.renewTime;
      seenMs = performance.now();
    } else if (performance.now() - seenMs > (spec?.leaseDurationSeconds ?? 30) * 1000) {
      console.log(`nobody has renewed the Lease since ${renewTime}: deleting namespace ${namespace}`);
      await ask('DELETE', `/api/v1/namespaces/${namespace}`);
      // Nothing in it is of use any more, so nobody waits for a grace period; this Pod goes with the others.
      await ask('DELETE', `/api/v1/namespaces/${namespace}/pods?gracePeriodSeconds=0`);
    }
  } catch (error) {
    console.log((error as Error).message);
    seenMs += performance.now() - lookedMs;
  }
}

function ask(method: string, path: string): Promise<string> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host,
        port,
        path,
        method,
        // Both are renewed while the Pod runs.
        ca: readFileSync(`${folder}/ca.crt`),
        headers: { authorization: `Bearer ${readFileSync(`${folder}/token`, 'utf8')}` },
        timeout: answerWithinMs,
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        answer.on('error', reject);
        answer.on('end', () =>
          (answer.statusCode ?? 500) < 300
            ? resolve(text)
            : reject(new Error(`${method} ${path}: ${answer.statusCode} ${text.slice(0, 200)}`)),
        );
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`${method} ${path}: no answer within ${answerWithinMs / 1000} s`)));
    sent.on('error', reject);
    sent.end();
  });
}
