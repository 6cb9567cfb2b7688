const perCore: Record<string, number> = { n: 1e9, u: 1e6, m: 1e3, '': 1, k: 1e-3 };
const perSecond: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Cores of a CPU quantity as the API has it: `200m`, `0.2`, `193284032n`. Throws for another text. */
export function parseCores(quantity: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([numk]?)$/.exec(quantity) ?? [];
  if (amount === undefined) throw new Error(`'${quantity}' is not an amount of CPU`);
  return Number(amount) / (perCore[unit] ?? 1);
}

/** Milliseconds of a duration as Go prints it: `15s`, `1m0.5s`. Throws for another text. */
export function parseGoDurationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) throw new Error(`'${text}' is not a duration`);
  return parts.reduce((sum, [, amount, unit = 's']) => sum + Number(amount) * (perSecond[unit] ?? 0), 0);
}

const bytesIn: Record<string, number> = {
  ...{ m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
};

/** Bytes of a memory quantity as the API has it: `128Mi`, `1G`, `16393244Ki`, `1e9`. Throws for another text. */
export function parseBytes(quantity: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?(?:[eE]\d+)?)([mkMGTPE]|[KMGTPE]i)?$/.exec(quantity) ?? [];
  if (amount === undefined) throw new Error(`'${quantity}' is not an amount of memory`);
  return Number(amount) * (bytesIn[unit] ?? 1);
}
