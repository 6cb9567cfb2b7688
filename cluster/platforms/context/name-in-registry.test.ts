import { nameInRegistry } from './name-in-registry.ts';

const id = 'sha256:0123456789abcdef0123456789abcdef';
const ofContent = 'content-0123456789abcdef';

test.each([
  ['node:24-slim', 'node', '24-slim'],
  ['apache/kafka:4.1.2', 'apache/kafka', '4.1.2'],
  ['ghcr.io/shopify/toxiproxy:2.12.0', 'shopify/toxiproxy', '2.12.0'],
  ['localhost:5000/team/k6:1', 'team/k6', '1'],
  ['localhost/k6:1', 'k6', '1'],
  ['grafana/k6:latest', 'grafana/k6', ofContent],
  ['grafana/k6', 'grafana/k6', ofContent],
  ['grafana/k6:2.3.0@sha256:ab', 'grafana/k6', ofContent],
])('%s is %s:%s there', (image, path, newTag) => {
  expect(nameInRegistry('registry.example/team', image, id)).toEqual({ name: image, newName: `registry.example/team/${path}`, newTag });
});
