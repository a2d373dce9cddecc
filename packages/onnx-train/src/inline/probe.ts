import { PruneError } from '@synaprune/core';
import { elementsOf } from '@synaprune/core/checks';
import { type SourceModel, typeOf, type Value } from '@synaprune/onnx/graph';
import { importModel } from '../importing/import-model.js';
import type { LoweringContext, Lowerings } from '../lower/lowering.js';
import type { ReadingOptions } from '../options/options.js';
import { createTrainingGraph } from '../tape/tape.js';

/** Longer tensors are weights to whoever looks ahead: no condition is told from them. */
const FEW = 16;

/** Tells what is known of a model's values before it runs. */
export interface Probe {
  /** A value: its shape, its elements where they are known. Or why it cannot be had. */
  look(name: string): Value | string;
  /** Small float tensors whose numbers a value is computed from. */
  numbersBehind(name: string): readonly string[];
}

/** Looks at `source` as it is at each call: nodes may be added. */
export function createProbe(source: SourceModel, options: ReadingOptions, lowerings: Lowerings): Probe {
  const graph = createTrainingGraph('probe/', source.opset);
  graph.tape.paused = true;
  for (const [name, { shapes }] of Object.entries(options.rules ?? {})) {
    if (shapes !== undefined) graph.shapeRules.set(name, shapes);
  }
  const isWeight = (name: string) => {
    const tensor = source.tensors.get(name);
    return tensor !== undefined && typeOf(tensor.dataType) === 'float32';
  };
  const sizeOf = (name: string) => elementsOf(source.tensors.get(name)!.dims.map(Number));
  const weights = [...source.tensors.keys()].filter((name) => isWeight(name) && sizeOf(name) > FEW);
  const leaves = new Map(
    weights.map((name) => {
      const shape = source.tensors.get(name)!.dims.map(Number);
      return [name, graph.source(name, { type: 'float32', shape })];
    }),
  );
  const nothing = () => {};
  const context: LoweringContext = {
    graph,
    lowerings,
    shapes: options.shapes ?? {},
    trainsDropout: false,
    trainsBatchNormalization: false,
    randomInput: (shape) => ({
      numbers: graph.source('random', { type: 'float32', shape }),
      rate: undefined,
    }),
    buffer: (statistic) => statistic,
    updateBuffer: nothing,
    noteStates: nothing,
  };
  const imported = importModel(source, context, leaves, options.inputs ?? {});
  return {
    look(name) {
      try {
        return imported.valueOf(name);
      } catch (error) {
        if (error instanceof PruneError || error instanceof RangeError) return error.message;
        throw error;
      }
    },
    numbersBehind(name) {
      const found: string[] = [];
      const seen = new Set<string>();
      const open = [name];
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        if (seen.has(next) || next === '') continue;
        seen.add(next);
        if (isWeight(next)) found.push(next);
        const node = source.producers.get(next);
        if (node !== undefined && node.opType !== 'Shape' && node.opType !== 'Size') open.push(...node.input);
      }
      return found;
    },
  };
}
