import { magnitudeOf } from '@synaprune/core';
import type { HalfFormat } from './host-weight.js';
import type { Ranking } from './kernels.js';

/**
 * Ranks sixteen-bit floats by the float32 magnitude of the value they stand for, so that they can be pruned
 * together with float32 weights. NaN stays NaN, its payload moved up.
 */
export function rankHalves(bits: Uint16Array, format: HalfFormat): Ranking {
  const magnitudes = format === 'bfloat16' ? undefined : halfMagnitudes();
  return (from, to, into) => {
    for (let i = from; i < to; i += 1) {
      const magnitude = bits[i]! & 0x7fff;
      into[i - from] = magnitudes === undefined ? magnitude << 16 : magnitudes[magnitude]!;
    }
  };
}

let table: Int32Array | undefined;

/** The float32 magnitude of each of the 32768 magnitudes of binary16. */
function halfMagnitudes(): Int32Array {
  table ??= Int32Array.from({ length: 0x8000 }, (_, half) => {
    const exponent = half >> 10;
    const fraction = half & 0x3ff;
    if (exponent === 31) return 0x7f800000 | (fraction << 13);
    // Every subnormal of binary16 is a normal float32.
    return exponent === 0 ? magnitudeOf(fraction * 2 ** -24) : ((exponent + 112) << 23) | (fraction << 13);
  });
  return table;
}

/** The floats that sixteen-bit floats stand for, bit for bit. */
export function floatsOfHalves(halves: Uint16Array, format: HalfFormat): Float32Array {
  const bits = new Int32Array(halves.length);
  (rankHalves(halves, format) as (from: number, to: number, into: Int32Array) => void)(
    0,
    halves.length,
    bits,
  );
  for (let i = 0; i < bits.length; i += 1) bits[i]! |= (halves[i]! & 0x8000) << 16;
  return new Float32Array(bits.buffer);
}
