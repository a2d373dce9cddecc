import type { Answer, Answers } from '@synaprune/refit';
import type { Tensor } from 'onnxruntime-common';

/** Outputs of a run as answers to be compared: half precision widened, everything else as it is. */
export function answersOf(outputs: Readonly<Record<string, Tensor>>): Answers {
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, answerOf(tensor)]));
}

function answerOf({ type, data, dims }: Tensor): Answer {
  const floats = type === 'float16' && data instanceof Uint16Array ? Float32Array.from(data, fromHalf) : data;
  return { data: floats as Answer['data'], dims };
}

/** The number that bits of binary16 stand for. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 0x1f) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
