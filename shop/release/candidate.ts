import { setTimeout as pause } from 'node:timers/promises';
import { computeCandidate, type Deployment, decideCandidate, type Pod } from './candidate-pod.ts';
import { expectationFor } from './expectations.ts';
import { kubectl } from './kubectl.ts';

/**
 * Starts one Pod of a new version beside the running ones, where no Service leads users to it, and waits until it serves: `candidate.js NAMESPACE
 * SERVICE POD IMAGE TIMEOUT_SECONDS`. Exit code 1 where its program ends, or does not answer in time. The smoke test and the rollout come after it.
 */
const [namespace = '', service = '', name = '', image = '', seconds = '30'] = process.argv.slice(2);
const { port, path } = expectationFor(service);
const deployment = read<Deployment>(kubectl(['--namespace', namespace, 'get', `deployment/${service}`, '--output', 'json']));
const candidate = computeCandidate(deployment, { service, name, image });
const created = kubectl(['--namespace', namespace, 'create', '--filename', '-'], JSON.stringify(candidate));
if (!created.ok) fail(`it cannot be created: ${created.error}`);
process.stdout.write(`${candidate.metadata.name}: created with ${image}\n`);

/** Of one question: an address that nobody has any more swallows what is sent there. */
const askSeconds = 5;
const answering = `/api/v1/namespaces/${namespace}/pods/${candidate.metadata.name}:${port}/proxy${path}`;
const untilMs = performance.now() + Number(seconds) * 1000;
for (;;) {
  const pod = read<Pod>(kubectl(['--namespace', namespace, 'get', `pod/${candidate.metadata.name}`, '--output', 'json']));
  const asked = kubectl(['get', '--raw', answering, `--request-timeout=${askSeconds}s`]);
  const { value, message } = decideCandidate(pod, asked);
  if (value === 'serving') {
    process.stdout.write(`${candidate.metadata.name}: ${message}\n`);
    break;
  }
  if (value === 'crashed') fail(message);
  if (performance.now() > untilMs) fail(`not within ${seconds} s: ${message}`);
  await pause(200);
}

function read<T>({ ok, out, error }: { ok: boolean; out: string; error: string }): T {
  if (!ok) fail(error);
  return JSON.parse(out) as T;
}

function fail(why: string): never {
  process.stderr.write(`candidate of ${service}: ${why}\n`);
  process.exit(1);
}
