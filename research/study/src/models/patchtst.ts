import { PruneError } from '@synaprune/core';
import { createGraph, type GraphBuilder } from '@synaprune/examples-kit/models/graph';
import { createRandom } from '@synaprune/examples-kit/random';
import { encoderBlock } from './encoder.js';
import { uniform } from './initial.js';
import { batchNorm, type Draft, drop, gelu, linear } from './layers.js';
import type { ForwardModel, ModelPlan } from './plan.js';
import { narrowTransformer, type TransformerSize } from './transformer-size.js';

/** The sizes that its authors give for small data sets, such as ETTh1. */
const FULL: TransformerSize = { width: 16, feedForward: 128 };
const HEADS = 4;
const BLOCKS = 3;

/** Rows of a patch; patches are half of that apart. The authors' 16 where windows are long, less in short ones. */
export function overlappingPatch(length: number): number {
  return 2 ** Math.min(4, Math.max(1, Math.floor(Math.log2(length / 3))));
}

/**
 * PatchTST as Nie et al. 2023 have it: every channel is a sequence of its own through the same weights, normalised by
 * its window's mean and standard deviation, which the forecast is multiplied by and counted from again (RevIN without
 * affine weights); overlapping patches, the window's end repeated for one more; learned positions; post-norm blocks
 * with batch normalisation and GELU; all tokens of a channel through one linear layer.
 *
 * Inputs known ahead are no channels and are left out. Attention has no residual scores, which their program has
 * and their paper does not. Dropout is on the tokens, both residual branches and the hidden feed-forward units.
 *
 * @throws PruneError `bad-data` for windows of one row, whose standard deviation is 0
 * @see https://arxiv.org/abs/2211.14730
 */
export function buildPatchTst(plan: ModelPlan): ForwardModel {
  const { length, channels } = plan;
  if (length < 2) {
    throw new PruneError(
      'bad-data',
      `patchtst normalises each window by its own spread and needs a length of at least 2, got ${length}`,
    );
  }
  const rows = overlappingPatch(length);
  const stride = rows / 2;
  const tokens = Math.floor((length - rows) / stride) + 2;
  const { width, feedForward } = narrowTransformer(
    FULL,
    HEADS,
    plan.narrowed,
    (size) =>
      BLOCKS * (4 * size.width ** 2 + 2 * size.width * size.feedForward) +
      rows * size.width +
      tokens * size.width,
  );
  const graph = createGraph();
  const random = createRandom(plan.seed, 'initial weights of patchtst');
  const draft: Draft = { graph, random, noisy: plan.dropout > 0, noise: [] };
  const { values, mean, deviation } = normalisedChannels(graph, plan);
  // The same window in pieces: what lies beyond its end repeats the last row.
  const places = Array.from({ length: tokens * rows }, (_, i) =>
    Math.min(length - 1, Math.floor(i / rows) * stride + (i % rows)),
  );
  const pieces = graph.add('Gather', [values, graph.integers(places)], { attributes: { axis: 2 } });
  const patches = graph.add('Reshape', [pieces, graph.integers([-1, rows])]);
  const projection = linear(draft, 'patches', patches, rows, width);
  const positions = graph.tensor('positions', uniform(tokens * width, 0.02, random), [tokens, width]);
  const apart = graph.add('Reshape', [projection.value, graph.integers([-1, tokens, width])]);
  const placed = graph.add('Reshape', [graph.add('Add', [apart, positions]), graph.integers([-1, width])]);
  let value = drop(draft, 'positions', placed, [channels, tokens, width]);
  const kernels = Array.from({ length: BLOCKS }, (_, i) => {
    const block = encoderBlock(draft, `block${i + 1}`, value, {
      tokens,
      sequences: channels,
      width,
      heads: HEADS,
      feedForward,
      attentionDropout: false,
      activation: gelu,
      norm: batchNorm,
    });
    value = block.value;
    return block.kernels;
  });
  const flat = graph.add('Reshape', [value, graph.integers([-1, tokens * width])]);
  const head = linear(draft, 'head', flat, tokens * width, 1);
  const scaled = graph.add('Reshape', [head.value, graph.integers([-1, channels])]);
  const forecast = graph.add('Add', [graph.add('Mul', [scaled, deviation]), mean]);
  graph.output('forecast', forecast, ['batch', channels]);
  return {
    bytes: graph.encode(),
    output: 'channels',
    kernels: [...kernels.flat(), projection.kernel, head.kernel],
    parameters: graph.parameters,
    noise: draft.noise,
  };
}

/** Channels [batch, channels, length] less their window's mean, over its standard deviation, both [batch, channels]. */
function normalisedChannels(graph: GraphBuilder, { length, features, channels }: ModelPlan) {
  const window = graph.input('window', ['batch', length, features]);
  const seen =
    channels === features
      ? window
      : graph.add('Slice', [window, graph.integers([0]), graph.integers([channels]), graph.integers([2])]);
  const turned = graph.add('Transpose', [seen], { attributes: { perm: [0, 2, 1] } });
  const average = (x: string) => graph.add('ReduceMean', [x], { attributes: { axes: [2], keepdims: 1 } });
  const mean = average(turned);
  const centred = graph.add('Sub', [turned, mean]);
  const variance = average(graph.add('Mul', [centred, centred]));
  const least = graph.constant('least_variance', [1e-5], []);
  const deviation = graph.add('Sqrt', [graph.add('Add', [variance, least])]);
  const perChannel = (x: string) => graph.add('Reshape', [x, graph.integers([-1, channels])]);
  return {
    values: graph.add('Div', [centred, deviation]),
    mean: perChannel(mean),
    deviation: perChannel(deviation),
  };
}
