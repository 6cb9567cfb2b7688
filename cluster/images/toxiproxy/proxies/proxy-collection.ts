import { ApiError } from '../api/api-error.ts';
import type { ToxicProxy } from './toxic-proxy.ts';

/** The proxies, by their names. One change at a time: its callers see to that. */
export class ProxyCollection {
  private readonly proxies = new Map<string, ToxicProxy>();

  /** In the order of their names. */
  list(): ToxicProxy[] {
    return [...this.proxies.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Throws 404. */
  get(name: string): ToxicProxy {
    const found = this.proxies.get(name);
    if (!found) throw new ApiError(404, 'proxy not found');
    return found;
  }

  /** Rejects with 409, or where it cannot listen. */
  async add(proxy: ToxicProxy, start: boolean): Promise<void> {
    if (this.proxies.has(proxy.name)) throw new ApiError(409, 'proxy already exists');
    if (start) await proxy.start();
    this.proxies.set(proxy.name, proxy);
  }

  /** Answers the one that is there where it listens and leads to the same. */
  async addOrReplace(proxy: ToxicProxy, start: boolean): Promise<ToxicProxy> {
    const there = this.proxies.get(proxy.name);
    if (there && !(await there.differs(proxy.listen, proxy.upstream))) return there;
    await there?.stop();
    if (start) await proxy.start();
    this.proxies.set(proxy.name, proxy);
    return proxy;
  }

  /** Rejects with 404. */
  async remove(name: string): Promise<void> {
    await this.get(name).stop();
    this.proxies.delete(name);
  }

  async stopAll(): Promise<void> {
    for (const proxy of this.list()) await proxy.stop();
  }
}
