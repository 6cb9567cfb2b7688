import { onlyInside } from './inside-services.ts';

const metadata = { name: 'order' };
const service = (spec: object) => ({ apiVersion: 'v1', kind: 'Service', metadata, spec });

test('a LoadBalancer is asked for inside alone, with nothing that a ClusterIP may not have', () => {
  const asked = {
    type: 'LoadBalancer',
    selector: { app: 'order' },
    ports: [{ port: 8081, targetPort: 'http', nodePort: 30081 }],
    externalTrafficPolicy: 'Local',
    loadBalancerClass: 'service.k8s.aws/nlb',
    sessionAffinity: 'ClientIP',
  };
  expect(onlyInside([service(asked)])).toEqual([
    service({
      type: 'ClusterIP',
      selector: { app: 'order' },
      ports: [{ port: 8081, targetPort: 'http' }],
      sessionAffinity: 'ClientIP',
    }),
  ]);
});

test('all else stays as it is', () => {
  const others = [
    service({ ports: [{ port: 9092 }] }),
    service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30000 }] }),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { type: 'LoadBalancer' } },
  ];
  expect(onlyInside(others)).toEqual(others);
});
