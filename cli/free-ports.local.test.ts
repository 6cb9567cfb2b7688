import { once } from 'node:events';
import { createServer } from 'node:net';
import { localhostPorts, requireFreePorts } from './free-ports.ts';

test('LoadBalancer Services listen on localhost, others do not', () => {
  const service = (name: string, type: string, port: number) => ({
    kind: 'Service',
    metadata: { name },
    spec: { type, ports: [{ port }] },
  });
  expect(
    localhostPorts([
      service('order', 'LoadBalancer', 8081),
      service('kafka', 'ClusterIP', 9092),
      { kind: 'Secret', metadata: { name: 's' } },
    ]),
  ).toEqual([{ service: 'order', port: 8081 }]);
});

test('a taken port is named with its Service, a free one is not', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await expect(requireFreePorts([{ service: 'order', port }])).rejects.toMatchObject({
    name: 'PlatformUnavailable',
    message: `a port is taken by another program: 127.0.0.1:${port} (Service order)`,
  });
  server.close();
  await once(server, 'close');
  await expect(requireFreePorts([{ service: 'order', port }])).resolves.toBeUndefined();
});
