/** Draws numbers of 0 up to 1, below it. */
export type Random = () => number;

/** A generator of its own for each index of a seed: which process sends a request changes nothing of what it says. mulberry32. */
export function randomOf(seed: number, index: number): Random {
  // Neighbours must not look alike: the bits are mixed before the first draw (murmur3's finalizer).
  let state = Math.imul((seed ^ Math.imul(index + 1, 0x9e3779b1)) >>> 0, 0x85ebca6b) >>> 0;
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
