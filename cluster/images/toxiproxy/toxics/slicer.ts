import { chance } from '../chance.ts';
import { interrupted } from '../links/stub.ts';
import type { ToxicKind } from './toxic.ts';

interface Slicing {
  average_size: number;
  size_variation: number;
  /** Microseconds. */
  delay: number;
}

/** Cuts data into small pieces, about `average_size` ± `size_variation` bytes each, with `delay` microseconds between them. */
export const slicer: ToxicKind<Slicing & Record<string, number>> = {
  type: 'slicer',
  goName: 'SlicerToxic',
  attributes: ['average_size', 'size_variation', 'delay'],
  async pipe(attributes, stub) {
    for (;;) {
      const chunk = await stub.receive();
      if (chunk === interrupted) return;
      if (chunk === null) return stub.close();
      let owedMs = 0;
      for (const [start, end] of slices(attributes, 0, chunk.data.length, chance)) {
        await stub.send({ ...chunk, data: chunk.data.subarray(start, end) });
        owedMs += attributes.delay / 1000;
        // Timers have milliseconds: what is shorter adds up.
        if (owedMs < 1) continue;
        const startedMs = performance.now();
        if ((await stub.sleep(owedMs)) === interrupted) return stub.send({ ...chunk, data: chunk.data.subarray(end) });
        owedMs = Math.max(0, owedMs - (performance.now() - startedMs));
      }
    }
  },
};

/** Halves until the pieces are small enough; where halves meet varies. `random`: 0..1 */
export function slices(
  { average_size, size_variation }: Pick<Slicing, 'average_size' | 'size_variation'>,
  start: number,
  end: number,
  random: () => number,
): [start: number, end: number][] {
  if (end - start <= 1 || end - start - average_size <= size_variation) return [[start, end]];
  const variation = size_variation > 0 ? Math.floor(random() * size_variation * 2) - size_variation : 0;
  const middle = start + Math.floor((end - start) / 2) + variation;
  return [
    ...slices({ average_size, size_variation }, start, middle, random),
    ...slices({ average_size, size_variation }, middle, end, random),
  ];
}
