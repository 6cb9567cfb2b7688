const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Fields of a template that are maps in Kubernetes' types: an empty one equals an absent one there, as an empty list does (Semantic.DeepEqual). */
const maps = new Set(['labels', 'annotations', 'nodeSelector', 'limits', 'requests', 'matchLabels', 'overhead']);

const isNothing = (key: string, value: unknown): boolean =>
  value === undefined ||
  (Array.isArray(value) && value.length === 0) ||
  (maps.has(key) && typeof value === 'object' && value !== null && Object.keys(value).length === 0);

/** JSON with keys in order, so that equal templates have equal text. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([key, each]) => !isNothing(key, each));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, canonical(each)]));
}

/** A short stable name for a template: FNV-32a of its text, in letters that make no words. `collisions` gives another one for the same. */
export function templateHash(template: unknown, collisions = 0): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(`${JSON.stringify(canonical(template))}${collisions || ''}`)) {
    hash ^= byte;
    hash = Math.imul(hash, 0x01000193) >>> 0;
  }
  return [...String(hash)].map((digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join('');
}
