/** A count from a number or a share such as `25%` of `total`, rounded up or down. Throws on other text (apimachinery util/intstr). */
export function resolveIntOrPercent(value: number | string, total: number, roundUp: boolean): number {
  if (typeof value === 'number') return value;
  if (!value.endsWith('%')) throw new Error('invalid value for IntOrString: invalid type: string is not a percentage');
  const percent = value.slice(0, -1);
  if (!/^[+-]?\d+$/.test(percent)) {
    const parsing = `strconv.Atoi: parsing ${JSON.stringify(percent)}: invalid syntax`;
    throw new Error(`invalid value for IntOrString: invalid value ${JSON.stringify(value)}: ${parsing}`);
  }
  const share = (Number(percent) * total) / 100;
  return (roundUp ? Math.ceil(share) : Math.floor(share)) + 0; // never -0
}
