import { setTimeout as pause } from 'node:timers/promises';
import type { KubeClients } from '../experiment.ts';
import { KubeError } from './kube-error.ts';
import { execInPod, streamFromPod } from './kube-exec.ts';
import { KubeTransport } from './kube-transport.ts';

const retryMs = 200;

interface ObjectList<T> {
  metadata: { resourceVersion: string };
  items: (T & Named)[];
}
interface Named {
  metadata: { uid: string };
}

/** Clients for the cluster of a kubeconfig. `close` lets go of its connections. */
export async function connectKube(kubeconfig: string): Promise<KubeClients & { close(): void }> {
  const transport = await KubeTransport.open(kubeconfig);
  const request = async <T>(
    method: string,
    path: string,
    body?: unknown,
    contentType = 'application/json',
    signal?: AbortSignal,
  ): Promise<T> => {
    const { status, text } = await transport.send(method, path, body, contentType, signal);
    const answer = parse(text);
    if (status >= 400) throw kubeError(status, text, answer, `${method} ${path}`);
    return answer as T;
  };

  async function watch<T>(path: string, signal: AbortSignal, onChange: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: T) => void) {
    const known = new Map<string, T>();
    const take = (type: string, object: T & Named): void => {
      const { uid } = object.metadata;
      if (type === 'DELETED') known.delete(uid);
      else known.set(uid, object);
      onChange(type as 'ADDED', object);
    };
    const separator = path.includes('?') ? '&' : '?';
    /** Lists what is there and tells what differs from what is known; then changes come from that version on. */
    const list = async (): Promise<string> => {
      const { metadata, items } = await request<ObjectList<T>>('GET', path);
      const there = new Set(items.map((item) => item.metadata.uid));
      for (const [uid, object] of [...known]) if (!there.has(uid)) take('DELETED', object as T & Named);
      for (const item of items) take(known.has(item.metadata.uid) ? 'MODIFIED' : 'ADDED', item);
      return metadata.resourceVersion;
    };
    let version = await list();
    for (;;) {
      try {
        const lines = transport.lines(`${path}${separator}watch=true&resourceVersion=${version}`, signal);
        for await (const line of lines) {
          const { type, object } = JSON.parse(line) as { type: string; object: T & Named };
          if (type === 'ERROR') break; // 410: the version is too old
          if (type !== 'BOOKMARK') take(type, object);
        }
        if (signal.aborted) return;
        version = await list();
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof KubeError && error.code < 500 && error.code !== 410 && error.code !== 429) throw error;
        await pause(retryMs, undefined, { signal }).catch(() => undefined); // aborted: the loop sees it
        if (signal.aborted) return;
      }
    }
  }
  const exec: KubeClients['exec'] = (namespace, pod, container, command) =>
    execInPod(transport.config, { namespace, pod, container }, command);
  const stream: KubeClients['stream'] = (namespace, pod, container, command) =>
    streamFromPod(transport.config, { namespace, pod, container }, command);
  return { request, watch, exec, stream, close: () => transport.close() };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // logs, and what a proxied Pod answers
  }
}

function kubeError(code: number, text: string, answer: unknown, what: string): KubeError {
  const status = answer as { reason?: string; message?: string } | null;
  return new KubeError(code, status?.reason ?? '', `${what}: ${code} ${status?.message ?? text.slice(0, 300)}`);
}
