import { onlyInside } from './inside-services.ts';

const metadata = { name: 'order' };
const service = (spec: object) => ({ apiVersion: 'v1', kind: 'Service', metadata, spec });

test('a LoadBalancer is asked for inside alone, with nothing that a ClusterIP may not have', () => {
  const inside = { selector: { app: 'order' }, sessionAffinity: 'ClientIP', externalIPs: ['192.0.2.1'] };
  const given = {
    ...service({
      ...inside,
      type: 'LoadBalancer',
      ports: [{ port: 8081, targetPort: 'http', nodePort: 30081 }],
      allocateLoadBalancerNodePorts: false,
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 30099,
      loadBalancerClass: 'service.k8s.aws/nlb',
      loadBalancerIP: '192.0.2.2',
      loadBalancerSourceRanges: ['192.0.2.0/24'],
    }),
    metadata: { ...metadata, annotations: { 'service.beta.kubernetes.io/load-balancer-source-ranges': '192.0.2.0/24', team: 'shop' } },
  };
  expect(onlyInside([given])).toEqual([
    {
      ...service({ ...inside, type: 'ClusterIP', ports: [{ port: 8081, targetPort: 'http' }] }),
      metadata: { ...metadata, annotations: { team: 'shop' } },
    },
  ]);
});

test('all else stays as it is', () => {
  const others = [
    service({ ports: [{ port: 9092 }] }),
    service({ type: 'LoadBalancer', clusterIP: 'None', ports: [{ port: 80 }] }),
    service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30000 }] }),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { type: 'LoadBalancer' } },
  ];
  expect(onlyInside(others)).toEqual(others);
});
