import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { KindTestLab } from './platforms/kind/testing/kind-test-lab.ts';

const lab = new KindTestLab();
const manifests = fileURLToPath(new URL('../manifests/', import.meta.url));
beforeAll(() => lab.up('nothing'), 600_000);

describe('the manifests on genuine Kubernetes', () => {
  it.each(['base', 'overlays/async-decoupling/control', 'overlays/async-decoupling/treatment'])(
    '%s is accepted by the real API server, strictly and without a warning',
    async (overlay) => {
      const { stdout, stderr } = await execa('kubectl', [
        '--kubeconfig',
        lab.kubeconfig,
        'apply',
        '--dry-run=server',
        '--validate=strict',
        '-o',
        'name',
        '-k',
        `${manifests}${overlay}`,
      ]);
      expect(stderr).toBe('');
      expect(stdout.split('\n')).toEqual(
        expect.arrayContaining([
          'configmap/shop',
          'secret/shop-database',
          'service/order',
          'deployment.apps/order',
          'deployment.apps/delivery',
          'deployment.apps/product',
          'statefulset.apps/postgres',
          'statefulset.apps/kafka',
          ...(overlay === 'base' ? ['horizontalpodautoscaler.autoscaling/order'] : []),
        ]),
      );
    },
  );

  it('refuses a base with a misspelt field, so that the acceptance above says something', async () => {
    const { stdout } = await execa('kubectl', ['kustomize', `${manifests}base`]);
    const wrong = stdout.replace('readinessProbe:', 'readynessProbe:');
    const refused = await execa('kubectl', ['--kubeconfig', lab.kubeconfig, 'apply', '--dry-run=server', '--validate=strict', '-f', '-'], {
      input: wrong,
      reject: false,
    });
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('unknown field "spec.template.spec.containers[0].readynessProbe"');
  });

  describe('in a namespace that warns of what Pod Security’s level `restricted` forbids', () => {
    const namespace = `restricted-${process.pid}`;
    const kubectl = (...words: string[]) => execa('kubectl', ['--kubeconfig', lab.kubeconfig, ...words]);
    beforeAll(async () => {
      await kubectl('create', 'namespace', namespace);
      await kubectl('label', 'namespace', namespace, 'pod-security.kubernetes.io/warn=restricted');
    });
    afterAll(() => kubectl('delete', 'namespace', namespace));
    const warnings = async (overlay: string): Promise<string> =>
      (await kubectl('apply', '--namespace', namespace, '--dry-run=server', '-k', `${manifests}${overlay}`)).stderr;

    it('overlays/restricted gives no cause to', async () => expect(await warnings('overlays/restricted')).toBe(''));
    it('the base does', async () => expect(await warnings('base')).toContain('would violate PodSecurity "restricted:latest"'));
  });
});
