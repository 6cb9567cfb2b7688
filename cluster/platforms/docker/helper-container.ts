import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { Place } from '../../dial.ts';
import { type ContainerRuntimeOptions, helperImage } from '../../kubelet/runtimes/container/container-options.ts';
import { ignoreGone } from './engine.ts';
import { beginning } from './in-network/input-lines.ts';
import { publish, publishedAt } from './publish.ts';

export interface HelperOptions extends Pick<ContainerRuntimeOptions, 'docker' | 'labels' | 'network' | 'inTurn'> {
  /** Address in the network. */
  address: string;
  name: string;
  /** Of the programs in in-network/. */
  program: 'dns-relay' | 'pod-relay' | 'service-proxy';
  /** A port that it is to listen on, which is published on this machine. */
  port?: number;
  /** A line that it wrote, after `ready`. */
  onLine(line: string): void;
}

/** A container that runs a small program of ours inside the lab's network, and is spoken with over its stdin and stdout. */
export interface HelperContainer {
  /** Where its published port is. */
  readonly published?: Place;
  write(line: string): void;
  stop(): Promise<void>;
}

/** Starts one; resolves when it is ready. Rejects with what it wrote where it ends before. */
export async function startHelper({
  docker,
  labels,
  network,
  address,
  name,
  program,
  port,
  inTurn,
  onLine,
}: HelperOptions): Promise<HelperContainer> {
  const published = port === undefined ? undefined : publish(port);
  const container = await docker.createContainer({
    name,
    Image: helperImage,
    // The text of the program itself: nothing has to be copied in, so the engine may be on another machine.
    Cmd: ['node', '--input-type=module', '--eval', readFileSync(bundleOf(program), 'utf8')],
    OpenStdin: true,
    StdinOnce: true,
    Labels: labels,
    Env: port === undefined ? [] : [`PORT=${port}`],
    ExposedPorts: published?.ExposedPorts ?? {},
    HostConfig: { NetworkMode: network, ...published?.HostConfig },
    NetworkingConfig: { EndpointsConfig: { [network]: { IPAMConfig: { IPv4Address: address } } } },
  });
  try {
    const stream = await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
    const [out, complaints] = [new PassThrough(), new PassThrough()];
    docker.modem.demuxStream(stream, out, complaints);
    let complaint = '';
    complaints.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(-2000);
    });
    stream.once('close', () => out.end());
    const lines = createInterface({ input: out });
    const ready = Promise.race([
      once(lines, 'line'),
      once(lines, 'close').then(() =>
        Promise.reject(new Error(`container ${name} ended at once: ${complaint.trim() || 'it wrote nothing'}`)),
      ),
    ]);
    await inTurn(() => container.start());
    await ready;
    // On a line of its own: Podman's begins with the body of the request that attached.
    stream.write(`\n${beginning}\n`);
    lines.on('line', onLine);
    return {
      ...(port !== undefined && { published: await publishedAt(container, port) }),
      write: (line) => void stream.write(`${line}\n`),
      stop: async () => {
        await inTurn(() => container.remove({ force: true, v: true }).catch(ignoreGone));
        stream.end();
      },
    };
  } catch (error) {
    await inTurn(() => container.remove({ force: true, v: true }).catch(ignoreGone));
    throw error;
  }
}

/** Tests run from the sources; what is started is the build. */
const bundleOf = (program: string): string =>
  fileURLToPath(new URL(`../../../bundles/in-network/${program}.mjs`, import.meta.url)).replace(
    /^(.*?)(\/dist)?\/bundles\//,
    '$1/dist/bundles/',
  );
