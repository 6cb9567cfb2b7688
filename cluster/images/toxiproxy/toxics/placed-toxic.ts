import { chance } from '../chance.ts';
import type { Stub } from '../links/stub.ts';
import { pass } from './noop.ts';
import type { Attributes, Direction, ToxicKind } from './toxic.ts';

/** A toxic as it was put on a proxy. */
export interface PlacedToxic {
  kind: ToxicKind;
  attributes: Attributes;
  name: string;
  /** As it was written: `upStream` stays so. */
  stream: string;
  direction: Direction;
  /** 0..1: the share of connections that it acts on. */
  toxicity: number;
}

/** Lets it work in a stub; drawn anew for each connection and each change whether it acts at all. */
export function runToxic({ kind, attributes, toxicity }: PlacedToxic, stub: Stub): void {
  stub.run(chance() < toxicity ? (one) => kind.pipe(attributes, one) : pass);
}

/** As the API tells it. */
export const toxicView = ({ kind, attributes, name, stream, toxicity }: PlacedToxic): object => ({
  attributes: Object.fromEntries(kind.attributes.map((key) => [key, attributes[key] ?? 0])),
  name,
  type: kind.type,
  stream,
  toxicity,
});
