import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const program = fileURLToPath(new URL('registry.mjs', import.meta.url));

/** As Docker and containerd both take `localhost:PORT` for a registry without TLS: in the node, too, something answers there. */
const forwarder = (port: string, container: string): string =>
  `require('net').createServer((from) => { const to = require('net').connect(5000, '${container}'); from.pipe(to).pipe(from);
   from.on('error', () => to.destroy()); to.on('error', () => from.destroy()); }).listen(${port}, '127.0.0.1')`;

export interface TestRegistry {
  /** As an image's name begins with: `localhost:PORT`. */
  name: string;
  /** Whether it has an image, by its path and tag: `apache/kafka:4.1.2`. */
  has(image: string): Promise<boolean>;
  remove(): Promise<void>;
}

/** A registry in a container, which this machine and the node of that kind cluster, if there is one, reach by one name; `remove` ends it, and takes its names from the engine's images. */
export async function startRegistry(name: string, kindCluster?: string): Promise<TestRegistry> {
  const container = `${name}-registry`;
  const inNode = `${container}-in-node`;
  const run = ['run', '--detach', '--rm', '--name'];
  const remove = async (): Promise<void> => void (await execa('docker', ['rm', '--force', container, inNode]));
  try {
    const network = kindCluster === undefined ? 'bridge' : 'kind';
    const place = ['--network', network, '--publish', '127.0.0.1::5000', 'node:24-slim'];
    await execa('docker', [...run, container, ...place, 'node', '--input-type=module', '--eval', readFileSync(program, 'utf8')]);
    const { stdout: published } = await execa('docker', ['port', container, '5000/tcp']);
    const port = published.split(':').at(-1) ?? '';
    if (kindCluster !== undefined) {
      const address = '{{(index .NetworkSettings.Networks "kind").IPAddress}}';
      const { stdout: ip } = await execa('docker', ['inspect', '--format', address, container]);
      const besideNode = ['--network', `container:${kindCluster}-control-plane`, 'node:24-slim'];
      await execa('docker', [...run, inNode, ...besideNode, 'node', '--eval', forwarder(port, ip)]);
    }
    const has = async (image: string): Promise<boolean> =>
      (await fetch(`http://127.0.0.1:${port}/v2/${image.replace(/:([^:]+)$/, '/manifests/$1')}`)).ok;
    const registry = `localhost:${port}`;
    const removeAll = async (): Promise<void> => {
      await remove();
      const { stdout: images } = await execa('docker', ['images', '--format', '{{.Repository}}:{{.Tag}}']);
      const named = images.split('\n').filter((image) => image.startsWith(`${registry}/`));
      if (named.length > 0) await execa('docker', ['rmi', ...named]);
    };
    return { name: registry, has, remove: removeAll };
  } catch (error) {
    await remove();
    throw error;
  }
}
