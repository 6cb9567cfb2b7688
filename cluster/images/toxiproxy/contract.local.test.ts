import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { loadImages } from '../images.ts';
import { type ToxiproxyUnderTest, toxiproxyContract } from './contract.ts';

/** As a lab would run it: by the image table, with the arguments of a manifest. */
async function start(): Promise<ToxiproxyUnderTest> {
  const image = loadImages().find('ghcr.io/shopify/toxiproxy:2.12.0');
  if (!image) throw new Error('the image is not known');
  const [, program = ''] = image.command;
  const child = spawn(process.execPath, [program, '-host=127.0.0.1', '-port=0'], {
    cwd: image.folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let address = '';
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as { message: string; address?: string };
    if (said.message !== 'Starting Toxiproxy HTTP server') continue;
    address = said.address ?? '';
    break;
  }
  if (!address) throw new Error('it did not start');
  child.stdout.resume();
  return {
    api: `http://${address}`,
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
    },
  };
}

toxiproxyContract('the embedded one', start);
