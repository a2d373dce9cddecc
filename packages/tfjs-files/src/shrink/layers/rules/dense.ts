import { elementwise, holdSome, matMul } from '@synaprune/axes';
import { isRecord } from '@synaprune/core/checks';
import type { JsonObject } from '../../../artifacts/json-tree.js';
import { activate } from '../../follow/activations.js';
import { NotFollowed } from '../../follow/followed.js';
import type { LayerRule } from '../layer-call.js';

const dense: LayerRule = (call) => {
  const [x, kernel, bias] = [call.input(0), call.needed('kernel', 2), call.weight('bias')];
  if (x.axes.length < 2) throw new NotFollowed(`${call.place.label}: a vector is no matrix`);
  const product = matMul(call.place, x, kernel);
  const shifted = bias === undefined ? product : elementwise(call.place, [product, bias], 'all');
  const output = activate(call.place, shifted, call.setting('activation'));
  return {
    outputs: [output],
    multiplyAdds: [[...product.axes, kernel.axes[0]!]],
    edit(config, { lengthOf }) {
      const [inputs, units] = kernel.axes.map(lengthOf);
      config.units = units;
      if (inputs !== kernel.axes[0]!.dim || units !== kernel.axes[1]!.dim) withoutIdentity(config);
    },
  };
};

/** Kernels that begin as an identity have to be square, also where a file then says what they are. */
function withoutIdentity(config: JsonObject): void {
  const initializer = config.kernel_initializer;
  if (isRecord(initializer) && initializer.class_name === 'Identity') {
    config.kernel_initializer = { class_name: 'Zeros', config: {} };
  }
}

/** A table whose rows are looked up by numbers. */
const embedding: LayerRule = (call) => {
  const [x, table] = [call.input(0), call.needed('embeddings', 2)];
  holdSome(call.place, table, [0], 'it is looked up by numbers that a run computes');
  call.axes.mark(table.axes[1]!, 'makes');
  const axes = [...x.axes, table.axes[1]!];
  return {
    outputs: [{ axes, zero: axes.map((_, i) => i === x.axes.length), parameter: false }],
    edit(config, { lengthOf }) {
      config.output_dim = lengthOf(table.axes[1]!);
    },
  };
};

export const denseRules: Readonly<Record<string, LayerRule>> = { Dense: dense, Embedding: embedding };
