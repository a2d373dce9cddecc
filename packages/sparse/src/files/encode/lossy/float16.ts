import { floatOfHalf } from '@synaprune/core/numbers';
import { HALVES } from '../../decode/format.js';
import { splitPlanes } from '../planes.js';
import type { LossyPlan } from './plan.js';

const LARGEST = 65_504;

/** Values as the nearest float16, ties to even; `undefined` where one is none: NaN, infinite, too large. */
export function planHalves(floats: Float32Array): LossyPlan | undefined {
  for (const value of floats) if (!(Math.abs(value) <= LARGEST)) return undefined;
  return {
    round: (part) => {
      const halves = Uint16Array.from(part, halfOf);
      const kept = splitPlanes(new Uint8Array(halves.buffer), 2, true);
      return {
        piece: { ...kept, elements: part.length, coding: HALVES },
        values: Float32Array.from(halves, floatOfHalf),
      };
    },
  };
}

/** The bits of the nearest float16; +0 for what is nearest to either zero. */
function halfOf(value: number): number {
  const magnitude = Math.abs(value);
  if (magnitude === 0) return 0;
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude)));
  const units = roundToEven(magnitude * 2 ** (10 - exponent));
  // A carry out of the fraction is one to the exponent.
  const bits = exponent === -14 ? units : ((exponent + 15) << 10) + units - 1024;
  return bits === 0 ? 0 : bits | (value < 0 ? 0x8000 : 0);
}

function roundToEven(value: number): number {
  const nearest = Math.round(value);
  return nearest - value === 0.5 && nearest % 2 === 1 ? nearest - 1 : nearest;
}
