import type { RecurrentWeights } from '@synaprune/examples-kit/models/recurrent';
import type { ForecasterWeights } from '../../initial-weights.js';

/** Where ONNX's gates (input, output, forget, cell) stand in Keras's order (input, forget, cell, output). */
const KERAS_GATE = [0, 3, 1, 2] as const;

/** An LSTM's numbers as ONNX lays them out: gates in its order, kernels turned, a unit a row. */
export function toOnnx(weights: ForecasterWeights, features: number, hidden: number): RecurrentWeights {
  return {
    input: turnKernel(weights.kernel, features, hidden),
    recurrent: turnKernel(weights.recurrentKernel, hidden, hidden),
    bias: turnKernel(weights.bias, 1, hidden),
    head: weights.denseKernel,
    headBias: weights.denseBias,
  };
}

/** The same numbers as Keras lays them out. */
export function toKeras(
  { input, recurrent, bias, head, headBias }: RecurrentWeights,
  features: number,
  hidden: number,
): ForecasterWeights {
  return {
    kernel: turnBack(input, features, hidden),
    recurrentKernel: turnBack(recurrent, hidden, hidden),
    bias: turnBack(bias, 1, hidden),
    denseKernel: head,
    denseBias: headBias,
  };
}

/** [inputs, 4 · hidden] in Keras's order to [4 · hidden, inputs] in ONNX's. */
function turnKernel(kernel: Float32Array, inputs: number, hidden: number): Float32Array {
  const turned = new Float32Array(kernel.length);
  eachElement(inputs, hidden, (keras, onnx) => {
    turned[onnx] = kernel[keras]!;
  });
  return turned;
}

/** What is kept of a kernel, [4 · hidden, inputs] in ONNX's order, to [inputs, 4 · hidden] in Keras's. */
export function keptAsKeras(kept: Uint8Array, inputs: number, hidden: number): Uint8Array {
  return turnBack(kept, inputs, hidden);
}

/** [4 · hidden, inputs] in ONNX's order to [inputs, 4 · hidden] in Keras's. */
function turnBack<Values extends Float32Array | Uint8Array>(
  values: Values,
  inputs: number,
  hidden: number,
): Values {
  const turned = values.slice() as Values;
  eachElement(inputs, hidden, (keras, onnx) => {
    turned[keras] = values[onnx]!;
  });
  return turned;
}

function eachElement(inputs: number, hidden: number, visit: (keras: number, onnx: number) => void): void {
  for (const [gate, kerasGate] of KERAS_GATE.entries()) {
    for (let unit = 0; unit < hidden; unit += 1) {
      for (let input = 0; input < inputs; input += 1) {
        visit(input * 4 * hidden + kerasGate * hidden + unit, (gate * hidden + unit) * inputs + input);
      }
    }
  }
}
