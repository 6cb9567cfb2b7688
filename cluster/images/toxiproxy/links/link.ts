import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { pass } from '../toxics/noop.ts';
import { type PlacedToxic, runToxic } from '../toxics/placed-toxic.ts';
import type { Direction } from '../toxics/toxic.ts';
import { Channel } from './channel.ts';
import type { Chunk } from './chunk.ts';
import { closeSocket, resetOnClose } from './close-socket.ts';
import { Stub } from './stub.ts';

/** Where a connection does not take its data, a toxic is removed from it all the same after so long. */
const flushWithinMs = 5000;

/**
 * One direction of one connection: what is read from one socket passes all toxics, in their order, and is written to the other. The first place
 * is always free, so that there is something to hold on to when toxics come and go.
 */
export class Link {
  readonly direction: Direction;
  /** Resolves when nothing passes here any more. */
  readonly over: Promise<void>;
  private readonly first = new Channel<Chunk>();
  private readonly stubs: Stub[] = [];
  private readonly toxics: PlacedToxic[];

  constructor(direction: Direction, toxics: readonly PlacedToxic[], source: Socket, destination: Socket) {
    this.direction = direction;
    this.toxics = [...toxics];
    let input = this.first;
    for (let place = 0; place <= toxics.length; place += 1) {
      const output = new Channel<Chunk>(toxics[place]?.kind.bufferSize);
      const stub = new Stub(input, output);
      this.stubs.push(stub);
      const toxic = toxics[place - 1];
      if (toxic?.kind.newState) stub.state = toxic.kind.newState();
      if (toxic?.kind.resets) for (const socket of [source, destination]) resetOnClose(socket);
      input = output;
    }
    for (const place of this.stubs.keys()) this.start(place);
    void this.read(source);
    this.over = this.write(input, destination);
  }

  /** At the end of the chain. */
  async add(toxic: PlacedToxic): Promise<void> {
    const before = this.stubs.at(-1) as Stub;
    const between = new Channel<Chunk>(toxic.kind.bufferSize);
    const stub = new Stub(between, before.output);
    if (toxic.kind.newState) stub.state = toxic.kind.newState();
    if (!(await before.interrupt())) return;
    before.output = between;
    this.stubs.push(stub);
    this.toxics.push(toxic);
    this.start(this.stubs.length - 1);
    this.start(this.stubs.length - 2);
  }

  /** Its settings have changed. */
  async update(toxic: PlacedToxic): Promise<void> {
    const place = this.toxics.indexOf(toxic) + 1;
    if (place > 0 && (await this.stubs[place]?.interrupt())) this.start(place);
  }

  /** What waits in the toxic goes on at once. */
  async remove(toxic: PlacedToxic): Promise<void> {
    const place = this.toxics.indexOf(toxic) + 1;
    const [stub, before] = [this.stubs[place], this.stubs[place - 1]];
    if (place === 0 || !stub || !before || !(await stub.interrupt())) return;
    toxic.kind.cleanUp?.(stub);
    if (stub.closed || !(await this.drain(stub, before))) return;
    before.output = stub.output;
    this.stubs.splice(place, 1);
    this.toxics.splice(place - 1, 1);
    this.start(place - 1);
  }

  private start(place: number): void {
    const [stub, toxic] = [this.stubs[place], this.toxics[place - 1]];
    if (stub && toxic) runToxic(toxic, stub);
    else stub?.run(pass);
  }

  /** Interrupts what comes before a stub, which may be waiting for the stub to take something. False: the connection has ended meanwhile. */
  private async drain(stub: Stub, before: Stub): Promise<boolean> {
    let isStopped = false;
    const stopped = before.interrupt().then((alive) => {
      isStopped = true;
      return alive;
    });
    while (!isStopped) {
      const chunk = await new Promise<Chunk | null | undefined>((resolve) => {
        const giveUp = stub.input.take(resolve);
        void stopped.then(() => {
          giveUp();
          resolve(undefined);
        });
      });
      if (chunk === null) {
        stub.close();
        return false;
      }
      if (chunk) await this.flush(stub, chunk);
    }
    for (let chunk = stub.input.shift(); chunk; chunk = stub.input.shift()) await this.flush(stub, chunk);
    return stopped;
  }

  private async flush(stub: Stub, chunk: Chunk): Promise<void> {
    const waiting = new AbortController();
    const { signal } = waiting;
    await Promise.race([stub.send(chunk), pause(flushWithinMs, undefined, { signal }).catch(() => undefined)]);
    waiting.abort();
  }

  private async read(source: Socket): Promise<void> {
    try {
      // The other direction still writes to it.
      for await (const data of source.iterator({ destroyOnReturn: false })) {
        await this.first.send({ data: data as Buffer, atMs: performance.now() });
      }
    } catch {
      // Reset by its peer, or closed by the other direction: the end of what can be read, whatever its reason.
    }
    this.first.close();
  }

  private async write(last: Channel<Chunk>, destination: Socket): Promise<void> {
    for (;;) {
      const chunk = await new Promise<Chunk | null>((resolve) => void last.take(resolve));
      const isWritten = chunk !== null && (await new Promise<boolean>((resolve) => destination.write(chunk.data, (e) => resolve(!e))));
      if (!isWritten) break;
    }
    closeSocket(destination);
    // Whoever still waits to change the toxics here is let go.
    for (const stub of this.stubs) stub.close();
  }
}
