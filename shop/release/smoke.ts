import { expectationFor } from './expectations.ts';
import { kubectl } from './kubectl.ts';

/**
 * Asks what a user asks, and compares with the answer that is known: `smoke.js NAMESPACE SERVICE pods/NAME|services/NAME`, through the API
 * server's proxy, so that it works wherever kubectl does. Exit code 1 where the answer is wrong.
 */
const [namespace = '', service = '', target = ''] = process.argv.slice(2);
const { port, path, wrong } = expectationFor(service);
/** Who takes longer has not answered. */
const answerSeconds = 10;
const asked = `/api/v1/namespaces/${namespace}/${target}:${port}/proxy${path}`;
const { ok, out, error } = kubectl(['get', '--raw', asked, `--request-timeout=${answerSeconds}s`]);
const complaint = ok ? wrong(parse(out)) : error;
if (complaint !== undefined) {
  process.stderr.write(`smoke test of ${target}: GET ${path}: ${complaint}\n`);
  process.exit(1);
}
process.stdout.write(`smoke test of ${target}: GET ${path} is answered rightly\n`);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // what is not JSON is a wrong answer, and is told as it came
  }
}
