// What the platform asks of k3s' API server before it hands the cluster out. Its command line can be read at /command, what was patched at /patched.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';

const here = new URL('.', import.meta.url).pathname;
const [key, cert] = ['key.pem', 'cert.pem'].map((name) => readFileSync(here + name));
const patched = [];
const node = { metadata: { name: 'k3s', labels: { 'shoplab.dev/created': 'true' }, annotations: {} } };
const metrics = { metadata: { name: 'v1beta1.metrics.k8s.io' }, status: { conditions: [{ type: 'Available', status: 'True' }] } };
const answers = {
  '/readyz': 'ok',
  '/api/v1/nodes': { kind: 'NodeList', apiVersion: 'v1', items: [node] },
  '/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io': metrics,
  '/command': process.argv.slice(2),
};
createServer({ key, cert }, async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const { pathname } = new URL(request.url, 'https://k3s');
  if (request.method === 'PATCH') {
    patched.push({ path: pathname, body: JSON.parse(body) });
    const merged = Object.entries({ ...node.metadata.annotations, ...patched.at(-1).body.metadata.annotations });
    node.metadata.annotations = Object.fromEntries(merged.filter(([, value]) => value !== null));
  }
  const answer = pathname === '/patched' ? patched : request.method === 'PATCH' ? node : answers[pathname];
  response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(typeof answer === 'string' ? answer : JSON.stringify(answer ?? { kind: 'Status', code: 404 }));
}).listen(6443, () => {
  mkdirSync('/etc/rancher/k3s', { recursive: true });
  writeFileSync(
    '/etc/rancher/k3s/k3s.yaml',
    `apiVersion: v1
kind: Config
current-context: default
clusters:
- name: default
  cluster:
    insecure-skip-tls-verify: true
    server: https://127.0.0.1:6443
users:
- name: default
  user:
    token: stand-in
contexts:
- name: default
  context:
    cluster: default
    user: default
`,
  );
  console.log('level=info msg="Node controller sync successful"');
});
process.on('SIGTERM', () => process.exit(0));
