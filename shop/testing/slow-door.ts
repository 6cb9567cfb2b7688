import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { freePort } from './free-port.ts';

/**
 * For tests: stands before delivery. `late`: delivery gets the request at once, and whoever asked has its answer after a second. `never`:
 * likewise, but the answer waits for `letGo`. `refused`: 500, and delivery does not hear of it.
 */
export class SlowDoor {
  readonly url: string;
  /** Headers of every request that came. */
  readonly seen: IncomingHttpHeaders[] = [];
  answers: 'at once' | 'late' | 'never' | 'refused' = 'at once';
  private readonly server: Server;
  private held: (() => void)[] = [];

  private constructor(behind: string, port: number) {
    this.url = `http://127.0.0.1:${port}`;
    this.server = createServer(async (request, response) => {
      this.seen.push(request.headers);
      const manner = this.answers;
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (manner === 'refused') return void response.writeHead(500).end();
      const { 'x-correlation-id': id } = request.headers;
      const answer = await fetch(behind + request.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-correlation-id': String(id) },
        body: Buffer.concat(chunks),
      });
      const body = await answer.text();
      const say = () => void sayIfOpen(response, answer.status, body);
      if (manner === 'late') setTimeout(say, 1000);
      else if (manner === 'never' && this.answers === 'never') this.held.push(say);
      else say();
    }).listen(port, '127.0.0.1');
  }

  static async open(behind: string): Promise<SlowDoor> {
    const door = new SlowDoor(behind, await freePort());
    await once(door.server, 'listening');
    return door;
  }

  /** Answers what was held, and from now on at once. */
  letGo(): void {
    this.answers = 'at once';
    for (const say of this.held.splice(0)) say();
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}

function sayIfOpen(response: ServerResponse, status: number, body: string): void {
  if (!response.destroyed) response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}
