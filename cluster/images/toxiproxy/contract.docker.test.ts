import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { freePort } from '../free-port.ts';
import { type ToxiproxyUnderTest, toxiproxyContract } from './contract.ts';

const image = 'ghcr.io/shopify/toxiproxy:2.12.0';
const readyWithinMs = 30_000;

async function untilServes(id: string, api: string): Promise<void> {
  const untilMs = performance.now() + readyWithinMs;
  for (;;) {
    const answers = await fetch(`${api}/version`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answers) return;
    if (performance.now() > untilMs) {
      const { all } = await execa('docker', ['logs', '--tail', '20', id], { all: true });
      throw new Error(`${image} did not serve within ${readyWithinMs / 1000} s:\n${all}`);
    }
    await pause(100);
  }
}

/** On the network of this machine, so that it reaches the test's servers, and the test its proxies, whose ports are not known before. */
async function start(): Promise<ToxiproxyUnderTest> {
  const port = await freePort();
  const options = ['--detach', '--label', 'shoplab.dev/test', '--network', 'host'];
  const { stdout: id } = await execa('docker', ['run', ...options, image, '-host=127.0.0.1', `-port=${port}`]);
  const stop = async (): Promise<void> => {
    await execa('docker', ['rm', '--force', '--volumes', id]);
  };
  const api = `http://127.0.0.1:${port}`;
  try {
    await untilServes(id, api);
  } catch (error) {
    await stop();
    throw error;
  }
  return { api, stop };
}

toxiproxyContract(image, start);
