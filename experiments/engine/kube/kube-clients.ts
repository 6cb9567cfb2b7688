import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { KubeError, LabError } from '../errors.ts';
import type { KubeClients } from '../experiment.ts';

const requestTimeoutMs = 20_000;
const rewatchMs = 200;

/** The API behind a kubeconfig. Answers it with the version that it says it has. */
export async function connectKube(kubeconfig: string): Promise<KubeClients & { gitVersion: string; close(): void }> {
  // Imported here: it takes half a second, and only runs need it.
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const server = config.getCurrentCluster()?.server;
  if (!server) throw new LabError(`${kubeconfig} names no cluster`);
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const open = async (method: string, path: string, body: unknown, contentType: string, signal?: AbortSignal): Promise<IncomingMessage> => {
    const options: RequestOptions = { method, headers: { accept: 'application/json' }, agent, ...(signal && { signal }) };
    await config.applyToHTTPSOptions(options);
    // The library brings an agent with the certificates; ours keeps connections, so they go to each request.
    const { ca, cert, key, rejectUnauthorized } = (options.agent as Agent | undefined)?.options ?? {};
    Object.assign(options, {
      agent,
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      rejectUnauthorized: rejectUnauthorized ?? true,
    });
    const text = body === undefined ? undefined : JSON.stringify(body);
    if (text !== undefined)
      options.headers = { ...options.headers, 'content-type': contentType, 'content-length': Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const request = httpsRequest(new URL(path, server), options, resolve);
      if (!signal)
        request.setTimeout(requestTimeoutMs, () =>
          request.destroy(new Error(`${method} ${path}: no answer within ${requestTimeoutMs / 1000} s`)),
        );
      request.on('error', reject);
      request.end(text);
    });
  };
  const read = async (response: IncomingMessage): Promise<string> => {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  };
  const kube: KubeClients = {
    async request<T>(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<T> {
      const response = await open(method, path, body, contentType);
      const text = await read(response);
      const isJson = (response.headers['content-type'] ?? '').includes('json');
      const answer = isJson && text ? JSON.parse(text) : text;
      const code = response.statusCode ?? 0;
      if (code >= 400)
        throw new KubeError(code, `${method} ${path.split('?')[0]}: ${(answer as { message?: string }).message ?? text.trim()}`);
      return answer as T;
    },
    async watch(path, signal, onChange) {
      while (!signal.aborted) {
        try {
          const response = await open('GET', `${path}${path.includes('?') ? '&' : '?'}watch=true`, undefined, '', signal);
          if (response.statusCode !== 200) throw new KubeError(response.statusCode ?? 0, await read(response));
          for await (const line of createInterface({ input: response })) {
            const { type, object } = JSON.parse(line);
            if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') onChange(type, object);
          }
        } catch (error) {
          if (signal.aborted) return;
          if (error instanceof KubeError) throw error;
          await pause(rewatchMs, undefined, { signal }).catch(() => undefined); // aborted meanwhile: the loop ends
        }
      }
    },
  };
  const version = await kube.request<{ gitVersion: string }>('GET', '/version');
  return { ...kube, gitVersion: version.gitVersion, close: () => agent.destroy() };
}
