/** A seeded source of random numbers; every draw of the program comes from one, so a seed repeats a run. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal (Box-Muller). */
  normal(): number;
  /** Whole number in [0, below). */
  integer(below: number): number;
  /** A beta-distributed draw with both parameters `alpha` (Johnk's method), for mixup. */
  beta(alpha: number): number;
  /** Shuffles in place (Fisher-Yates) and gives the same array. */
  shuffle<Items extends { length: number; [index: number]: unknown }>(items: Items): Items;
  /** The generator's whole state, to go on from later. */
  state(): readonly [number, number, number, number];
}

/** xoshiro128** 1.1 (Blackman and Vigna, public domain), seeded by splitmix32. */
export function seededRandom(seed: number | readonly [number, number, number, number]): Random {
  let [a, b, c, d] = typeof seed === 'number' ? spread(seed) : seed;
  const rotate = (x: number, bits: number) => (x << bits) | (x >>> (32 - bits));
  const next = () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
  const uniform = () => next() / 4294967296;
  const random: Random = {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    integer: (below) => Math.floor(uniform() * below),
    beta: (alpha) => {
      for (;;) {
        const x = uniform() ** (1 / alpha);
        const y = uniform() ** (1 / alpha);
        if (x + y > 0 && x + y <= 1) return x / (x + y);
      }
    },
    shuffle: (items) => {
      for (let i = items.length - 1; i > 0; i--) {
        const j = random.integer(i + 1);
        [items[i], items[j]] = [items[j], items[i]];
      }
      return items;
    },
    state: () => [a, b, c, d],
  };
  return random;
}

function spread(seed: number): [number, number, number, number] {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  return [next(), next(), next(), next()];
}
