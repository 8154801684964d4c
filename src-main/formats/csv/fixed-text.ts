const [minus, point, zero] = [45, 46, 48];
const powers = Array.from({ length: 10 }, (_, exponent) => 10 ** exponent);
const mostWhole = 2 ** 31 - 1;
/** Products up to here are off by less than a thousandth. */
const mostScaled = 1e12;

/** The most bytes that `putFixed` writes: 21 digits, a sign, a point and nine decimals. */
export const mostFixedBytes = 32;

/**
 * Writes a number with a fixed count of decimals, up to nine, as `toFixed` does and a text is not made for: a day of
 * three leads has 124 million of them.
 * @returns where the next byte goes.
 */
export function putFixed(bytes: Buffer, at: number, value: number, decimals: number): number {
  const scaled = Math.abs(value) * powers[decimals];
  const below = Math.floor(scaled);
  const over = scaled - below;
  // A product may be on the other side of a half than the number itself.
  if (!(scaled < mostScaled && below < mostWhole * powers[decimals]) || Math.abs(over - 0.5) < 0.001)
    return at + bytes.write(value.toFixed(decimals), at, 'latin1');
  const digits = over > 0.5 ? below + 1 : below;
  const whole = Math.floor(digits / powers[decimals]);
  if (value < 0) bytes[at++] = minus;
  at = putDigits(bytes, at, whole, 1);
  if (decimals === 0) return at;
  bytes[at] = point;
  return putDigits(bytes, at + 1, digits - whole * powers[decimals], decimals);
}

/** Writes a whole number of up to 31 bits, with zeros before it to this length. */
function putDigits(bytes: Buffer, at: number, number: number, length: number): number {
  while (length < powers.length && number >= powers[length]) length++;
  const end = at + length;
  for (let place = end - 1; place >= at; place--) {
    const tens = (number / 10) | 0;
    bytes[place] = zero + number - 10 * tens;
    number = tens;
  }
  return end;
}
