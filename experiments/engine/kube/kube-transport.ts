import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import https, { type RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { LineSplitter } from '../line-splitter.ts';

const answerWithinMs = 30_000;

/** HTTP to the API server of a kubeconfig, over kept-alive connections. */
export class KubeTransport {
  /** What it was opened with, for clients of other protocols. */
  readonly config: KubeConfig;
  private readonly server: URL;
  private readonly options: () => Promise<RequestOptions>;
  private readonly agent: http.Agent;

  private constructor(config: KubeConfig, server: URL, agent: http.Agent, options: () => Promise<RequestOptions>) {
    this.config = config;
    this.server = server;
    this.agent = agent;
    this.options = options;
  }

  /** @kubernetes/client-node knows every way to get credentials; it takes half a second to import, so it is imported here. */
  static async open(kubeconfig: string): Promise<KubeTransport> {
    const { KubeConfig } = await import('@kubernetes/client-node');
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const cluster = config.getCurrentCluster();
    if (!cluster) throw new Error(`${kubeconfig} has no current context with a cluster`);
    const server = new URL(cluster.server);
    const credentials = async (): Promise<RequestOptions> => {
      const options: RequestOptions = {};
      await config.applyToHTTPSOptions(options);
      return options;
    };
    const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername, agent: given } = await credentials();
    const own = { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername, keepAlive: true, maxFreeSockets: 4 };
    // Behind a proxy only the given agent knows the way.
    const agent =
      cluster.proxyUrl && given instanceof http.Agent
        ? given
        : server.protocol === 'http:'
          ? new http.Agent({ keepAlive: true })
          : new https.Agent(Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)));
    return new KubeTransport(config, server, agent, credentials);
  }

  /** The whole answer. Rejects where none comes within 30 s, or before the caller's signal aborts. */
  async send(
    method: string,
    path: string,
    body: unknown,
    contentType: string,
    given?: AbortSignal,
  ): Promise<{ status: number; text: string }> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers: Record<string, string> =
      text === undefined ? {} : { 'content-type': contentType, 'content-length': String(Buffer.byteLength(text)) };
    const timeout = AbortSignal.timeout(answerWithinMs);
    const signal = given ? AbortSignal.any([timeout, given]) : timeout;
    try {
      const response = await this.exchange(method, path, headers, text, signal);
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') };
    } catch (error) {
      const why = timeout.aborted ? `no answer within ${answerWithinMs / 1000} s` : (error as Error).message;
      throw new Error(`the API server at ${this.server.origin} does not answer ${method} ${path}: ${why}`, { cause: error });
    }
  }

  /** A watch: its lines, until it ends or the signal aborts. */
  async *lines(path: string, signal: AbortSignal): AsyncGenerator<string> {
    const response = await this.exchange('GET', path, {}, undefined, signal);
    if (response.statusCode !== 200) {
      response.resume();
      throw new Error(`watch ${path} answered ${response.statusCode}`);
    }
    // Not readline: it does not tell of a connection that breaks.
    const lines = new LineSplitter();
    for await (const chunk of response) yield* lines.push(chunk as Buffer).filter((line) => line !== '');
  }

  close(): void {
    this.agent.destroy();
  }

  private async exchange(
    method: string,
    path: string,
    headers: Record<string, string>,
    body: string | undefined,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const credentials = await this.options();
    const options: RequestOptions = {
      ...credentials,
      agent: this.agent,
      method,
      signal,
      protocol: this.server.protocol,
      hostname: this.server.hostname.replace(/^\[|\]$/g, ''),
      port: this.server.port,
      path: `${this.server.pathname.replace(/\/$/, '')}${path}`,
      headers: { ...credentials.headers, accept: 'application/json', ...headers },
    };
    const request = (this.server.protocol === 'http:' ? http : https).request(options);
    const answered = once(request, 'response');
    request.end(body);
    try {
      const [response] = (await answered) as [IncomingMessage];
      return response;
    } catch (error) {
      // A kept connection that the server was just closing: it has not read the request (nodejs.org/api/http.html, request.reusedSocket).
      if (!request.reusedSocket || (error as NodeJS.ErrnoException).code !== 'ECONNRESET' || signal.aborted) throw error;
      return this.exchange(method, path, headers, body, signal);
    }
  }
}
