import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import Dockerode from 'dockerode';

/** An engine that takes longer to say that it is there has other troubles. */
const answersWithinMs = 5000;

/** Whether the engine is there, as it was when it was last asked. */
export class EngineHealth {
  private readonly engine: Dockerode;
  private turn = makeTurn();
  private down = false;

  constructor(docker: Dockerode) {
    this.engine = onFreshConnections(docker);
  }

  get isDown(): boolean {
    return this.down;
  }

  /** Asks it. Rejects with why it is not there. */
  async ask(): Promise<void> {
    const silence = new AbortController();
    try {
      const tooLong = pause(answersWithinMs, undefined, { signal: silence.signal, ref: false }).then(() =>
        Promise.reject(new Error(`the engine does not answer for ${answersWithinMs / 1000} s`)),
      );
      tooLong.catch(() => undefined); // it is let go of where the engine answers
      await Promise.race([this.engine.ping(), tooLong]);
      this.become(false);
    } catch (error) {
      this.become(true);
      throw error;
    } finally {
      silence.abort();
    }
  }

  /** Resolves when it is down; at once where it is. */
  whenDown(): Promise<void> {
    return this.down ? Promise.resolve() : this.turn.done;
  }

  /** Resolves when it is there; at once where it is. */
  whenUp(): Promise<void> {
    return this.down ? this.turn.done : Promise.resolve();
  }

  private become(down: boolean): void {
    if (this.down === down) return;
    this.down = down;
    const { end } = this.turn;
    this.turn = makeTurn();
    end();
  }
}

/** Done when what is changes. */
function makeTurn(): { done: Promise<void>; end: () => void } {
  let end: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { done, end };
}

/**
 * The same engine, asked by a new connection each time: one that is shutting down serves those that it has, while it ends all containers, and takes
 * no others.
 */
function onFreshConnections({ modem }: Dockerode): Dockerode {
  const { socketPath, host, port, protocol, ca, cert, key } = modem as unknown as Dockerode.DockerOptions;
  const agent = new Agent({ keepAlive: false });
  return new Dockerode({ socketPath, host, port, protocol, ca, cert, key, agent } as Dockerode.DockerOptions);
}
