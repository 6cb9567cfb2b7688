/** No vowels and no 3 or 1: a generated name spells nothing. apimachinery:pkg/util/rand. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
const suffixLength = 5;
const longest = 63;

/** `base` and five characters, cut to 63, as the API server names what has a generateName. `random` gives numbers from 0 to below 1. */
export function generatedName(base: string, random: () => number): string {
  const suffix = Array.from({ length: suffixLength }, () => alphabet[Math.floor(random() * alphabet.length)]);
  return `${base.slice(0, longest - suffixLength)}${suffix.join('')}`;
}
