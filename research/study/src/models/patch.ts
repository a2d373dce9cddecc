import { createGraph } from '@synaprune/examples-kit/models/graph';
import { createRandom } from '@synaprune/examples-kit/random';
import { encoderBlock } from './encoder.js';
import { uniform } from './initial.js';
import { type Draft, drop, layerNorm, linear } from './layers.js';
import type { ForwardModel, ModelPlan } from './plan.js';
import { narrowTransformer, type TransformerSize } from './transformer-size.js';

const FULL: TransformerSize = { width: 64, feedForward: 256 };
const HEADS = 4;
const BLOCKS = 2;

/** Rows of a patch, by the rows of a window. */
export function patchLength(length: number): number {
  if (length <= 7) return 1;
  if (length <= 14) return 2;
  return length <= 30 ? 3 : 4;
}

/**
 * The transformer that the paper calls PatchTST: patches that do not overlap, all channels of a patch in one token,
 * two post-norm blocks with ReLU, a last normalisation, the mean of the tokens, one linear unit. A last patch that
 * is short repeats the last row. Dropout is on the attention's shares, the hidden feed-forward units, both residual
 * branches and before the last normalisation.
 *
 * Under the published protocol the scales of the blocks' normalisations are prunable, as in the published program.
 */
export function buildPatch(plan: ModelPlan): ForwardModel {
  const { length, features, protocol } = plan;
  const rows = patchLength(length);
  const tokens = Math.ceil(length / rows);
  const published = protocol === 'published';
  const { width, feedForward } = narrowTransformer(FULL, HEADS, plan.narrowed, (size) => {
    const block = 4 * size.width ** 2 + 2 * size.width * size.feedForward + (published ? 2 * size.width : 0);
    return BLOCKS * block + rows * features * size.width + size.width;
  });
  const graph = createGraph();
  const random = createRandom(plan.seed, 'initial weights of patch');
  const draft: Draft = { graph, random, noisy: plan.dropout > 0, noise: [] };
  const window = graph.input('window', ['batch', length, features]);
  const missing = tokens * rows - length;
  const padded =
    missing === 0
      ? window
      : graph.add('Pad', [window, graph.integers([0, 0, 0, 0, missing, 0])], {
          attributes: { mode: 'edge' },
        });
  const patches = graph.add('Reshape', [padded, graph.integers([-1, rows * features])]);
  const projection = linear(draft, 'patches', patches, rows * features, width);
  const positions = graph.tensor('positions', uniform(tokens * width, 0.02, random), [tokens, width]);
  const apart = graph.add('Reshape', [projection.value, graph.integers([-1, tokens, width])]);
  let value = graph.add('Reshape', [graph.add('Add', [apart, positions]), graph.integers([-1, width])]);
  const blocks = Array.from({ length: BLOCKS }, (_, i) => {
    const block = encoderBlock(draft, `block${i + 1}`, value, {
      tokens,
      sequences: 1,
      width,
      heads: HEADS,
      feedForward,
      attentionDropout: true,
      activation: (_draft, name, x) => graph.add('Relu', [x], { name }),
      norm: layerNorm,
    });
    value = block.value;
    return block;
  });
  const last = layerNorm(draft, 'norm', drop(draft, 'norm', value, [tokens, width]), width);
  const mean = graph.add(
    'ReduceMean',
    [graph.add('Reshape', [last.value, graph.integers([-1, tokens, width])])],
    { attributes: { axes: [1], keepdims: 0 } },
  );
  const head = linear(draft, 'head', mean, width, 1);
  graph.output('forecast', head.value, ['batch', 1]);
  return {
    bytes: graph.encode(),
    output: 'target',
    kernels: [
      ...blocks.flatMap(({ kernels, scales }) => (published ? [...kernels, ...scales] : kernels)),
      projection.kernel,
      head.kernel,
    ],
    parameters: graph.parameters,
    noise: draft.noise,
  };
}
