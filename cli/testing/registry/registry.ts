import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const program = fileURLToPath(new URL('registry.mjs', import.meta.url));

/** A registry in a container, which this machine and the node of a kind cluster reach by one name; `remove` ends it. */
export async function startRegistry(kindCluster: string): Promise<{ name: string; remove(): Promise<void> }> {
  const container = `${kindCluster}-registry`;
  const text = readFileSync(program, 'utf8');
  const run = ['run', '--detach', '--rm', '--name', container, '--network', 'kind', '--publish', '127.0.0.1::5000', 'node:24-slim'];
  await execa('docker', [...run, 'node', '--input-type=module', '--eval', text]);
  const remove = async (): Promise<void> => void (await execa('docker', ['rm', '--force', container]));
  try {
    return { name: await nameFor(kindCluster, container), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function nameFor(kindCluster: string, container: string): Promise<string> {
  const { stdout } = await execa('docker', ['port', container, '5000/tcp']);
  const name = `localhost:${stdout.split(':').at(-1)}`;
  // As kind's documentation has it for a registry of this machine.
  const hosts = `/etc/containerd/certs.d/${name}`;
  const node = `${kindCluster}-control-plane`;
  await execa('docker', ['exec', node, 'mkdir', '-p', hosts]);
  await execa('docker', ['exec', '--interactive', node, 'cp', '/dev/stdin', `${hosts}/hosts.toml`], {
    input: `[host."http://${container}:5000"]\n`,
  });
  return name;
}
