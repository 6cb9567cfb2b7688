import type { Socket } from 'node:net';
import { ApiError } from '../api/api-error.ts';
import { Link } from '../links/link.ts';
import type { PlacedToxic } from '../toxics/placed-toxic.ts';
import type { Direction } from '../toxics/toxic.ts';

/** The toxics of a proxy, and the connections that they act on. One change at a time: its callers see to that. */
export class ToxicCollection {
  private readonly chains: Record<Direction, PlacedToxic[]> = { upstream: [], downstream: [] };
  private readonly links = new Set<Link>();

  /** Upstream first, each in the order in which they came. */
  list(): PlacedToxic[] {
    return [...this.chains.upstream, ...this.chains.downstream];
  }

  /** Throws 404. */
  find(name: string): PlacedToxic {
    const found = this.list().find((toxic) => toxic.name === name);
    if (!found) throw new ApiError(404, 'toxic not found');
    return found;
  }

  /** Resolves when it acts on every connection. Rejects with 409. */
  async add(toxic: PlacedToxic): Promise<void> {
    if (this.list().some(({ name }) => name === toxic.name)) throw new ApiError(409, 'toxic already exists');
    this.chains[toxic.direction].push(toxic);
    await Promise.all(this.linksOf(toxic).map((link) => link.add(toxic)));
  }

  /** Its settings have changed. */
  async update(toxic: PlacedToxic): Promise<void> {
    await Promise.all(this.linksOf(toxic).map((link) => link.update(toxic)));
  }

  async remove(toxic: PlacedToxic): Promise<void> {
    const chain = this.chains[toxic.direction];
    chain.splice(chain.indexOf(toxic), 1);
    await Promise.all(this.linksOf(toxic).map((link) => link.remove(toxic)));
  }

  async removeAll(): Promise<void> {
    for (const toxic of this.list()) await this.remove(toxic);
  }

  /** Both ways between a client and its server, until they end. */
  join(client: Socket, server: Socket): void {
    this.hold(new Link('upstream', this.chains.upstream, client, server));
    this.hold(new Link('downstream', this.chains.downstream, server, client));
  }

  private hold(link: Link): void {
    this.links.add(link);
    void link.over.then(() => this.links.delete(link));
  }

  private linksOf({ direction }: PlacedToxic): Link[] {
    return [...this.links].filter((link) => link.direction === direction);
  }
}
