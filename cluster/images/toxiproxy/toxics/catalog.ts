import { bandwidth } from './bandwidth.ts';
import { latency } from './latency.ts';
import { limitData } from './limit-data.ts';
import { pass } from './noop.ts';
import { resetPeer } from './reset-peer.ts';
import { slicer } from './slicer.ts';
import { slowClose } from './slow-close.ts';
import { timeout } from './timeout.ts';
import type { ToxicKind } from './toxic.ts';

const noop: ToxicKind = { type: 'noop', goName: 'NoopToxic', attributes: [], pipe: (_attributes, stub) => pass(stub) };

/** Every kind of toxic, by the name that the API knows it by. */
export const toxicKinds: ReadonlyMap<string, ToxicKind> = new Map(
  [noop, latency, bandwidth, timeout, resetPeer, slowClose, slicer, limitData].map((kind) => [kind.type, kind as ToxicKind]),
);
