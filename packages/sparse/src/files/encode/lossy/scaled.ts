import { elementsOf } from '@synaprune/core/checks';
import { SCALED } from '../../decode/format.js';
import { keepCodes, type LossyPlan } from './plan.js';

const LARGEST_CODE = 127;

/** Scales of the indices of one axis; a tensor as a whole has one. */
interface Scales {
  readonly scales: Float32Array<ArrayBuffer>;
  /** Elements of one index, one behind the other. */
  readonly inner: number;
}

/**
 * Values as whole numbers of -127 to 127 times a scale: one for each index of the first or the last axis, whichever
 * gives the smaller error, or one for all where there would be many scales for few values. `undefined` where a value is
 * not finite.
 */
export function planScaled(floats: Float32Array, shape: readonly number[]): LossyPlan | undefined {
  if (!floats.every(Number.isFinite)) return undefined;
  const kept = floats.reduce((count, value) => (value === 0 ? count : count + 1), 0);
  const axes = [
    { channels: shape[0] ?? 1, inner: elementsOf(shape.slice(1)) },
    { channels: shape.at(-1) ?? 1, inner: 1 },
  ].filter(({ channels }) => channels > 1 && channels * 16 <= kept);
  const choices = (axes.length > 0 ? axes : [{ channels: 1, inner: floats.length || 1 }]).map((axis) =>
    scalesOf(floats, axis),
  );
  const errors = choices.map((choice) => squaredError(floats, choice));
  const best = choices[errors.indexOf(Math.min(...errors))];
  if (best === undefined) return undefined;
  const { scales, inner } = best;
  const codeAt = (value: number, i: number): number => codeOf(value, scales[channelOf(best, i)]!);
  return {
    round: (part, start) => {
      const { positions, planes } = keepCodes(part.length, (i) => codeAt(part[i]!, start + i) || undefined);
      // Of an axis in front, only what the part has of it.
      const first = inner > 1 ? Math.floor(start / inner) : 0;
      const last = inner > 1 ? Math.ceil((start + part.length) / inner) : scales.length;
      const table = scales.slice(first, last);
      return {
        piece: {
          positions,
          planes,
          table,
          elements: part.length,
          coding: SCALED,
          inner,
          start: inner > 1 ? start - first * inner : start % scales.length,
        },
        values: part.map((value, i) => codeAt(value, start + i) * scales[channelOf(best, start + i)]! || 0),
      };
    },
  };
}

function scalesOf(floats: Float32Array, axis: { readonly channels: number; readonly inner: number }): Scales {
  const made: Scales = { scales: new Float32Array(axis.channels), inner: axis.inner };
  for (let i = 0; i < floats.length; i += 1) {
    const channel = channelOf(made, i);
    made.scales[channel] = Math.max(made.scales[channel]!, Math.abs(floats[i]!));
  }
  return { ...made, scales: made.scales.map((largest) => largest / LARGEST_CODE) };
}

function channelOf({ scales, inner }: Scales, i: number): number {
  return Math.floor(i / inner) % scales.length;
}

function codeOf(value: number, scale: number): number {
  return value === 0 || scale === 0
    ? 0
    : Math.max(-LARGEST_CODE, Math.min(LARGEST_CODE, Math.round(value / scale)));
}

function squaredError(floats: Float32Array, choice: Scales): number {
  let sum = 0;
  for (let i = 0; i < floats.length; i += 1) {
    const scale = choice.scales[channelOf(choice, i)]!;
    sum += (floats[i]! - codeOf(floats[i]!, scale) * scale) ** 2;
  }
  return sum;
}
