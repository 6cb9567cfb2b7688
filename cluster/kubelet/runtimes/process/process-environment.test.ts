import { LabNetwork } from '../../../network.ts';
import type { StartRequest } from '../runtime.ts';
import { preloadUrl } from './preload-url.ts';
import { processEnvironment } from './process-environment.ts';

const request: StartRequest = {
  id: 'abc',
  podUid: 'u',
  namespace: 'shop',
  podIP: '127.37.1.4',
  hostname: 'web-x',
  name: 'app',
  image: 'me/app',
  env: { COLOUR: 'red', NODE_OPTIONS: '--max-old-space-size=64', SHOPLAB_POD_IP: 'forged' },
  mounts: [{ mountPath: '/data', hostPath: '/var/lab/data' }],
  terminationLog: { mountPath: '/dev/termination-log', hostPath: '/var/lab/words' },
  log: { write: () => {} },
};
const machine = {
  PATH: '/bin',
  HOME: '/home/me',
  TMPDIR: '/tmp/x',
  AWS_SECRET: 's',
  NODE_OPTIONS: '--inspect',
  SHOPLAB_TEST_RUN: 'r',
  XDG_STATE_HOME: '/s',
};

test('the manifest’s variables, what a process needs of the machine, what the lab says, and nothing else', () => {
  expect(processEnvironment(request, machine, new LabNetwork('127.37'), undefined)).toEqual({
    PATH: '/bin',
    HOME: '/home/me',
    TMPDIR: '/tmp/x',
    SHOPLAB_TEST_RUN: 'r',
    XDG_STATE_HOME: '/s',
    HOSTNAME: 'web-x',
    COLOUR: 'red',
    NODE_OPTIONS: '--max-old-space-size=64',
    SHOPLAB_POD_IP: '127.37.1.4',
    SHOPLAB_DNS: '127.37.0.10:10053',
    SHOPLAB_NAMESPACE: 'shop',
    SHOPLAB_MOUNTS: '{"/data":"/var/lab/data","/dev/termination-log":"/var/lab/words"}',
    SHOPLAB_CONTAINER: 'abc',
  });
});

test('a Node program gets the preload beside its own options', () => {
  const env = processEnvironment(request, machine, new LabNetwork('127.37'), 'file:///opt/pre%20load.js');
  expect(env.NODE_OPTIONS).toBe('--max-old-space-size=64 --import file:///opt/pre%20load.js');
});

test('the preload is the compiled one, also where the sources run', () => {
  const folder = 'file:///x/cluster/kubelet/runtimes/process';
  expect(preloadUrl(`${folder}/preload-url.ts`)).toBe('file:///x/dist/cluster/kubelet/runtimes/process/preload.js');
  expect(preloadUrl('file:///x/dist/cluster/kubelet/runtimes/process/preload-url.js')).toBe(
    'file:///x/dist/cluster/kubelet/runtimes/process/preload.js',
  );
});
