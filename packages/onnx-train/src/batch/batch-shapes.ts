import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import type { ModelInput, SourceModel } from '@synaprune/onnx/graph';
import type { Rebatching } from '../importing/rebatching.js';
import { createProbe } from '../inline/probe.js';
import type { Lowerings } from '../lower/lowering.js';
import type { TrainingStepOptions } from '../options/options.js';
import type { TrainingGraph } from '../tape/tape.js';
import { createRebatching } from './rebatch.js';

/** The shapes of a model's inputs for another batch than it was exported with. */
export interface BatchShapes {
  /** Options with the shapes for a batch of one. */
  readonly one: TrainingStepOptions;
  /** The model with inputs of the larger batch. */
  grow(source: SourceModel): SourceModel;
  /** What carries the batch through a graph of `source`, a model with a batch of one. */
  carry(graph: TrainingGraph, source: SourceModel): Rebatching;
}

/**
 * Where samples lie in the inputs of a model with a batch of one: along the axis of 1 that `inputs` gives the batch for,
 * else along the first, if that is of 1. Undefined where no batch is asked for.
 *
 * @throws PruneError `unsupported` when no input has such an axis
 */
export function batchShapes(
  source: SourceModel,
  options: TrainingStepOptions,
  lowerings: Lowerings,
): BatchShapes | undefined {
  const { batch } = options;
  if (batch === undefined) return undefined;
  const axes = new Map<string, number>();
  const shapes = new Map<string, readonly number[]>();
  for (const input of source.inputs) {
    const given = options.inputs?.[input.name];
    const axis = axisOf(input, given, batch);
    const shape = given ?? input.dimensions;
    if (axis >= 0) axes.set(input.name, axis);
    if (shape?.every((size) => size !== undefined)) {
      shapes.set(
        input.name,
        (shape as readonly number[]).map((size, at) => (at === axis ? 1 : size)),
      );
    }
  }
  if (axes.size === 0) {
    const names = source.inputs.map(
      ({ name, dimensions }) =>
        `${quote(name)} of [${dimensions?.map((size) => size ?? '?').join(', ') ?? 'any shape'}]`,
    );
    throw new PruneError(
      'unsupported',
      `batch is for models with a batch of 1 written into them, and no input has a first axis of 1: ${names.join(', ') || 'there is none'}; where it is open, inputs gives the shapes`,
    );
  }
  const one = { ...options, inputs: Object.fromEntries(shapes) };
  return {
    one,
    carry(graph, model) {
      const outputs = new Set(model.outputs);
      const rebatching = createRebatching(graph, createProbe(model, one, lowerings), batch, outputs);
      for (const [name, axis] of axes) rebatching.input(name, axis);
      return rebatching;
    },
    grow: (model) => ({
      ...model,
      inputs: model.inputs.map((input) => {
        const axis = axes.get(input.name);
        const shape = shapes.get(input.name);
        if (axis === undefined || shape === undefined) return input;
        return { ...input, dimensions: shape.map((size, at) => (at === axis ? batch : size)) };
      }),
    }),
  };
}

function axisOf({ dimensions }: ModelInput, given: readonly number[] | undefined, batch: number): number {
  if (given === undefined) return dimensions?.[0] === 1 ? 0 : -1;
  const told = dimensions?.findIndex((size, at) => size === 1 && given[at] === batch) ?? -1;
  if (told >= 0) return told;
  return dimensions?.[0] === undefined && given[0] === batch ? 0 : -1;
}
