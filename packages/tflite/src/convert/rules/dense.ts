import { badModel } from '../../format/bad-model.js';
import { type LayerRule, requireEdge, requireSaid } from '../layer-call.js';
import { finished } from './activations.js';
import { biasOf } from './convolutions.js';

export const dense: LayerRule = (call) => {
  const { shape, values } = call.weight('kernel', 2);
  const [inputs = 0, outputs = 0] = shape;
  const read = call.input.shape;
  if (read.length < 2) throw badModel(`${call.label} needs two axes or more, got [${read.join()}]`);
  requireEdge(call, 'a kernel', inputs, read.at(-1)!);
  requireSaid(call, 'units', outputs);
  const made = new Float32Array(values.length);
  for (let row = 0; row < inputs; row += 1) {
    for (let column = 0; column < outputs; column += 1) {
      made[column * inputs + row] = values[row * outputs + column]!;
    }
  }
  return finished(call, [
    {
      op: 'FULLY_CONNECTED',
      reads: [call.input],
      gives: { name: call.name, shape: read.with(-1, outputs) },
      constants: [],
      weighted: {
        kernel: { name: call.weightName('kernel'), shape: [outputs, inputs], values: made },
        bias: biasOf(call, outputs, true),
        channels: 'first',
      },
      options: 'FullyConnectedOptions',
      settings: read.length > 2 ? { keepDimensions: 1 } : {},
      activation: 0,
    },
  ]);
};
