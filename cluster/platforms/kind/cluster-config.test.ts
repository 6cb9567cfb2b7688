import { parse } from 'yaml';
import { assignNodePorts } from '../one-node/node-ports.ts';
import { clusterConfig } from './cluster-config.ts';

test('each port of localhost has a node port of its own', () => {
  expect(assignNodePorts([8083, 8081, 8081])).toEqual({ 8081: 30_081, 8083: 30_082 });
});

test('a cluster has the label of those that shoplab created, its ports on 127.0.0.1, and autoscalers that look as often as asked', () => {
  const [node] = parse(clusterConfig({ nodePorts: { 8081: 30_081 }, autoscalerSyncMs: 5000 })).nodes;
  expect(node).toMatchObject({
    role: 'control-plane',
    labels: { 'shoplab.dev/created': 'true' },
    extraPortMappings: [{ containerPort: 30_081, hostPort: 8081, listenAddress: '127.0.0.1', protocol: 'TCP' }],
  });
  expect(patchesOf(node)).toContainEqual(
    expect.objectContaining({
      kind: 'ClusterConfiguration',
      controllerManager: { extraArgs: { 'horizontal-pod-autoscaler-sync-period': '5000ms' } },
    }),
  );
});

const patchesOf = ({ kubeadmConfigPatches }: { kubeadmConfigPatches: string[] }): object[] =>
  kubeadmConfigPatches.map((patch) => parse(patch));
