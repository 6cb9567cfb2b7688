import { planStandIn, standInPod, toxiproxyImage, upstreamService } from './stand-in.ts';

const spec = {
  type: 'LoadBalancer',
  clusterIP: '10.0.0.7',
  selector: { app: 'delivery' },
  ports: [{ name: 'http', protocol: 'TCP', port: 8082, targetPort: 'http', nodePort: 30_123 }],
};

test('a Pod takes the place of the Service’s own, whose ports it has by number or by name', () => {
  const plan = planStandIn('delivery', { ...spec, ports: [...spec.ports, { name: 'api', port: 80, targetPort: 8474 }] }, { seed: 7 });
  expect(plan).toMatchObject({ upstream: 'delivery-upstream', pod: 'delivery-toxiproxy', apiPort: 8475 });
  expect(plan.proxies).toEqual([
    { name: 'http', listen: '0.0.0.0:28474', upstream: 'delivery-upstream:8082' },
    { name: 'api', listen: '0.0.0.0:8474', upstream: 'delivery-upstream:80' },
  ]);
  expect(standInPod(plan, 'registry.example/shopify/toxiproxy:1')).toMatchObject({
    metadata: { name: 'delivery-toxiproxy', labels: { 'shoplab.dev/toxic-proxy': 'delivery' } },
    spec: {
      containers: [
        {
          image: 'registry.example/shopify/toxiproxy:1',
          args: ['-host=0.0.0.0', '-port=8475', '-seed=7'],
          ports: [{ containerPort: 8475 }, { containerPort: 28_474, name: 'http' }, { containerPort: 8474 }],
        },
      ],
    },
  });
});

test('it is secured as the Pods behind the Service are, and nobody’s where they may not be root’s', () => {
  const security = {
    pod: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    container: { allowPrivilegeEscalation: false },
  };
  expect(standInPod(planStandIn('delivery', spec, { seed: 7, security }), toxiproxyImage)).toMatchObject({
    spec: {
      securityContext: { runAsNonRoot: true, runAsUser: 65_534, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{ securityContext: { allowPrivilegeEscalation: false } }],
    },
  });
});

test('the second Service is as the first, inside the cluster alone, and goes with the Pod', () => {
  expect(upstreamService(planStandIn('delivery', spec, { seed: 7 }), 'u-1')).toMatchObject({
    metadata: { name: 'delivery-upstream', ownerReferences: [{ kind: 'Pod', name: 'delivery-toxiproxy', uid: 'u-1' }] },
    spec: { selector: { app: 'delivery' }, ports: [{ name: 'http', protocol: 'TCP', port: 8082, targetPort: 'http' }] },
  });
});

test.each([
  [{ ...spec, type: 'ExternalName' }, 'it is an ExternalName'],
  [{ ...spec, selector: {} }, 'it has no selector'],
  [{ ...spec, clusterIP: 'None' }, 'it is headless'],
  [{ ...spec, selector: { 'shoplab.dev/toxic-proxy': 'delivery' } }, 'another stands there already'],
  [{ ...spec, ports: [{ port: 53, protocol: 'UDP' }] }, 'port 53 is UDP'],
])('%j cannot have one', (wrong, why) => {
  expect(() => planStandIn('delivery', wrong, { seed: 7 })).toThrow(`in front of Service delivery: ${why}`);
});
