// A registry of images that lasts as long as it runs, for tests: what `docker push` and the pull of a node ask of one (OCI distribution specification).
import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

/** By digest. */
const blobs = new Map();
/** By `NAME:REFERENCE`, a tag or a digest. */
const manifests = new Map();
const uploads = new Map();
const digestOf = (bytes) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const bytesOf = async (request) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
};

createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://registry');
  const body = await bytesOf(request);
  const answer = (status, headers = {}, bytes = '') => {
    response.writeHead(status, { 'content-length': Buffer.byteLength(bytes), ...headers });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  };
  const missing = () =>
    answer(404, { 'content-type': 'application/json' }, '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"there is none"}]}');
  const [, name, kind, reference = ''] = /^\/v2\/(.+)\/(blobs\/uploads|blobs|manifests)\/?(.*)$/.exec(pathname) ?? [];
  if (name === undefined) return answer(pathname === '/v2/' ? 200 : 404);
  if (kind === 'blobs/uploads') {
    if (request.method === 'POST') {
      const id = randomUUID();
      uploads.set(id, []);
      return answer(202, { location: `/v2/${name}/blobs/uploads/${id}`, range: '0-0' });
    }
    const parts = uploads.get(reference);
    if (!parts) return missing();
    parts.push(body);
    const whole = Buffer.concat(parts);
    if (request.method === 'PATCH') return answer(202, { location: pathname, range: `0-${whole.length - 1}` });
    uploads.delete(reference);
    const digest = digestOf(whole);
    if (digest !== searchParams.get('digest')) return answer(400, {}, 'the digest is another');
    blobs.set(digest, whole);
    return answer(201, { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest });
  }
  if (kind === 'blobs') {
    const blob = blobs.get(reference);
    return blob ? answer(200, { 'docker-content-digest': reference, 'content-type': 'application/octet-stream' }, blob) : missing();
  }
  if (request.method === 'PUT') {
    const made = { bytes: body, type: request.headers['content-type'], digest: digestOf(body) };
    for (const one of [reference, made.digest]) manifests.set(`${name}:${one}`, made);
    return answer(201, { location: `/v2/${name}/manifests/${made.digest}`, 'docker-content-digest': made.digest });
  }
  const found = manifests.get(`${name}:${reference}`);
  return found ? answer(200, { 'content-type': found.type, 'docker-content-digest': found.digest }, found.bytes) : missing();
}).listen(5000);
process.on('SIGTERM', () => process.exit(0));
