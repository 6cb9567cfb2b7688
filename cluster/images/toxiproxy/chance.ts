let state = Math.floor(Math.random() * 2 ** 32);

/** Where chance begins: the same seed gives the same draws in the same order. One source for the process, as the real one's `-seed` has it. */
export function seedChance(seed: number): void {
  state = seed >>> 0;
}

/** From 0 to below 1. (Tommy Ettinger's Mulberry32: 32 bits of state, enough for delays and shares.) */
export function chance(): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}
