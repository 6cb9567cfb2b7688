import { execa } from 'execa';
import pg from 'pg';
import { freePort } from '../free-port.ts';
import { postgresContract, type ServerUnderTest } from './contract.ts';

const image = 'postgres:18';

/** A published port accepts before the server listens, and the image serves once while it makes its databases: only the last start counts. */
async function untilServes(id: string, port: number): Promise<void> {
  const until = Date.now() + 60_000;
  for (;;) {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', password: 'secret' });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return;
    } catch (error) {
      if (Date.now() > until)
        throw new Error(`${image} did not serve: ${(await execa('docker', ['logs', '--tail', '20', id])).stderr}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 100));
    } finally {
      await client.end();
    }
  }
}

async function start(): Promise<ServerUnderTest> {
  const port = await freePort();
  const publish = `127.0.0.1:${port}:5432`;
  const { stdout: id } = await execa('docker', [
    'run',
    '--detach',
    '--label',
    'shoplab.dev/test',
    '--publish',
    publish,
    '--env',
    'POSTGRES_PASSWORD=secret',
    image,
  ]);
  const stop = async (): Promise<void> => {
    await execa('docker', ['rm', '--force', '--volumes', id]);
  };
  try {
    await untilServes(id, port);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    host: '127.0.0.1',
    port,
    kill: async () => {
      await execa('docker', ['kill', '--signal', 'KILL', id], { reject: false });
      await execa('docker', ['wait', id]);
    },
    restart: async () => {
      await execa('docker', ['start', id]);
      await untilServes(id, port);
    },
    stop,
  };
}

postgresContract(image, start);
