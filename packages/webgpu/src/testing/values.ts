/** Numbers that look random and are the same every time (Mulberry32), in [0, 2³²). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return (x ^ (x >>> 14)) >>> 0;
  };
}

/** Ways to fill a weight, as bit patterns from random ones. */
export const DISTRIBUTIONS: Readonly<Record<string, (random: () => number) => number>> = {
  // Sums of uniforms are near enough to a normal distribution here.
  'bell-shaped': (random) => bitsOf((random() + random() + random() + random()) / 2 ** 31 - 4),
  'few distinct values': (random) => bitsOf(((random() % 7) - 3) / 4),
  'all equal': () => bitsOf(-0.5),
  'nine tenths zeros of both signs': (random) =>
    random() % 10 < 9 ? (random() % 2) * 2 ** 31 : bitsOf(random() / 2 ** 32),
  subnormals: (random) => (random() % 0x00800000) + (random() % 2) * 2 ** 31,
  'NaN with payloads, and infinities': (random) =>
    random() % 3 === 0 ? 0x7f800000 + (random() % 5) : bitsOf(random() / 2 ** 32),
  'any bits at all': (random) => random(),
  'neighbouring bit patterns': (random) => 0x3f800000 - 300 + (random() % 600),
};

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

function bitsOf(value: number): number {
  float[0] = value;
  return bits[0]!;
}

/** So many values of a distribution. */
export function fill(elements: number, draw: (random: () => number) => number, seed: number): Float32Array {
  const random = createRandom(seed);
  const words = new Uint32Array(elements);
  for (let i = 0; i < elements; i += 1) words[i] = draw(random);
  return new Float32Array(words.buffer);
}
