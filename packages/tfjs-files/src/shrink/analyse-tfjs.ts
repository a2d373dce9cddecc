import { type Analysis, analyse, type ChannelOptions, type ShrinkTensor } from '@synaprune/axes';
import type { TfjsArtifacts } from '../artifacts/artifacts.js';
import { badModel } from '../artifacts/bad-model.js';
import { type OpenedModel, openArtifacts } from '../artifacts/open-artifacts.js';
import { bytesPerElement } from '../artifacts/weight-spec.js';
import { readFloats } from '../elements/read-values.js';
import { type GraphModel, readGraphModel } from '../graph-model/graph-model.js';
import { readLayersModel } from '../layers-model/layers-model.js';
import { fixedWeights } from './fixed-weights.js';
import type { FollowedModel, WeightAxes } from './follow/followed.js';
import { followGraph } from './graph/follow-graph.js';
import { followLayers } from './layers/follow-layers.js';

/** A model, followed, and the groups of its channels. */
export interface TfjsAnalysis extends Analysis {
  readonly opened: OpenedModel;
  readonly followed: FollowedModel;
  /** Of a graph model: what it was read as. */
  readonly graph?: GraphModel;
}

/**
 * @throws TypeError when it is no such value
 * @throws PruneError `bad-model` | `external-data`
 */
export function analyseTfjs(
  caller: string,
  artifacts: TfjsArtifacts,
  { across }: ChannelOptions,
): TfjsAnalysis {
  const opened = openArtifacts(caller, artifacts);
  const options = { acrossNormalisation: across === 'normalisation', fixed: fixedWeights(opened) };
  switch (opened.kind) {
    case 'weights':
      throw badModel(
        `${caller} needs a model with its topology: of weights alone nobody can say what reads them`,
      );
    case 'graph': {
      const graph = readGraphModel(artifacts);
      const followed = followGraph(graph, opened, options);
      return { opened, followed, graph, ...groupsOf(followed, opened) };
    }
    case 'layers': {
      const followed = followLayers(readLayersModel(artifacts, opened.weights), opened, options);
      return { opened, followed, ...groupsOf(followed, opened) };
    }
  }
}

function groupsOf({ axes, tensors, products }: FollowedModel, { bytes }: OpenedModel): Analysis {
  const all = tensors.map(
    (tensor): ShrinkTensor => ({
      ...tensor,
      shape: tensor.weight.shape,
      place: 'model',
      isParameter: isParameter(tensor),
      elementBytes: bytesPerElement(tensor.weight) ?? 0,
      floats: () => readFloats(tensor.weight, bytes),
    }),
  );
  return analyse({ axes, tensors: all, products });
}

function isParameter({ weight }: WeightAxes): boolean {
  return weight.dtype === 'float32';
}
