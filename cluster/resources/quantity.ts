/** A Kubernetes quantity, exact: `digits * 10^exponent`. (apimachinery pkg/api/resource/quantity.go) */
export interface Quantity {
  digits: bigint;
  exponent: number;
  format: 'DecimalSI' | 'BinarySI' | 'DecimalExponent';
  /** As it was written. */
  text?: string;
}

const decimal = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const pattern = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const finest = -9;

/** Reads `250m`, `1.5Gi`, `1e3`. Throws an Error with Kubernetes' sentence. */
export function parseQuantity(text: string | number): Quantity {
  const written = String(text);
  const [, sign = '', whole = '', fraction = '', suffix = ''] = pattern.exec(written) ?? [];
  if (whole + fraction === '' || /[.].*[.]/.test(written)) {
    throw new Error("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
  }
  const digits = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
  const places = -fraction.length;
  const si = decimal.indexOf(suffix);
  if (si >= 0) return rounded({ digits, exponent: places + (si - 3) * 3, format: 'DecimalSI', text: written });
  const power = binary.indexOf(suffix);
  if (power > 0) return rounded({ digits: digits * 1024n ** BigInt(power), exponent: places, format: 'BinarySI', text: written });
  const exponential = /^[eE]([+-]?[0-9]+)$/.exec(suffix);
  if (!exponential) throw new Error("unable to parse quantity's suffix");
  return rounded({ digits, exponent: places + Number(exponential[1]), format: 'DecimalExponent', text: written });
}

/** Nothing is finer than nano; what is, is rounded up, away from zero. */
function rounded(quantity: Quantity): Quantity {
  if (quantity.exponent >= finest) return quantity;
  return { ...quantity, digits: scaled(quantity, finest), exponent: finest };
}

/** The value in units of 10^scale, rounded away from zero. */
function scaled({ digits, exponent }: Quantity, scale: number): bigint {
  if (exponent >= scale) return digits * 10n ** BigInt(exponent - scale);
  const divisor = 10n ** BigInt(scale - exponent);
  const exact = digits / divisor;
  const rest = digits % divisor;
  return rest === 0n ? exact : exact + (digits < 0n ? -1n : 1n);
}

/** As Go's int64 arithmetic has it where it overflows: whole powers of 1000 wrap, others give 0. */
function asInt64(quantity: Quantity, scale: number): bigint {
  const exact = scaled(quantity, scale);
  if (exact === BigInt.asIntN(64, exact)) return exact;
  const small = quantity.digits === BigInt.asIntN(64, quantity.digits);
  return small && ![1, 2, 3, 6, 9, 12, 15, 18].includes(quantity.exponent - scale) ? 0n : BigInt.asIntN(64, exact);
}

/** Whole units, rounded up: bytes, or cores. */
export const exactValue = (quantity: Quantity): bigint => asInt64(quantity, 0);
/** Thousandths, rounded up. */
export const exactMilliValue = (quantity: Quantity): bigint => asInt64(quantity, -3);

/** Bytes (or whole cores) of a quantity's text, for arithmetic; 0 for none. */
export const quantityValue = (text: string | number | undefined): number =>
  text === undefined ? 0 : Number(exactValue(parseQuantity(text)));
/** Millicores (or thousandths of a byte) of a quantity's text; 0 for none. */
export const milliValue = (text: string | number | undefined): number =>
  text === undefined ? 0 : Number(exactMilliValue(parseQuantity(text)));

/** A quantity's text in canonical form, as the API keeps it. Throws an Error with Kubernetes' sentence. */
export const canonicalQuantity = (text: string | number): string => quantityText(parseQuantity(text));

/** A quantity of whole units or thousandths, for printing. */
export const quantityOf = (amount: number | bigint, unit: 'value' | 'milli', format: Quantity['format'] = 'DecimalSI'): Quantity => ({
  digits: BigInt(amount),
  exponent: unit === 'milli' ? -3 : 0,
  format,
});

/** The canonical text: no fraction, the largest suffix that loses nothing. */
export function quantityText(quantity: Quantity): string {
  let { digits, exponent } = quantity;
  if (digits === 0n) return '0';
  if (quantity.format === 'BinarySI') {
    const whole = scaled(quantity, 0);
    const isWhole = exponent >= 0 || whole * 10n ** BigInt(-exponent) === digits;
    if (isWhole && (whole >= 1024n || whole <= -1024n)) {
      let power = 0;
      let rest = whole;
      for (; rest % 1024n === 0n && power < 6; power += 1) rest /= 1024n;
      return `${rest}${binary[power]}`;
    }
  }
  while (digits % 10n === 0n) {
    digits /= 10n;
    exponent += 1;
  }
  const shift = ((exponent % 3) + 3) % 3;
  digits *= 10n ** BigInt(shift);
  exponent -= shift;
  if (quantity.format !== 'DecimalExponent') {
    // Beyond exa there is no suffix: zeros are written out.
    const index = Math.min(exponent / 3 + 3, decimal.length - 1);
    return `${digits * 10n ** BigInt(exponent - (index - 3) * 3)}${decimal[index]}`;
  }
  if (exponent === 0) return String(digits);
  const [, mantissa, power] = /^([0-9]+)[eE]([+-]?[0-9]+)$/.exec(quantity.text ?? '') ?? [];
  if (quantity.text && mantissa === String(digits) && Number(power) === exponent) return quantity.text;
  return `${digits}e${exponent}`;
}
