import { createGraph } from '@synaprune/examples-kit/models/graph';
import { GATES } from '@synaprune/examples-kit/models/recurrent';
import { createRandom } from '@synaprune/examples-kit/random';
import { uniform } from 'synaprune-study/models/initial';
import { nearestSize } from 'synaprune-study/models/narrow';
import type { Model } from './model.js';

/** Characters that are read in a row. */
export const WINDOW = 32;
/** Different characters of the book. */
export const LETTERS = 79;
const HIDDEN = 64;

/**
 * An LSTM of 64 units that tells the next character at every place of a window, read from a blank state: `characters`
 * [batch, window, letters] one-hot, `logits` [window · batch, letters], all windows' first places first. Initial weights
 * are uniform in ±1/√hidden.
 *
 * @param narrowed fraction of the kernels' weights that it does without, by fewer units
 */
export function characterLstm(seed: number, narrowed: number): Model {
  const count = (hidden: number) => GATES.LSTM * hidden * (LETTERS + hidden) + hidden * LETTERS;
  const hidden = nearestSize((1 - narrowed) * count(HIDDEN), count, { most: HIDDEN });
  const rows = GATES.LSTM * hidden;
  const random = createRandom(seed, 'initial weights of the LSTM');
  const graph = createGraph();
  const drawn = (name: string, shape: readonly number[]) => {
    const elements = shape.reduce((product, size) => product * size, 1);
    return graph.tensor(name, uniform(elements, 1 / Math.sqrt(hidden), random), shape);
  };
  const characters = graph.input('characters', ['batch', WINDOW, LETTERS]);
  // ONNX Runtime takes only sequences that lead with time.
  const sequence = graph.add('Transpose', [characters], { attributes: { perm: [1, 0, 2] } });
  const input = drawn('lstm/input', [1, rows, LETTERS]);
  const recurrent = drawn('lstm/recurrent', [1, rows, hidden]);
  const biases = drawn('lstm/bias', [1, 2 * rows]);
  graph.addNode('LSTM', [sequence, input, recurrent, biases], ['states'], {
    name: 'lstm',
    attributes: { hidden_size: hidden },
  });
  const states = graph.add('Reshape', ['states', graph.integers([-1, hidden])]);
  const head = drawn('head/kernel', [hidden, LETTERS]);
  const headBias = drawn('head/bias', [LETTERS]);
  graph.output('logits', graph.add('Gemm', [states, head, headBias], { name: 'head' }), ['batch', LETTERS]);
  return { bytes: graph.encode(), kernels: [input, recurrent, head] };
}
