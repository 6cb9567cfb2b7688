import type { Stub } from '../links/stub.ts';

/** `upstream`: from the client to the server; `downstream`: back. */
export type Direction = 'upstream' | 'downstream';

/** How one kind of toxic acts on what passes, with its settings as Toxiproxy has them. The same one serves many connections. */
export interface ToxicKind<A extends Attributes = Attributes> {
  /** As in the API: `latency`. */
  type: string;
  /** Toxiproxy's name of it, for its error messages. */
  goName: string;
  /** Each whole number that can be set, in the order in which Toxiproxy tells them; absent they are 0. */
  attributes: readonly (keyof A & string)[];
  /** How many chunks may wait before it. */
  bufferSize?: number;
  /** Made for each connection when the toxic comes to it. */
  newState?(): unknown;
  /** A connection that begins under it ends by a reset, not by an end. */
  resets?: boolean;
  /** Handles a stub until it is interrupted or closed. `attributes` may change meanwhile. */
  pipe(attributes: A, stub: Stub): Promise<void>;
  /** What is done to each connection when the toxic is removed. */
  cleanUp?(stub: Stub): void;
}

export type Attributes = Record<string, number>;
