import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { request } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Main of the Pod that deletes the namespace it runs in when nobody renews its Lease any more. Renewals are timed by this Pod's own clock, from when a
 * new one is seen: nobody's clock has to agree with another's. While the API server does not answer nobody can renew, so that time does not count;
 * a Lease that is gone is one that nobody renews. It is Ready while it gets through to the API server and may read its Lease: a switch that does
 * neither is none.
 */
const folder = '/var/run/secrets/kubernetes.io/serviceaccount';
const lookEveryMs = 2000;
const answerWithinMs = 5000;
const readyForMs = 15_000;
const namespace = readFileSync(`${folder}/namespace`, 'utf8').trim();
const leasePath = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${process.env.LEASE}`;

interface Lease {
  spec?: { renewTime?: string; leaseDurationSeconds?: number };
}

let renewTime: string | undefined;
let expiresAfterMs = 30_000;
let seenMs = performance.now();
let gotThroughMs = Number.NEGATIVE_INFINITY;

createServer((_request, response) => {
  response.writeHead(performance.now() - gotThroughMs < readyForMs ? 200 : 503).end();
}).listen(Number(process.env.PORT));

for (;;) {
  const lookedMs = performance.now();
  try {
    const lease = await readLease();
    gotThroughMs = performance.now();
    if (lease && lease.spec?.renewTime !== renewTime) {
      renewTime = lease.spec?.renewTime;
      expiresAfterMs = (lease.spec?.leaseDurationSeconds ?? 30) * 1000;
      seenMs = gotThroughMs;
    } else if (gotThroughMs - seenMs > expiresAfterMs) {
      console.log(`nobody has renewed the Lease since ${renewTime}: deleting namespace ${namespace}`);
      await ask('DELETE', `/api/v1/namespaces/${namespace}`);
      // Nothing in it is of use any more, so nobody waits for a grace period; this Pod goes with the others.
      await ask('DELETE', `/api/v1/namespaces/${namespace}/pods?gracePeriodSeconds=0`);
    }
    await pause(lookEveryMs);
  } catch (error) {
    console.log((error as Error).message);
    await pause(lookEveryMs);
    seenMs += performance.now() - lookedMs;
  }
}

async function readLease(): Promise<Lease | undefined> {
  const { status, text } = await ask('GET', leasePath, [404]);
  return status === 404 ? undefined : (JSON.parse(text) as Lease);
}

/** Rejects where nobody answers, and on a status of 300 and more that is not `expected`. */
function ask(method: string, path: string, expected: number[] = []): Promise<{ status: number; text: string }> {
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
        answer.on('end', () => {
          const status = answer.statusCode ?? 500;
          if (status < 300 || expected.includes(status)) resolve({ status, text });
          else reject(new Error(`${method} ${path}: ${status} ${text.slice(0, 200)}`));
        });
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`${method} ${path}: no answer within ${answerWithinMs / 1000} s`)));
    sent.on('error', reject);
    sent.end();
  });
}
