/** A count from a number or a share such as `25%` of `total`, rounded up or down. Throws on other text (apimachinery util/intstr). */
export function resolveIntOrPercent(value: number | string, total: number, roundUp: boolean): number {
  if (typeof value === 'number') return value;
  const percent = /^([+-]?\d+)%$/.exec(value)?.[1];
  if (percent === undefined) {
    const why = value.endsWith('%') ? 'invalid value for IntOrString' : 'invalid type: string is not a percentage';
    throw new Error(why);
  }
  const share = (Number(percent) * total) / 100;
  return (roundUp ? Math.ceil(share) : Math.floor(share)) + 0; // never -0
}
