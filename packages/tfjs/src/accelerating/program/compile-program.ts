import type { LayersModel, layers } from '@tensorflow/tfjs-layers';
import { builtModel } from '../../internals/built-model.js';
import { hasCallHook } from '../../internals/call-hook.js';
import { flattenTree, isModel, layerTree } from '../../model/layer-tree.js';
import { listCalls } from '../../model/list-calls.js';
import type { LiveLayer } from '../live-layer.js';
import { plainStages } from './plain-stages.js';
import { createProgram, type Program } from './program.js';
import type { Stage } from './stage.js';

/** A program, and whether it still is what the model predicts. */
export interface CompiledProgram extends Program {
  isCurrent(): boolean;
}

/**
 * A model as a program, if it is a chain of layers that are packed or have no weights.
 *
 * @param live its layers with kernels
 */
export function compileProgram(
  model: LayersModel,
  live: ReadonlyMap<layers.Layer, LiveLayer>,
): CompiledProgram | undefined {
  if (model.inputs.length !== 1 || model.outputs.length !== 1 || model.stateful) return undefined;
  const { calls, outputs } = listCalls(builtModel(model));
  const stages: Stage[] = [];
  for (const [i, { layer, inputs }] of calls.entries()) {
    const [source] = inputs;
    if (inputs.length !== 1 || source!.call !== (i === 0 ? undefined : i - 1)) return undefined;
    const own = live.get(layer);
    const found = own === undefined ? plainStages(layer) : own.stages();
    if (found === undefined) return undefined;
    stages.push(...found);
  }
  // What is written in place must not be what was given.
  if (outputs[0]!.call !== calls.length - 1 || stages[0] === undefined || stages[0].inPlace) return undefined;
  return { ...createProgram(model.inputs[0]!.shape, stages), isCurrent: watch(model, calls) };
}

/** Tells whether a model is made of the same layers as now, and those call what they call now. */
function watch(
  model: LayersModel,
  calls: readonly { readonly layer: layers.Layer }[],
): CompiledProgram['isCurrent'] {
  const nodes = flattenTree(layerTree(model as layers.Layer));
  const models = nodes.map(({ layer }) => layer).filter(isModel) as unknown as LayersModel[];
  const ends = models.map((each) => [each, builtModel(each).outputs[0]] as const);
  const methods = calls.map(({ layer }) => [layer, layer.call] as const);
  return () =>
    ends.every(([each, output]) => builtModel(each).outputs[0] === output) &&
    methods.every(([layer, call]) => layer.call === call && !hasCallHook(layer));
}
