import { floatOfHalf } from '@synaprune/core/numbers';
import type { Answer, Answers } from '@synaprune/refit';
import type { Tensor } from 'onnxruntime-common';

/** Outputs of a run as answers to be compared: half precision widened, everything else as it is. */
export function answersOf(outputs: Readonly<Record<string, Tensor>>): Answers {
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, answerOf(tensor)]));
}

function answerOf({ type, data, dims }: Tensor): Answer {
  const floats =
    type === 'float16' && data instanceof Uint16Array ? Float32Array.from(data, floatOfHalf) : data;
  return { data: floats as Answer['data'], dims };
}
